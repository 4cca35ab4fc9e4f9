"""The names to the left of horizontal bars, strips and formats: one line, or a second one in small type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from slidegen.figures.axes import MIDDLE, SIZE, SMALL
from slidegen.figures.svg import QUIET, text
from slidegen.figures.type import shortened, text_width

GAP: Final = 18.0
LARGEST_SHARE: Final = 0.36
BETWEEN: Final = " · "


@dataclass(frozen=True, slots=True)
class RowNames:
    """The names of a figure's rows. `width` is the space that they take from the left edge, with the gap after them."""

    names: tuple[tuple[str, ...], ...]
    width: float
    two_lines: bool

    @classmethod
    def of(cls, names: Sequence[tuple[str, ...]], figure_width: float) -> RowNames:
        """Puts names in one line if they take at most a third of the figure, else the first part above the others."""
        most = figure_width * LARGEST_SHARE
        joined = max((text_width(BETWEEN.join(parts), SIZE, True) for parts in names), default=0.0)
        if joined <= most or all(len(parts) == 1 for parts in names):
            return cls(tuple(names), min(joined, most) + GAP, False)
        widths = [max(text_width(parts[0], SIZE, True), text_width(BETWEEN.join(parts[1:]), SMALL)) for parts in names]
        return cls(tuple(names), min(max(widths), most) + GAP, True)

    def draw(self, row: int, middle: float, bold: bool = False) -> str:
        """Draws the name of a row with its middle at this height."""
        parts = self.names[row]
        frame = self.width - GAP
        if not self.two_lines or len(parts) == 1:
            return text(0, middle + MIDDLE, shortened(BETWEEN.join(parts), SIZE, frame), bold=bold)
        first = text(0, middle - 3, shortened(parts[0], SIZE, frame), bold=bold)
        rest = shortened(BETWEEN.join(parts[1:]), SMALL, frame)
        return first + text(0, middle + SMALL + 1, rest, size=SMALL, fill=QUIET)
