"""pandoc's attributes: ``{#id .class key=value key="another value"}``."""

from __future__ import annotations

import re
from typing import Final

ITEM: Final = re.compile(
    r"""\s*(?:
        \#(?P<id>[^\s{}"'=]+)
      | \.(?P<name>[^\s{}"'=]+)
      | (?P<unnumbered>-)(?=[\s}])
      | (?P<key>[A-Za-z_:][\w:.-]*)\s?=\s?
        (?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)'|(?P<bare>[^\s"'{}]+))
    )(?=[\s}])""",
    re.VERBOSE | re.DOTALL,
)
END: Final = re.compile(r"\s*\}")
ESCAPED: Final = re.compile(r"\\([\"'\\])")
MAX_BRACES: Final = 8
"""The most opening braces that are tried as the start of attributes at a text's end: quoted values may hold some."""
HTML: Final = frozenset(
    [
        *("align", "alt", "autoplay", "class", "colspan", "controls", "dir", "download", "height", "hidden", "href"),
        *("id", "lang", "loop", "media", "muted", "poster", "preload", "rel", "role", "rowspan", "src", "start"),
        *("style", "tabindex", "target", "title", "translate", "type", "value", "width"),
    ]
)
"""HTML's own attributes. pandoc puts ``data-`` before all others."""


def read_attributes(text: str, at: int = 0) -> tuple[dict[str, str], int] | None:
    """Reads the attributes in braces at `at`. Returns them and the offset after them; None if there are none.

    Classes are joined under "class". ``{-}`` is the class "unnumbered", as in pandoc.
    """
    if not text.startswith("{", at):
        return None
    found: dict[str, str] = {}
    at += 1
    while (item := ITEM.match(text, at)) is not None:
        at = item.end()
        name = "unnumbered" if item["unnumbered"] else item["name"]
        if item["id"]:
            found["id"] = item["id"]
        elif name:
            found["class"] = f"{found['class']} {name}" if "class" in found else name
        elif item["key"] == "class":
            found["class"] = " ".join(filter(None, (found.get("class"), _value(item))))
        else:
            found[item["key"]] = _value(item)
    end = END.match(text, at)
    return None if end is None else (found, end.end())


def _value(item: re.Match[str]) -> str:
    quoted = item["double"] if item["double"] is not None else item["single"]
    return item["bare"] if quoted is None else ESCAPED.sub(r"\1", quoted)


def split_attributes(text: str) -> tuple[str, dict[str, str] | None]:
    """Returns `text` without the attributes at its end, and these; the whole text and None if it has none."""
    stripped = text.rstrip()
    start = len(stripped)
    for _ in range(MAX_BRACES if stripped.endswith("}") else 0):
        start = stripped.rfind("{", 0, start)
        if start < 0:
            break
        found = read_attributes(stripped, start)
        if found is not None and found[1] == len(stripped) and stripped[start - 1 : start] not in ("{", "\\"):
            return stripped[:start].rstrip(), found[0]
    return text, None


def html_name(key: str) -> str:
    """Returns the name of an attribute in HTML."""
    return key if key in HTML or key.startswith(("data-", "aria-")) else f"data-{key}"


def html_attributes(found: dict[str, str]) -> dict[str, str]:
    """Returns the attributes by their names in HTML."""
    return {html_name(key): value for key, value in found.items()}
