"""Gives texts room: another font, or another program, may set their lines wider than the browser does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from slidegen.exports.pptx.scene import Box, PanelShape, Shape, Slide, TextShape

ROOM: Final = 1.12
"""How much wider a line may be set."""
BALANCED: Final = 1.08
"""How much wider than its lines a text is whose lines are balanced: they then break where they do in the browser."""
GAP: Final = 6.0
"""What stays free between a box that is widened and the next one, or the edge of the slide."""


def with_room(slide: Slide, width: float) -> Slide:
    """The same slide; texts of single lines that fill their boxes get wider ones as far as there is room, and those
    whose lines are balanced get boxes no wider than these. `width` is that of a slide."""
    shapes = tuple(
        _with_room(shape, [other for other in slide.shapes if other is not shape], width)
        if isinstance(shape, TextShape) and not shape.code and shape.role != "number"
        else shape
        for shape in slide.shapes
    )
    return replace(slide, shapes=shapes)


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
