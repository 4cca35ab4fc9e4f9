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

    @property
    def height(self) -> float:
        """The least distance of rows whose names do not touch."""
        return 2 * SIZE + 4 if self.two_lines and any(len(parts) > 1 for parts in self.names) else SIZE

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
    """Reports different names of rows that are cut to the same text even on a whole slide."""
    rows = RowNames.of(names, WIDEST)
    _report_same(reader, "label", [(BETWEEN.join(name), " ".join(rows.lines(row))) for row, name in enumerate(names)])


def check_cut_series(reader: Reader, option: str, names: Sequence[str], share: float) -> None:
    """The same for names of series, which may take a `share` of the width of the figure."""
    cut = [shortened(name, SIZE * SEMIBOLD, WIDEST * share) for name in names]
    _report_same(reader, option, list(zip(names, cut, strict=True)))


def _report_same(reader: Reader, option: str, names: Sequence[tuple[str, str]]) -> None:
    """Reports the first pair of different names with the same text; `names` has each with its text."""
    first: dict[str, str] = {}
    for name, text_shown in names:
        other = first.setdefault(text_shown, name)
        if other != name:
            message = f"{other!r} and {name!r} are both cut to {text_shown!r}; give shorter words in labels"
            reader.problem(option, message)
            return
