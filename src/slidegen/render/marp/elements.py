"""reveal-md's ``<!-- .element: class="fragment" -->``: attributes for the element that the comment stands in."""

from __future__ import annotations

import re
from html import escape, unescape

from slidegen.render.marp.compose import DATA

MARK = '<span data-element="'
TAG = re.compile(
    rf'{MARK}(?P<said>[^"]*)"></span>|<(?P<name>li|p|h[1-6]|td|th|blockquote|div|pre|figure|section)\b(?P<more>[^<>]*)>'
)


def apply_elements(html: str) -> str:
    """`html` with the attributes of every mark on the block that opens last before it, and the marks gone."""
    if MARK not in html:
        return html
    parts: list[str] = []
    at = 0
    name, opened = "", -1
    """The last opening tag, and the number of the part that holds its attributes."""
    for tag in TAG.finditer(html):
        if tag["name"] is not None:
            parts += [html[at : tag.start("more")], tag["more"]]
            name, opened = tag["name"], len(parts) - 1
            at = tag.end("more")
            continue
        parts.append(html[at : tag.start()].rstrip(" \t"))
        at = tag.end()
        if name not in ("", "section"):
            said = DATA.finditer(unescape(tag["said"]))
            parts[opened] = _merged(
                parts[opened], {m[1]: next(v for v in m.groups()[1:] if v is not None) for m in said}
            )
    return "".join((*parts, html[at:]))


def _merged(attributes: str, found: dict[str, str]) -> str:
    for key, value in found.items():
        known = re.search(rf'\b{re.escape(key)}="([^"]*)"', attributes)
        if known and key == "class":
            attributes = attributes.replace(known[0], f'class="{known[1]} {escape(value)}"')
        elif known is None:
            attributes += f' {key}="{escape(value)}"'
    return attributes
