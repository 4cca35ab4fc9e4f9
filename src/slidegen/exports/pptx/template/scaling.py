"""Scales shapes from the area for content of our slide into that of a template."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from slidegen.exports.pptx.scene import (
    Box,
    Cell,
    ChartShape,
    PanelShape,
    Paragraph,
    PictureShape,
    Run,
    Shape,
    Stroke,
    TableShape,
    TextShape,
)

MOST: Final = 1.2
"""How much more one side is stretched than the other."""


def whole(box: Box, size: tuple[float, float]) -> bool:
    """Whether a box covers a slide."""
    return box.width > 0.97 * size[0] and box.height > 0.97 * size[1]


@dataclass(frozen=True, slots=True)
class Scaling:
    """Lays the box `of` into the box `into`: `x` and `y` are the shares of its sides, `size` that of type and of what
    keeps its proportions. Boxes that do not overlap do not do so afterwards."""

    of: Box
    into: Box
    x: float
    y: float

    @property
    def size(self) -> float:
        """How much larger type gets."""
        return min(self.x, self.y)

    @classmethod
    def between(cls, of: Box, into: Box, most: float) -> Scaling:
        """The scaling from one area into another one, in which nothing gets larger than `most`."""
        x, y = into.width / max(of.width, 1.0), into.height / max(of.height, 1.0)
        x, y = min(x, y * MOST, most * MOST), min(y, x * MOST, most)
        return cls(of, into, x, y)

    def box(self, box: Box) -> Box:
        """A box in the area. What the area is larger than the scaled one is left at its sides and below."""
        left = self.into.left + (self.into.width - self.of.width * self.x) / 2
        return Box(
            left + (box.left - self.of.left) * self.x,
            self.into.top + (box.top - self.of.top) * self.y,
            box.width * self.x,
            box.height * self.y,
        )

    def shape(self, shape: Shape) -> Shape:
        """A shape in the area, its type as much smaller."""
        box = self.box(shape.box)
        if isinstance(shape, TextShape):
            return replace(
                shape,
                box=box,
                paragraphs=tuple(self._paragraph(one) for one in shape.paragraphs),
                outline=self._stroke(shape.outline),
                radius=shape.radius * self.size,
                padding=self._padding(shape.padding),
            )
        if isinstance(shape, TableShape):
            return replace(
                shape,
                box=box,
                columns=tuple(width * self.x for width in shape.columns),
                rows=tuple(height * self.y for height in shape.rows),
                cells=tuple(self._cell(cell) for cell in shape.cells),
            )
        if isinstance(shape, PanelShape):
            outline = self._stroke(shape.outline)
            return replace(shape, box=box, radius=shape.radius * self.size, outline=outline)
        if isinstance(shape, ChartShape):
            return replace(shape, box=self._within(shape.box, box), scale=self.size)
        return replace(shape, box=self._within(shape.box, box), radius=shape.radius * self.size)

    def covering(self, shape: Shape, new: tuple[float, float]) -> Shape:
        """A shape that covers a slide, on one of the `new` size; a picture is cut to its shape."""
        box = Box(0.0, 0.0, *new)
        if not isinstance(shape, PictureShape):
            return replace(self.shape(shape), box=box)
        left, top, right, bottom = shape.crop
        share = (new[0] / new[1]) / (shape.box.width / shape.box.height)
        if share < 1:
            more = (1 - left - right) * (1 - share) / 2
            return replace(shape, box=box, crop=(left + more, top, right + more, bottom))
        more = (1 - top - bottom) * (1 - 1 / share) / 2
        return replace(shape, box=box, crop=(left, top + more, right, bottom + more))

    def _within(self, old: Box, box: Box) -> Box:
        """A box of the old one's proportions in the middle of the new one; at its sides if it stands at the area's."""
        width, height = old.width * self.size, old.height * self.size
        free, below = box.width - width, box.height - height
        left = 0.0 if old.left - self.of.left < 2 else free if self.of.right - old.right < 2 else free / 2
        return Box(box.left + left, box.top + below / 2, width, height)

    def _paragraph(self, paragraph: Paragraph) -> Paragraph:
        share = self.size
        return replace(
            paragraph,
            runs=tuple(self._run(run) for run in paragraph.runs),
            box=self.box(paragraph.box),
            size=paragraph.size * share,
            indent=paragraph.indent * share,
            hanging=paragraph.hanging * share,
            before=paragraph.before * share,
            extent=paragraph.extent * share,
        )

    def _run(self, run: Run) -> Run:
        return replace(run, size=run.size * self.size, spacing=run.spacing * self.size)

    def _stroke(self, stroke: Stroke | None) -> Stroke | None:
        return replace(stroke, width=max(0.5, stroke.width * self.size)) if stroke else None

    def _padding(self, padding: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        top, right, bottom, left = padding
        return top * self.size, right * self.size, bottom * self.size, left * self.size

    def _cell(self, cell: Cell) -> Cell:
        top, right, bottom, left = cell.padding
        return replace(
            cell,
            paragraphs=tuple(self._paragraph(one) for one in cell.paragraphs),
            left=self._stroke(cell.left),
            right=self._stroke(cell.right),
            above=self._stroke(cell.above),
            below=self._stroke(cell.below),
            padding=(top * self.y, right * self.x, bottom * self.y, left * self.x),  # room for the bars behind it
        )
