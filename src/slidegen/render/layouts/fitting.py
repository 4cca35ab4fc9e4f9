"""How high text is at a size of type, and the largest size at which it fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from unicodedata import east_asian_width

from markdown_it.token import Token

from slidegen.render.blocks import LISTS
from slidegen.render.layouts.base import Room
from slidegen.render.task_lists import CHECKBOX

LEADING: Final = 1.35
"""The distance of lines, in ems."""
INDENT: Final = 1.3
"""How far the items of a list stand from its edge, in ems."""
MONOSPACE: Final = 0.6
"""The width of a character of code, in ems."""
CODE_LEADING, CODE_PADDING = 1.45, 48.0
MANY: Final = 99
BOXES: Final = frozenset({"container_columns_open", "container_column_open"})
INLINE: Final = frozenset(
    ["text", "softbreak", "hardbreak", "code_inline", "math_inline", "footnote_ref", "footnote_anchor"]
    + [f"{name}_{end}" for name in ("strong", "em", "s", "link", "span") for end in ("open", "close")]
)
"""What a text may hold whose height is estimated."""

Line = tuple[str, int]
"""A paragraph or the text of an item, and how many lists it stands in."""


def lines_of(tokens: Sequence[Token], room: Room) -> list[Line] | None:
    """The texts among some tokens; None if there is anything else."""
    found: list[Line] = []
    depth = 0
    for token in tokens:
        if token.type == "inline":
            if not all(_is_text(child) for child in token.children or ()):
                return None
            found.append((room.plain(token), depth))
        elif token.nesting == 0 or token.type in BOXES:
            return None
        elif token.type in LISTS or token.type.replace("_close", "_open") in LISTS:
            depth += token.nesting
    return found


def _is_text(child: Token) -> bool:
    return child.type in INLINE or (child.type == "html_inline" and child.content.startswith(CHECKBOX))


def code_width(line: str) -> int:
    """How many characters of a fixed width a line of code takes: four for a tab, two for a Chinese one."""
    expanded = line.expandtabs(4)
    return len(expanded) + sum(1 for sign in expanded if east_asian_width(sign) in "WF")


def height(lines: Sequence[Line], size: float, after: float, width: float) -> float:
    """The height of texts in pixels, at a `size` of type, with the space `after` each, in a `width`."""
    from slidegen.figures.type import wrapped

    rows = (len(wrapped(text, size, width - depth * INDENT * size, MANY)) for text, depth in lines)
    return sum(row * size * LEADING + after for row in rows)


def largest(cells: Sequence[Sequence[Token]], room: Room, width: float, most: float, sizes: Sequence[float]) -> float:
    """The largest of some sizes, the last of which is the usual one, at which the text of each cell is at most `most`
    pixels high. The usual one if a cell holds anything but text."""
    texts = [lines_of(cell, room) for cell in cells]
    for size in sizes[:-1]:
        if all(lines is not None and height(lines, size, size / 2, width) <= most for lines in texts):
            return size
    return sizes[-1]
