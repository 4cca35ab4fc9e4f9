"""`two-columns`: what stands in ``::: columns``; without them two lists, or a picture and the words after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markdown_it.token import Token

from slidegen.render.blocks import LISTS, Block, column, columns, first_inline, flat, is_image, items
from slidegen.render.layouts.base import Room
from slidegen.render.layouts.fitting import largest
from slidegen.render.sizing import TEXT

MOST_ITEMS: Final = 7
SIZES: Final = (36.0, 32.0, TEXT)
SHARE: Final = 0.6
"""How much of the height the text may take at a size that is larger than the usual one."""
MARKER: Final = 45.0
"""The width of a list's marker and the space after it, in pixels."""
LEAD: Final = 40
"""How many characters the words above a list may have, to be taken for its heading."""


def two_columns(blocks: Sequence[Block], room: Room) -> list[Token]:
    """Makes columns of lists, or of a picture and words, that stand below each other."""
    start = 1 if blocks and blocks[0][0].type == "heading_open" else 0
    rest = list(blocks[start:])
    sides = _lists(rest)
    if sides is not None:
        size = largest([side[-1] for side in sides], room, room.cell(2), SHARE * room.height, SIZES)
        opened = f".lists style=--type:{size:g}px"
        return [*flat(blocks[:start]), *columns(opened, [column(flat(side)) for side in sides])]
    if len(rest) > 1 and is_image(rest[0]) and not any(block[0].type == "container_columns_open" for block in rest):
        made = [column(rest[0], ".picture"), column(flat(rest[1:]))]
        size = largest([flat(rest[1:])], room, room.cell(2), SHARE * room.height, SIZES)
        return [*flat(blocks[:start]), *columns(f".beside style=--type:{size:g}px", made)]
    return flat(blocks)


def are_short_lists(rest: Sequence[Block], room: Room) -> bool:
    """Whether blocks, without the slide's heading, are two short lists, perhaps with a few words above each."""
    sides = _lists(rest)
    return sides is not None and all(_is_short(side[-1], room) for side in sides)


def _lists(rest: Sequence[Block]) -> list[list[Block]] | None:
    """Two lists, each with the words above it."""
    shape = [("list" if block[0].type in LISTS else "lead" if _is_lead(block) else "other") for block in rest]
    if shape == ["list", "list"]:
        return [[block] for block in rest]
    if shape == ["lead", "list", "lead", "list"] and len({block[0].tag for block in rest[::2]}) == 1:
        return [list(rest[:2]), list(rest[2:])]
    return None


def _is_lead(block: Block) -> bool:
    if block[0].type == "heading_open":
        return True
    words = block[1].content if block[0].type == "paragraph_open" else ""
    return 0 < len(words) <= LEAD and not is_image(block) and not words.rstrip("* ").endswith((".", "!", "?"))


def _is_short(listed: Block, room: Room) -> bool:
    """Whether each item of a list takes one line of a column."""
    from slidegen.figures.type import text_width

    if sum(1 for _ in items(listed)) > MOST_ITEMS or any(token.type in LISTS for token in listed[1:]):
        return False
    for item in items(listed):
        kinds = [token.type for token in item if token.type in ("inline", "fence", "html_block")]
        inline = first_inline(item)
        if kinds != ["inline"] or inline is None or text_width(room.plain(inline), TEXT) > room.cell(2) - MARKER:
            return False
    return True
