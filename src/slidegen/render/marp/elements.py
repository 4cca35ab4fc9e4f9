"""reveal-md's ``<!-- .element: class="fragment" -->``: attributes for the element that the comment stands in."""

from __future__ import annotations

import re
from html import escape, unescape

MARK = re.compile(r'[ \t]*<span data-element="([^"]*)"></span>')
OPENING = re.compile(r"<(li|p|h[1-6]|td|th|blockquote|div|pre|figure|section)\b([^>]*)>")
DATA = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")


def apply_elements(html: str) -> str:
    """`html` with the attributes of every mark on the block before it, and the marks gone."""
    while (mark := MARK.search(html)) is not None:
        html = html[: mark.start()] + html[mark.end() :]
        opened = None
        for opened in OPENING.finditer(html, 0, mark.start()):  # noqa: B007 - the last one is wanted
            pass
        if opened is None or opened[1] == "section":
            continue
        found = {m[1]: next(v for v in m.groups()[1:] if v is not None) for m in DATA.finditer(unescape(mark[1]))}
        html = html[: opened.start(2)] + _merged(opened[2], found) + html[opened.end(2) :]
    return html


def _merged(attributes: str, found: dict[str, str]) -> str:
    for key, value in found.items():
        known = re.search(rf'\b{re.escape(key)}="([^"]*)"', attributes)
        if known and key == "class":
            attributes = attributes.replace(known[0], f'class="{known[1]} {escape(value)}"')
        elif known is None:
            attributes += f' {key}="{escape(value)}"'
    return attributes
