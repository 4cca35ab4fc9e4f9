"""Gives slides with little on them larger type, or a place in the middle of the height, instead of an empty half."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from slidegen.marks import PLACED
from slidegen.model import Layout
from slidegen.render.blocks import Block, flat, is_shown, kind
from slidegen.render.layouts.base import Room
from slidegen.render.layouts.fitting import CODE_LEADING, CODE_PADDING, MONOSPACE, code_width, height, lines_of
from slidegen.render.math import DISPLAYED
from slidegen.render.sizing import HEADING, IMAGE_SHARE, TEXT
from slidegen.render.tables.fitting import STEPS, Step, TableSize, height_of, width_of
from slidegen.render.tables.written import size_of
from slidegen.resolved import PlacedTable

HALF: Final = 0.5
"""The share of the height below which a slide is enlarged."""
TEXT_STEPS: Final = (("type-huge lone", 44.0, 24.0, 0.5), ("type-large", 36.0, 20.0, 0.8))
"""The sizes of text that replace 28 pixels: classes of the style sheet, pixels, the space after each paragraph, and the
share of the height that they may take."""
TABLE_STEPS: Final = (("type-huge", Step(0, 32, 40, 15)), ("type-large", Step(0, 28, 40, 12)))
"""The same for tables."""
CODE_STEPS: Final = (("type-huge", 32.0), ("type-large", 28.0))
CODE: Final = 22.0
"""The usual font size of code, in pixels."""
PLAIN: Final = frozenset({"text", "list"})
FORMULA: Final = 70
"""How long the TeX of a formula may be that is enlarged."""
FILLED: Final = 0.7
"""The share of the height up to which a single block is enlarged and stands in the middle."""


def presence(blocks: Sequence[Block], layout: Layout, room: Room) -> tuple[str, ...]:
    """The classes that enlarge or centre what stands on a slide. `blocks` are those of its body."""
    shown = [block for block in blocks if is_shown(block)]
    rest = [block for block in shown if block[0].type != "heading_open"]
    headings = len(shown) - len(rest)
    if headings > 1 or (headings and shown[0][0].type != "heading_open") or not rest:
        return ()
    most = room.height - HEADING * headings
    kinds = {kind(block, room.slide.text) for block in rest}
    if layout == "content" and kinds <= PLAIN:
        return _of_text(rest, room, (room.width, most), TEXT_STEPS)
    if layout in ("image-left", "image-right") and kinds <= PLAIN:
        return _of_text(rest, room, (room.cell(2) * 2 * IMAGE_SHARE, most), TEXT_STEPS[1:])
    if len(rest) != 1:
        return ()
    if layout == "code":
        return _of_code(rest[0], room, most)
    if layout == "table":
        return _of_table(rest[0], room, most)
    return _of_formula(rest[0])


def _of_formula(block: Block) -> tuple[str, ...]:
    if block[0].type not in DISPLAYED:
        return ()
    tex = block[0].content
    return ("lone",) if len(tex) > FORMULA or "\\\\" in tex else ("type-large", "lone")


def _of_text(
    rest: Sequence[Block], room: Room, space: tuple[float, float], steps: Sequence[tuple[str, float, float, float]]
) -> tuple[str, ...]:
    width, most = space
    lines = lines_of(flat(rest), room)
    if lines is None or height(lines, TEXT, 12.0, width) >= HALF * most:
        return ()
    for names, size, after, share in steps:
        if height(lines, size, after, width) <= share * most:
            return tuple(names.split())
    return ()


def _of_code(block: Block, room: Room, most: float) -> tuple[str, ...]:
    lines = block[0].content.rstrip("\n").split("\n")
    longest = max(map(code_width, lines)) + (4 if "numbers" in block[0].info else 0)

    def fill(size: float) -> float:
        return len(lines) * size * CODE_LEADING + CODE_PADDING

    if fill(CODE) >= HALF * most:
        return ()
    for name, size in CODE_STEPS:
        if longest * size * MONOSPACE <= room.width - CODE_PADDING and fill(size) <= FILLED * most:
            return name, "lone"
    return ("lone",)


def _of_table(block: Block, room: Room, most: float) -> tuple[str, ...]:
    size = _table_size(block, room)
    if size is None or height_of(size, STEPS[0]) >= HALF * most:
        return ()
    for name, step in TABLE_STEPS:
        if width_of(size.columns, step, natural=True) <= room.width and height_of(size, step) <= FILLED * most:
            return name, "lone"
    return ("lone",)


def _table_size(block: Block, room: Room) -> TableSize | None:
    if block[0].type == "table_open":
        return size_of(block, room.slide)
    placed = room.slide.text.placed[next(PLACED.numbers(block[1].content))]
    if not isinstance(placed, PlacedTable):
        return None
    from slidegen.render.tables.measured import measured  # most slides place no tables

    return measured(placed, room.width)
