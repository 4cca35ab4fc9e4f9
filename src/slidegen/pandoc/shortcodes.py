"""Quarto's shortcodes for what slides hold: ``{{< video >}}``, ``{{< qrcode >}}``, and icons by ``fa``, ``bi`` and
``iconify``. Any other one only Quarto can run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from markdown_it.rules_inline import StateInline

from slidegen.icon_pack import icon_shapes

SHORTCODE: Final = re.compile(r"\{\{<[^{}]*>\}\}")
WORD: Final = re.compile(r"""(?:(?P<key>[\w-]+)=)?(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<plain>[^\s"'=]\S*))""")
REMOTE: Final = re.compile(r"(?:https?:)?//", re.IGNORECASE)
STYLES: Final = frozenset({"brands", "solid", "regular"})
SAME: Final = {
    "circle-exclamation": "circle-alert",
    "circle-question": "circle-help",
    "circle-xmark": "circle-x",
    "code-branch": "git-branch",
    "comment": "message-square",
    "comments": "messages-square",
    "envelope": "mail",
    "exclamation-triangle": "triangle-alert",
    "gear": "settings",
    "location-dot": "map-pin",
    "magnifying-glass": "search",
    "trash": "trash-2",
    "triangle-exclamation": "triangle-alert",
    "xmark": "x",
}
"""Icons that have another name in Lucide."""


@dataclass(frozen=True, slots=True)
class Shortcode:
    """A shortcode as written: its name, the words and the options behind it."""

    name: str
    words: tuple[str, ...]
    options: Mapping[str, str]


def read_shortcode(text: str) -> Shortcode:
    """Reads ``{{< name word key="value" >}}``."""
    words: list[str] = []
    options: dict[str, str] = {}
    for found in WORD.finditer(text[3:-3]):
        value = next(part for part in (found["double"], found["single"], found["plain"]) if part is not None)
        if found["key"]:
            options[found["key"].lower()] = value
        else:
            words.append(value)
    return Shortcode(words[0] if words else "", tuple(words[1:]), options)


def lost(text: str) -> str | None:
    """Returns the warning about a shortcode that slides show differently or not at all; None for any other."""
    code = read_shortcode(text)
    if code.name == "video" and code.words and REMOTE.match(code.words[0]):
        return f"the video {code.words[0]!r} is on the network, which a single file cannot play; it is a link"
    if code.name in ICONS and code.words and _icon(code) is None:
        return f"the icon {code.words[-1]!r} is left out; slidegen icons lists those of Lucide, :lucide-cpu:"
    return None if _is_known(code) else f"the shortcode {text} of Quarto is left out"


def add_shortcode(state: StateInline, text: str) -> None:
    """Adds the tokens of a shortcode; an empty one if slides do not show it."""
    code = read_shortcode(text)
    if _is_known(code):
        SHOWN[code.name](state, code)
    else:
        state.push("shortcode", "", 0).content = text


def _is_known(code: Shortcode) -> bool:
    return code.name in SHOWN and bool(code.words) and (code.name not in ICONS or _icon(code) is not None)


def _video(state: StateInline, code: Shortcode) -> None:
    url = code.words[0]
    if REMOTE.match(url):
        state.push("link_open", "a", 1).attrs = {"href": url}
        state.push("text", "", 0).content = code.options.get("title") or url
        state.push("link_close", "a", -1)
        return
    token = state.push("image", "img", 0)
    kept = {key: code.options[key] for key in ("start", "width", "height") if code.options.get(key)}
    title = code.options.get("title", "")
    token.attrs = {"src": url, "alt": "", **kept}
    token.content, token.children = title, []
    if title:
        state.md.inline.parse(escape(title, quote=False), state.md, state.env, token.children)


def _qrcode(state: StateInline, code: Shortcode) -> None:
    token = state.push("qrcode", "", 0)
    token.content = next((word for word in code.words if ":" in word or "." in word), code.words[0])
    width = code.options.get("width", "").removesuffix("px")
    if re.fullmatch("[0-9]{1,4}", width):
        token.meta = {"size": int(width)}


def _icon(code: Shortcode) -> str | None:
    """The name in Lucide of an icon; None if it has none."""
    words = [word for word in code.words if word not in STYLES]
    name = words[-1].rpartition(":")[2].lower() if words else ""
    name = SAME.get(name, name)
    return name if name in icon_shapes() else None


def _icon_text(state: StateInline, code: Shortcode) -> None:
    label = re.sub(r"[\[\]:\n]", " ", code.options.get("title") or code.options.get("label") or "").strip()
    state.push("text", "", 0).content = f":lucide-{_icon(code)}{f'[{label}]' if label else ''}:"


ICONS: Final = ("fa", "bi", "iconify")
SHOWN: Final[Mapping[str, Callable[[StateInline, Shortcode], None]]] = {
    "video": _video,
    "qrcode": _qrcode,
    **dict.fromkeys(ICONS, _icon_text),
}
