"""`quote`: words of somebody else, large, beside a portrait if the slide has a picture."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from slidegen.render.blocks import Block, column, columns, flat, is_image
from slidegen.render.layouts.base import Room


def quote(blocks: Sequence[Block], room: Room) -> list[Token]:
    """Puts the first picture beside the words: before them if it stands before them."""
    at = next((at for at, block in enumerate(blocks) if is_image(block)), None)
    if not any(block[0].type == "blockquote_open" for block in blocks):
        room.warn("quote", "a quotation (> words)")
        return flat(blocks)
    start = next((index for index, block in enumerate(blocks) if block[0].type != "heading_open"), 0)
    if at is None or len(blocks) - start < 2:
        return flat(blocks)
    picture = column(blocks[at], ".portrait")
    before, after = list(blocks[start:at]), list(blocks[at + 1 :])
    if not before:
        return [*flat(blocks[:start]), *columns(".quoted", [picture, column(flat(after))])]
    return [*flat(blocks[:start]), *columns(".quoted", [column(flat(before)), picture]), *flat(after)]
