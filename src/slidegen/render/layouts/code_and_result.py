"""`code-and-result`: code on the left; what it prints, draws or computes on the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markdown_it.token import Token

from slidegen.render.blocks import Block, column, columns, flat, kind
from slidegen.render.layouts.base import Room
from slidegen.render.layouts.fitting import CODE_LEADING, CODE_PADDING, MONOSPACE, code_width
from slidegen.render.sizing import GUTTER

CODE: Final = frozenset({"fence", "code_block"})
SIZES: Final = (28.0, 25.0, 22.0, 20.0, 18.0)
SHARE: Final = 0.75
"""How much of the height the code may take at a size that is larger than the smallest."""
USUAL: Final = 20.0
"""The size at which code must fit beside its result for this layout to be chosen."""
WIDEST: Final = 0.64
"""The largest share of the width that code gets."""
PRINTED: Final = frozenset({"", "text", "txt", "plain", "plaintext", "none", "console", "output"})
"""The languages of a block that shows what a program prints."""
RESULTS: Final = frozenset({"image", "chart", "table"})


def code_and_result(blocks: Sequence[Block], room: Room) -> list[Token]:
    """Puts all that follows the first code block beside it."""
    at = next((at for at, block in enumerate(blocks) if kind(block, room.slide.text) == "code"), None)
    if at is None or at + 1 == len(blocks):
        room.warn(
            "code-and-result", "a code block with something after it: what it prints, a table, a chart, a picture"
        )
        return flat(blocks)
    size, share, wrapped = _fitted(blocks[at:], room)
    classes = ".code .wrapped" if wrapped else ".code"
    code = column(blocks[at], classes if share <= 0.5 else f"{classes} width={100 * share:g}%")
    sides = [code, column(flat(blocks[at + 1 :]), ".result")]
    return [*flat(blocks[:at]), *columns(f".code-and-result style=--code:{size:g}px", sides)]


def _fitted(blocks: Sequence[Block], room: Room) -> tuple[float, float, bool]:
    """The font size of the code, the share of the width that it gets, and whether its lines have to be wrapped."""
    code = [token.content.rstrip("\n").split("\n") for block in blocks for token in block if token.type in CODE]
    longest, most = _longest(flat(blocks)), max(map(len, code))
    for size in SIZES:
        if most * size * CODE_LEADING > SHARE * room.height:
            continue
        if longest * size * MONOSPACE <= room.cell(2) - CODE_PADDING:
            return size, 0.5, False
        share = _uneven(blocks, size, room)
        if share is not None:
            return size, share, False
    needed = (longest * SIZES[-1] * MONOSPACE + CODE_PADDING) / room.width
    return SIZES[-1], min(WIDEST, max(0.5, needed)), needed > WIDEST


def _uneven(blocks: Sequence[Block], size: float, room: Room) -> float | None:
    """The share of the width of code whose result is all code, if both fit beside each other in columns that are not
    equal; else None."""
    if any(block[0].type not in CODE for block in blocks):
        return None
    needed, others = (_longest(some) * size * MONOSPACE + CODE_PADDING for some in (blocks[0], flat(blocks[1:])))
    spare = room.width - GUTTER - needed - others
    share = (needed + spare / 2) / room.width
    return round(share, 3) if spare >= 0 and share <= WIDEST else None


def is_code_and_result(rest: Sequence[Block], kinds: Sequence[str], room: Room) -> bool:
    """Whether a slide consists of code and one result, and both fit side by side. `rest` has no headings."""
    if len(rest) != 2 or kinds[0] != "code" or _is_printed(rest[0]):
        return False
    if _longest(flat(rest)) * USUAL * MONOSPACE > room.cell(2) - CODE_PADDING:
        return False
    return kinds[1] in RESULTS or (kinds[1] == "code" and _is_printed(rest[1]))


def _is_printed(block: Block) -> bool:
    return block[0].type == "fence" and (block[0].info.split() or [""])[0].lower() in PRINTED


def _longest(tokens: Sequence[Token]) -> int:
    """The length of the longest line of code."""
    code = (token.content for token in tokens if token.type in CODE)
    return max((code_width(line) for text in code for line in text.split("\n")), default=0)
