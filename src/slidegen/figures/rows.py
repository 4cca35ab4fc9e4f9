"""The names to the left of horizontal bars, strips and formats: one line, or a second one in small type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from slidegen.figures.axes import MIDDLE, SIZE, SMALL
from slidegen.figures.data import Reader
from slidegen.figures.svg import QUIET, text
from slidegen.figures.type import SEMIBOLD, shortened, text_width

GAP: Final = 18.0
NARROW, LARGEST_SHARE, LARGEST_SHARE_NARROW = 600.0, 0.36, 0.46
"""The share of the width that names may take; the second one in figures that are at most `NARROW`."""
WIDEST: Final = 1136.0
"""The width of a slide of the usual size inside its margins."""
BETWEEN: Final = " · "


@dataclass(frozen=True, slots=True)
class RowNames:
    """The names of a figure's rows. `width` is the space that they take from the left edge, with the gap after them."""

    names: tuple[tuple[str, ...], ...]
    width: float
    two_lines: bool

    @classmethod
    def of(cls, names: Sequence[tuple[str, ...]], figure_width: float) -> RowNames:
        """Puts names in one line if they have space there, else the first part above the others."""
        most = figure_width * (LARGEST_SHARE if figure_width > NARROW else LARGEST_SHARE_NARROW)
        joined = max((text_width(BETWEEN.join(parts), SIZE, True) for parts in names), default=0.0)
        if joined <= most or all(len(parts) == 1 for parts in names):
            return cls(tuple(names), min(joined, most) + GAP, False)
        widths = [max(text_width(parts[0], SIZE, True), text_width(BETWEEN.join(parts[1:]), SMALL)) for parts in names]
        return cls(tuple(names), min(max(widths), most) + GAP, True)

    def lines(self, row: int) -> tuple[str, ...]:
        """The lines of a name, each cut to its space."""
        parts, room = self.names[row], self.width - GAP
        if not self.two_lines or len(parts) == 1:
            return (shortened(BETWEEN.join(parts), SIZE * SEMIBOLD, room),)
        return shortened(parts[0], SIZE * SEMIBOLD, room), shortened(BETWEEN.join(parts[1:]), SMALL, room)

    def draw(self, row: int, middle: float, bold: bool = False) -> str:
        """Draws the name of a row with its middle at this height."""
        first, *rest = self.lines(row)
        if not rest:
            return text(0, middle + MIDDLE, first, bold=bold)
        return text(0, middle - 3, first, bold=bold) + text(0, middle + SMALL + 1, rest, size=SMALL, fill=QUIET)


def check_cut(reader: Reader, names: Sequence[tuple[str, ...]]) -> None:
    """Reports different names that are cut to the same text even on a whole slide."""
    rows, shown = RowNames.of(names, WIDEST), dict[tuple[str, ...], tuple[str, ...]]()
    for row, name in enumerate(names):
        other = shown.setdefault(rows.lines(row), name)
        if other != name:
            pair = " and ".join(repr(BETWEEN.join(one)) for one in (other, name))
            reader.problem(
                "label", f"{pair} are both cut to {' '.join(rows.lines(row))!r}; give shorter words in labels"
            )
            return
