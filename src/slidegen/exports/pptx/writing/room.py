"""Gives texts and tables room: another font, or another program, may set their lines wider than the browser does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from slidegen.exports.pptx.scene import Box, PanelShape, Shape, Slide, TableShape, TextShape

ROOM: Final = 1.12
"""How much wider a line may be set."""
BALANCED: Final = 1.08
"""How much wider than its lines a text is whose lines are balanced: they then break where they do in the browser."""
COLUMN: Final = 1.2
"""How much wider the columns of a table may be: a word that does not fit its cell is cut in two."""
GAP: Final = 6.0
"""What stays free between a box that is widened and the next one, or the edge of the slide."""


def with_room(slide: Slide, width: float) -> Slide:
    """The same slide; texts of single lines that fill their boxes get wider ones as far as there is room, as do narrow
    tables, and those whose lines are balanced get boxes no wider than these, as do formulas. `width` is that of a
    slide."""
    return replace(slide, shapes=tuple(_shape(shape, slide.shapes, width) for shape in slide.shapes))


def _shape(shape: Shape, shapes: Sequence[Shape], width: float) -> Shape:
    others = [other for other in shapes if other is not shape]
    if isinstance(shape, TableShape):
        return _table(shape, others, width)
    if not isinstance(shape, TextShape) or shape.code or shape.role == "number":
        return shape
    if len(shape.paragraphs) == 1 and all(run.formula for run in shape.paragraphs[0].runs):
        return _formula(shape)
    return _with_room(shape, others, width)


def _table(shape: TableShape, others: Sequence[Shape], width: float) -> TableShape:
    """A table with wider columns, as far as it stays within the margins and on no other shape. One with bars in its
    cells or another ground stays as it is."""
    box = shape.box
    if any(_within(other.box, box) or _within(box, other.box) for other in others):
        return shape
    low, high = _free(box, others, width)
    margin = min(box.left, width - box.right)
    low, high = max(low, margin), min(high, width - margin)
    centred = abs(box.left + box.right - width) < 2
    wanted = box.width * COLUMN
    left = max(low, box.left - (wanted - box.width) / 2) if centred else max(low, box.right - wanted)
    left = box.left if not centred and not shape.rtl else left
    right = box.right if shape.rtl and not centred else min(high, left + wanted)
    if right - left <= box.width:
        return shape
    columns = tuple(one * (right - left) / box.width for one in shape.columns)
    return replace(shape, box=replace(box, left=left, width=right - left), columns=columns)


def _within(one: Box, other: Box) -> bool:
    """Whether a box stands in another one, at least for the most part."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > 0 and down > 0 and 2 * across * down > one.width * one.height


def _formula(shape: TextShape) -> TextShape:
    """A formula of its own in a box of its width, in which it does not wrap. LibreOffice stretches it to its box."""
    (paragraph,) = shape.paragraphs
    box = shape.box
    wanted = min(box.width, paragraph.indent + paragraph.extent * ROOM)
    spare = box.width - wanted
    at_end = (paragraph.align == "end") != paragraph.rtl
    left = box.left + (spare / 2 if paragraph.align == "center" else spare if at_end else 0.0)
    narrow = replace(box, left=left, width=wanted)
    return replace(shape, box=narrow, paragraphs=(replace(paragraph, box=narrow),))


def _with_room(shape: TextShape, others: Sequence[Shape], width: float) -> TextShape:
    paragraphs = shape.paragraphs
    if not all(paragraph.lines == 1 or paragraph.balanced for paragraph in paragraphs):
        return shape
    aligns = {(paragraph.align, paragraph.rtl) for paragraph in paragraphs}
    if len(aligns) != 1 or shape.fill or shape.outline:
        return shape
    align, rtl = aligns.pop()
    balanced = any(paragraph.balanced for paragraph in paragraphs)
    room = BALANCED if balanced else ROOM
    wanted = max(p.indent + p.extent * (BALANCED if p.balanced else room) for p in paragraphs)
    box = shape.box
    if wanted <= box.width and not balanced:
        return shape
    low, high = _free(box, others, width)
    if align == "center":
        half = min(wanted / 2, box.left + box.width / 2 - low, high - box.left - box.width / 2)
        half = max(half, 0.0 if balanced else box.width / 2)
        return replace(shape, box=replace(box, left=box.left + box.width / 2 - half, width=2 * half))
    if (align == "end") != rtl:
        left = max(low, box.right - wanted)
        left = left if balanced else min(left, box.left)
        return replace(shape, box=replace(box, left=left, width=box.right - left))
    if align == "justify":
        return shape
    right = min(high, box.left + wanted)
    return replace(shape, box=replace(box, width=(right if balanced else max(right, box.right)) - box.left))


def _free(box: Box, others: Sequence[Shape], width: float) -> tuple[float, float]:
    """How far to the left and right a box may reach: to the next shapes beside it, except the panels around it."""
    low, high = GAP, width - GAP
    for other in others:
        one = other.box
        if one.bottom <= box.top + 1 or one.top >= box.bottom - 1:
            continue
        if isinstance(other, PanelShape) and one.left <= box.left and one.right >= box.right:
            low, high = max(low, one.left + GAP), min(high, one.right - GAP)
        elif one.left >= box.right - 2:
            high = min(high, max(box.right, one.left - GAP))
        elif one.right <= box.left + 2:
            low = max(low, min(box.left, one.right + GAP))
    return low, high
