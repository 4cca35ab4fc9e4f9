"""What stands above an element and belongs to it: captions, names, attributes of HTML, fragments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from slidegen.sources.org.context import Context
from slidegen.sources.translation import Line
from slidegen.sources.translation.words import attribute

AFFILIATED: Final = re.compile(
    r"[ \t]*#\+(?P<key>CAPTION|NAME|HEADERS?|PLOT|RESULTS?|LABEL|TBLNAME|SRCNAME|RESNAME|ATTR_\w+)"
    r"(?:\[(?P<short>[^\]]*)\])?:[ \t]*(?P<value>.*)$",
    re.IGNORECASE,
)
PAIR: Final = re.compile(r"(?:^|(?<=\s)):(?P<key>[\w-]+)(?=\s|$)")
LISTED: Final = re.compile(r"\"[^\"]*\"|[^\s()\"]+")
LENGTH: Final = re.compile(r"\d+(\.\d+)?(px|%|em|rem|vw|vh|cm|mm|in|pt)?")
NAME: Final = re.compile(r"[A-Za-z][\w:.-]*")
DATA: Final = re.compile(
    r"(?:data|aria)-[a-z0-9-]+|id|class|style|title|lang|dir|role|width|height|alt|loading|target|rel"
    r"|poster|start|loop|muted|autoplay|controls|captions"
)


@dataclass(frozen=True, slots=True)
class Affiliated:
    """The keywords right above an element, those of one kind together; `lines` gives where they begin."""

    values: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)

    def get(self, key: str) -> str:
        """The value of a keyword, or nothing."""
        return self.values.get(key, "")

    def number(self, key: str) -> int:
        """The line of a keyword."""
        return self.numbers.get(key, 1)


def affiliated(rows: list[Line]) -> Affiliated:
    """The keywords in some lines."""
    values: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for row in rows:
        found = AFFILIATED.match(row.text)
        assert found is not None
        key = found["key"].upper()
        key = {"HEADERS": "HEADER", "RESULT": "RESULTS", "LABEL": "NAME", "TBLNAME": "NAME", "SRCNAME": "NAME"}.get(
            key, key
        )
        value = found["value"].strip()
        values[key] = f"{values[key]} {value}" if key in values else value
        numbers.setdefault(key, row.number)
    return Affiliated(values, numbers)


def pairs(text: str) -> dict[str, str]:
    """Returns the values of ``:key value :key value``, without quotes around them."""
    found = list(PAIR.finditer(text))
    values = {}
    for one, end in zip(found, [*(one.start() for one in found[1:]), len(text)], strict=False):
        value = text[one.end() : end].strip()
        values[one["key"].lower()] = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    return values


def html_attributes(above: Affiliated, context: Context) -> dict[str, str]:
    """The attributes that `#+ATTR_HTML` gives to an element."""
    kept = {}
    for key, value in pairs(above.get("ATTR_HTML")).items():
        if not DATA.fullmatch(key):
            context.lose(f"ATTR_HTML: the attribute {key!r} is left out", above.number("ATTR_HTML"))
        elif key in ("width", "height") and not LENGTH.fullmatch(value):
            context.lose(f"ATTR_HTML: {key} {value!r} is not a length such as 60% or 400px", above.number("ATTR_HTML"))
        elif key == "id" and not NAME.fullmatch(value):
            context.lose(f"ATTR_HTML: the id {value!r} is left out", above.number("ATTR_HTML"))
        elif value:
            kept[key] = value
    return kept


def fragment(style: str, index: str, context: Context) -> dict[str, str]:
    """Returns the attributes of a fragment with this style; none for the styles "none" and "nil"."""
    if style in ("", "none", "nil"):
        return {}
    default = context.settings.get("REVEAL_DEFAULT_FRAG_STYLE") or ""
    names = ["fragment", *(default if style == "t" else style).split()]
    classes = " ".join(name for name in names if re.fullmatch(r"[\w-]+", name))
    return {"class": classes, **({"data-fragment-index": index} if index.lstrip("-").isdigit() else {})}


def whole_fragment(above: Affiliated, context: Context) -> dict[str, str]:
    """The attributes of a fragment that is a whole element."""
    given = pairs(above.get("ATTR_REVEAL"))
    _tell(given, above, context)
    style = given.get("frag", "")
    if style.startswith("("):
        style = (_listed(style) or [""])[0]
    return fragment(style, given.get("frag_idx", "").strip("()"), context)


def item_fragments(above: Affiliated, count: int, context: Context) -> list[dict[str, str]] | None:
    """The attributes of the items of a list, if each is a fragment of its own: the last style is that of all others."""
    given = pairs(above.get("ATTR_REVEAL"))
    if not given.get("frag", "").startswith("("):
        return None
    _tell(given, above, context)
    styles, indices = _listed(given["frag"]), _listed(given.get("frag_idx", ""))
    last = styles[-1] if styles else "none"
    styles += [last] * (count - len(styles))
    if indices and len(indices) != count:
        context.lose(f"ATTR_REVEAL: frag_idx has {len(indices)} numbers for {count} items", above.number("ATTR_REVEAL"))
    indices += [""] * (count - len(indices))
    return [fragment(style, index, context) for style, index in zip(styles[:count], indices[:count], strict=True)]


def _tell(given: Mapping[str, str], above: Affiliated, context: Context) -> None:
    for key in given:
        if key not in ("frag", "frag_idx", "code_attribs", "no-klipsify", "htmlize"):
            context.lose(f"ATTR_REVEAL: {key!r} is left out", above.number("ATTR_REVEAL"))


def _listed(text: str) -> list[str]:
    return [one.strip('"') for one in LISTED.findall(text)]


def braces(given: Mapping[str, str]) -> str:
    """Attributes as slidegen's Markdown has them: ``{.class #id key="value"}``; nothing for none."""
    parts = [f".{name}" for name in given.get("class", "").split() if re.fullmatch(r"[A-Za-z][\w-]*", name)]
    parts += [f"#{given['id']}"] if "id" in given else []
    parts += [f"{key}={attribute(value)}" for key, value in given.items() if key not in ("class", "id")]
    return f"{{{' '.join(parts)}}}" if parts else ""


def merged(*given: Mapping[str, str]) -> dict[str, str]:
    """Attributes together; the classes of all."""
    classes = " ".join(filter(None, (one.get("class", "") for one in given)))
    found = {key: value for one in given for key, value in one.items() if key != "class"}
    return {**({"class": classes} if classes else {}), **found}
