"""Marks HTML elements with the line of the deck that they come from, in an attribute that is removed at the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from selectolax.lexbor import LexborNode

from slidegen.markup import RAW_TEXT, ancestors

ATTRIBUTE: Final = "data-sg-line"
MARKED: Final = re.compile(f' {ATTRIBUTE}="[0-9]+"')
NUMBER: Final = re.compile(f'( {ATTRIBUTE}=")([0-9]+)"')
SERVED: Final = "data-line"
RELATIVE: Final = re.compile(f' {SERVED}="(-?[0-9]+)"')
TAG: Final = re.compile(r"""<(?:(?P<comment>!--)|(?P<name>[a-zA-Z][^\s/<>]*)(?:[^"'<>]|"[^"]*"|'[^']*')*)""")


def without_lines(html: str) -> str:
    """Removes the attributes."""
    return MARKED.sub("", html) if ATTRIBUTE in html else html


def moved_lines(html: str, by: int) -> str:
    """Adds a number of lines to the attributes."""
    if ATTRIBUTE not in html:
        return html
    return NUMBER.sub(lambda found: f'{found[1]}{int(found[2]) + by}"', html)


def relative_lines(html: str, line: int) -> str:
    """Turns the attributes into those of a page that is served: they count from `line`, that of the slide."""
    return NUMBER.sub(lambda found: f' {SERVED}="{int(found[2]) - line}"', html) if ATTRIBUTE in html else html


def absolute_lines(html: str, line: int) -> str:
    """Turns the attributes of a page that is served back."""
    return RELATIVE.sub(lambda found: f' {ATTRIBUTE}="{int(found[1]) + line}"', html)


def line_of(node: LexborNode) -> int | None:
    """The line of an element, else of its nearest ancestor that has one."""
    for one in (node, *ancestors(node)):
        value = one.attributes.get(ATTRIBUTE) if one.is_element_node else None
        if value is not None and value.isdecimal():
            return int(value)
    return None


def with_lines(html: str, line: Callable[[int], int]) -> str:
    """Adds the attribute to every opening tag in raw HTML. `line` returns the line of a row (from 0) of the HTML."""
    parts: list[str] = []
    row = at = seen = 0
    while (found := TAG.search(html, seen)) is not None:
        seen = found.end()
        if found["comment"]:
            closed = html.find("-->", seen)
            seen = len(html) if closed < 0 else closed
            continue
        row += html.count("\n", at, found.start())
        end = found.end("name")
        parts += [html[at:end], f' {ATTRIBUTE}="{line(row)}"']
        row += html.count("\n", found.start(), end)
        at = end
        if found["name"].lower() in RAW_TEXT:
            closing = re.compile(f"</{re.escape(found['name'])}", re.IGNORECASE).search(html, seen)
            seen = len(html) if closing is None else closing.start()
    return "".join((*parts, html[at:]))
