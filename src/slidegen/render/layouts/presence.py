"""Gives slides with little on them larger type, or a place in the middle of the height, instead of an empty half."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final

from markdown_it.token import Token

from slidegen.marks import PLACED
from slidegen.model import Layout
from slidegen.render.blocks import Block, flat, is_shown, kind
from slidegen.render.containers import CALLOUTS
from slidegen.render.layouts.base import Room
from slidegen.render.layouts.choosing import BESIDE_PICTURE
from slidegen.render.layouts.fitting import (
    CODE_LEADING,
    CODE_PADDING,
    MANY,
    MONOSPACE,
    Line,
    code_width,
    height,
    lines_of,
)
from slidegen.render.math import DISPLAYED
from slidegen.render.sizing import IMAGE_SHARE, TEXT
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
FORMULA_STEPS: Final = (("type-huge", 44.0), ("type-large", 36.0))
"""The sizes of a formula alone on its slide."""
SIGN, MATHS = 0.62, 1.08
"""The width of a sign in a formula, in ems, on average; and the size of formulas, as a share of that of text."""
COMMAND: Final = re.compile(
    r"\\(?:begin|end)\{[^}]*\}|\\(?:left|right|mathbb|mathbf|mathrm|text|operatorname)\b|[{}\s^_]"
)
"""What of TeX is no sign of its own."""
SIGNS: Final = re.compile(r"\\q?quad|\\[a-zA-Z]+|.")
CALLOUT_BOXES: Final = frozenset(f"container_{name}_open" for name in CALLOUTS)
CALLOUT: Final = 0.9
"""The size of text in a callout, as a share of that around it."""
BOX, BOX_ACROSS, IN_BOX = 52.0, 88.0, 4.0
"""What a callout takes beside its text, above each other and across, and the space after its lines, in pixels."""
FILLED: Final = 0.7
"""The share of the height up to which a single block is enlarged and stands in the middle."""


def presence(blocks: Sequence[Block], layout: Layout, room: Room) -> tuple[str, ...]:
    """The classes that enlarge or centre what stands on a slide. `blocks` are those of its body."""
    shown = [block for block in blocks if is_shown(block)]
    rest = [block for block in shown if block[0].type != "heading_open"]
    headings = len(shown) - len(rest)
    if headings > 1 or (headings and shown[0][0].type != "heading_open") or not rest:
        return ()
    most = room.height - room.heading * headings
    kinds = {kind(block, room.slide.text) for block in rest}
    if layout == "content" and kinds <= PLAIN:
        return _of_text(rest, room, (room.width, most), TEXT_STEPS)
    if layout in BESIDE_PICTURE and kinds <= PLAIN:
        return _of_text(rest, room, (room.cell(2) * 2 * IMAGE_SHARE, most), TEXT_STEPS[1:])
    if len(rest) != 1:
        return ()
    if layout == "code":
        return _of_code(rest[0], room, most)
    if layout == "table":
        return _of_table(rest[0], room, most)
    if layout == "two-columns" and kinds == {"columns"}:
        return _of_columns(rest[0], room, most)
    return _of_formula(rest[0], room)


def _of_formula(block: Block, room: Room) -> tuple[str, ...]:
    if block[0].type not in DISPLAYED:
        return ()
    tex = block[0].content
    signs = len(SIGNS.findall(COMMAND.sub("", tex))) if "\\\\" not in tex else MANY
    fitting = (name for name, size in FORMULA_STEPS if signs * SIGN * MATHS * size <= room.width)
    return *islice(fitting, 1), "lone"


def _of_columns(block: Block, room: Room, most: float) -> tuple[str, ...]:
    """The larger type of columns that hold nothing but text."""
    sides = _sides(block)
    if sides is None or len(sides) < 2:
        return ()
    texts = [(lines_of(side, room), sum(token.type in CALLOUT_BOXES for token in side)) for side in sides]

    def fits(size: float, after: float, share: float) -> bool:
        return all(
            lines is not None and _column_height(lines, boxes, (size, after), room.cell(len(sides))) <= share * most
            for lines, boxes in texts
        )

    name, size, after, share = TEXT_STEPS[-1]
    return (name,) if fits(TEXT, 12.0, HALF) and fits(size, after, share) else ()


def _column_height(lines: Sequence[Line], boxes: int, type_: tuple[float, float], width: float) -> float:
    """The height of a column of text, some of which stands in callouts. `type_` is its size and the space after it."""
    if not boxes:
        return height(lines, *type_, width)
    return height(lines, CALLOUT * type_[0], IN_BOX, width - BOX_ACROSS) + boxes * BOX


def _sides(block: Block) -> list[list[Token]] | None:
    """The content of each column; None if columns stand in columns, or one has a width of its own."""
    opened = [at for at, token in enumerate(block) if token.type == "container_column_open"]
    closed = [at for at, token in enumerate(block) if token.type == "container_column_close"]
    if sum(token.type == "container_columns_open" for token in block) > 1:
        return None
    if any(block[at].info.strip() != "column" for at in opened) or block[0].info.strip() != "columns":
        return None
    return [block[start + 1 : end] for start, end in zip(opened, closed, strict=True)]


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
