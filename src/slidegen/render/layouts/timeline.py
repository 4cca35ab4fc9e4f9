"""`timeline`: the items of a list as points on a line, from left to right, or from top to bottom if they are long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markdown_it.token import Token

from slidegen.render.blocks import LISTS, Block, first_inline, flat, items
from slidegen.render.layouts.base import Room
from slidegen.render.layouts.fitting import largest
from slidegen.render.layouts.leads import mark_lead

MOST_ACROSS: Final = 6
WORDS, LINES = 24.0, 6
"""The font size of the words at a point, and how many lines of them may stand under the line."""
SIZES: Final = (28.0, WORDS)
UPRIGHT_SIZES: Final = (32.0, 28.0, WORDS)
UNDER: Final = 260.0
"""How high the words at a point, its date among them, may be at a larger size, in pixels."""
SHARE: Final = 0.85


def timeline(blocks: Sequence[Block], room: Room) -> list[Token]:
    """Marks the first list, and the date at the beginning of each of its items."""
    listed = next((block for block in blocks if block[0].type in LISTS), None)
    points = [] if listed is None else list(items(listed))
    if listed is None or len(points) < 2:
        room.warn("timeline", 'a list of at least two items, a date first in each ("- **2021** LoRA")', listed)
        return flat(blocks)
    for point in points:
        mark_lead(point, "date")
    upright = len(points) > MOST_ACROSS or any(_is_long(point, room, len(points)) for point in points)
    if upright:
        size = largest([listed[1:-1]], room, room.width, SHARE * (room.height - room.heading), UPRIGHT_SIZES)
        listed[0].attrJoin("class", "timeline upright")
        listed[0].attrs["style"] = f"--type:{size:g}px"
    else:
        size = largest([point[1:-1] for point in points], room, room.cell(len(points)), UNDER, SIZES)
        listed[0].attrJoin("class", "timeline")
        listed[0].attrs["style"] = f"--across:{len(points)};--type:{size:g}px"
    return flat(blocks)


def _is_long(point: list[Token], room: Room, across: int) -> bool:
    from slidegen.figures.type import wrapped

    inline = first_inline(point)
    if inline is None or any(token.type in LISTS for token in point):
        return True
    return len(wrapped(room.plain(inline), WORDS, room.cell(across), LINES + 1)) > LINES
