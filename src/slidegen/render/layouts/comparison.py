"""`comparison`: two or three columns of equal height under headings of their own, with a rule between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markdown_it.token import Token

from slidegen.render.blocks import Block, column, columns, flat
from slidegen.render.layouts.base import Room
from slidegen.render.layouts.fitting import largest
from slidegen.render.layouts.groups import group_classes, grouped

MOST: Final = 3
SIZES: Final = (40.0, 36.0, 32.0, 28.0)
SHARE: Final = 0.8
"""How much of the height the text of a column may take at a size that is larger than the usual one."""


def comparison(blocks: Sequence[Block], room: Room) -> list[Token]:
    """Makes a column of each heading with the content under it."""
    found = grouped(blocks)
    if not 2 <= len(found.groups) <= MOST:
        room.warn("comparison", "two or three headings below the slide's own, with content under each (### LoRA)")
        return flat(blocks)
    classes = (group_classes(group) for group in found.groups)
    sides = [column(flat(group), one) for group, one in zip(found.groups, classes, strict=True)]
    across = len(sides)
    words = [flat(group[1:]) for group in found.groups]
    size = largest(words, room, room.cell(across), SHARE * (room.height - 2 * room.heading), SIZES)
    opened = f".comparison style=--type:{size:g}px"
    return [*flat(found.before), *columns(opened, sides, {"across": across}), *flat(found.after)]
