"""Horizontal or vertical bars, one or a few for each row of a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from pydantic import Field

from slidegen.figures.axes import (
    BOTTOM_ROOM,
    MIDDLE,
    SIZE,
    TITLE_ROOM,
    Axis,
    axis,
    bottom_axis,
    horizontal_grid,
    padded,
    whole_range,
)
from slidegen.figures.base import Columns, FigureKind, FigureOptions, listed, part, svg_drawing
from slidegen.figures.data import Measure, Numbers, Reader, check_positive
from slidegen.figures.keys import SWATCH, key_row
from slidegen.figures.rows import BETWEEN, RowNames
from slidegen.figures.scales import Scale, decimals_of_all
from slidegen.figures.svg import QUIET, STRONG, Fills, color, line, rect, text
from slidegen.figures.type import CUT, text_width, wrapped
from slidegen.pictures import Drawing, Frame

MOST_LYING, MOST_STANDING, NUMBERED = 18, 16, 10
MOST_SERIES: Final = 6
THINNEST, THICKEST, TWO_LINES = 22.0, 76.0, 46.0
"""The height of a horizontal bar with the space around it: least, greatest, and least if names have two lines."""


class BarsOptions(FigureOptions):
    """Bars."""

    value: Columns = Field(description="The column of the bars' length; several stand beside each other.")
    label: Columns | None = Field(None, description="What names a bar; else the columns that differ.")
    orientation: Literal["horizontal", "vertical"] = "horizontal"
    log: bool = Field(False, description="A logarithmic axis.")
    value_label: str | None = Field(None, description="The title of the axis; else the column's heading.")
    highlight: str | None = Field(None, description="An expression over a row's columns: bars that stand out.")


@dataclass(frozen=True, slots=True)
class Bars:
    """The content of a bar chart: for each name a number from every column."""

    title: str
    description: str | None
    measure: Measure
    columns: tuple[Numbers, ...]
    names: tuple[tuple[str, ...], ...]
    lit: tuple[bool, ...]
    log: bool
    vertical: bool

    def draw(self, frame: Frame) -> Drawing:
        """Draws the bars."""
        few = len(self.names) * len(self.columns) <= NUMBERED
        return _standing(self, frame, few) if self.vertical else _lying(self, frame, few)

    @property
    def widest(self) -> float:
        """The width of the widest number."""
        return max((text_width(self.measure.text(value), SIZE, True) for value in self.values), default=0.0)

    @property
    def values(self) -> list[float]:
        """All numbers."""
        return [value for column in self.columns for value in column.known]

    def stands_out(self, row: int) -> bool:
        """Whether a row is highlighted and not all rows are."""
        return self.lit[row] and not all(self.lit)

    def alt_text(self) -> str:
        """The sentence for screen readers."""
        if self.description is not None:
            return self.description
        rows = []
        for row, name in enumerate(self.names):
            numbers = [
                (f"{column.label} " if len(self.columns) > 1 else "") + self.measure.text(column.values[row])
                for column in self.columns
            ]
            rows.append(f"{', '.join(name)}: {', '.join(numbers)}")
        scale = " on a logarithmic axis" if self.log else ""
        return f"Bars of {self.measure.title}{scale}. {listed(rows)}"


def read(reader: Reader, options: BarsOptions) -> Bars:
    """Reads the bars of a table, one group for each row."""
    measure, columns = reader.numbers("value", options.value, options.value_label)
    if measure.digits is None:  # numbers one below the other have the same number of decimals
        measure = replace(measure, digits=decimals_of_all([value for one in columns for value in one.known]))
    names = reader.bar_names("label", options.label)
    vertical = options.orientation == "vertical"
    most = MOST_STANDING if vertical else MOST_LYING
    if len(names) * len(columns) > most:
        reader.problem("table", f"{len(names) * len(columns)} bars; at most {most} have room; choose rows with where")
    if len(columns) > MOST_SERIES:
        reader.problem("value", f"{len(columns)} columns; at most {MOST_SERIES} can be told apart")
    if options.log:
        check_positive(reader, "log", columns)
    lit = tuple(reader.rule("highlight", options.highlight))
    by = ", ".join(reader.words(key, key) for key in options.label or ()) or "row"
    title = options.caption or f"{measure.label or 'Values'} by {by}"
    return Bars(title, options.description, measure, tuple(columns), tuple(names), lit, options.log, vertical)


@dataclass(frozen=True, slots=True)
class _Plot:
    """A bar chart while it is drawn. The axis runs along the bars; `numbered` bars have their numbers at the ends."""

    bars: Bars
    fills: Fills
    axis: Axis
    numbered: bool

    @property
    def base(self) -> float:
        """Where the bars begin."""
        return self.axis.scale.start if self.bars.log else self.axis.scale(0)

    def fill(self, row: int, series: int) -> str:
        """The fill of a bar. A single series is in the first colour, or grey if not highlighted."""
        if len(self.bars.columns) > 1:
            return self.fills.fill(series)
        return color(0) if self.bars.lit[row] else STRONG

    def number(self, row: int, value: float | None, x: float, y: float, anchor: str) -> str:
        """The number at the end of a bar, or "n/a"."""
        if value is None:
            return text(x, y, self.bars.measure.text(None), fill=QUIET, anchor=anchor)
        if not self.numbered:
            return ""
        return text(x, y, self.bars.measure.text(value), anchor=anchor, bold=self.bars.lit[row])

    def lying(self, row: int, series: int, top: float, thick: float) -> str:
        """A horizontal bar, to the right of zero or to the left."""
        column = self.bars.columns[series]
        value, baseline = column.values[row], top + thick / 2 + MIDDLE
        if value is None:
            return self.number(row, None, self.base + 10, baseline, "start")
        end, gap = self.axis.scale(value), 1.0 if len(self.bars.columns) > 1 else 0.0
        box = min(self.base, end), top + gap, abs(end - self.base), thick - 2 * gap
        bar = rect(*box, self.fill(row, series), data_value=repr(column.raw[row]))
        return bar + self.number(
            row, value, *((end + 8, baseline, "start") if value >= 0 else (end - 8, baseline, "end"))
        )

    def standing(self, row: int, series: int, left: float, thick: float) -> str:
        """A vertical bar, upwards or downwards from zero."""
        column = self.bars.columns[series]
        value, middle = column.values[row], left + thick / 2
        if value is None:
            return self.number(row, None, middle, self.base - 8, "middle")
        end, gap = self.axis.scale(value), 1.5 if len(self.bars.columns) > 1 else 0.0
        box = left + gap, min(self.base, end), thick - 2 * gap, abs(self.base - end)
        bar = rect(*box, self.fill(row, series), data_value=repr(column.raw[row]))
        return bar + self.number(row, value, middle, end - 8 if value >= 0 else end + SIZE + 2, "middle")


def _key(bars: Bars, fills: Fills, right: float) -> tuple[str, float]:
    """The key of several series and its height."""
    names = [column.label for column in bars.columns]
    if len(names) < 2:
        return "", 0.0
    return key_row(names, lambda index, x, y: rect(x, y - 8, SWATCH, 16, fills.fill(index)), right)


def _axis(bars: Bars, start: float, end: float, most: int, exact: bool = False) -> Axis:
    """The axis of the values. An `exact` one has no ticks and ends at the longest bar."""
    if bars.log:
        low, high = padded(bars.values, True, 0.08)
        return axis(Scale(low / 1.6, high, start, end, True), bars.measure.title, most)  # the least bar has a length
    low, high = whole_range(bars.values, most)
    if exact and any(bars.values):
        low, high = min(0.0, *bars.values), max(0.0, *bars.values)
    return axis(Scale(low, high, start, end), bars.measure.title, most)


def _lying(bars: Bars, frame: Frame, numbered: bool) -> Drawing:
    names, count = RowNames.of(bars.names, frame.width), max(1, len(bars.columns))
    ruled = bars.log or not numbered
    beside = bars.widest + 16 if numbered else 24.0
    left = names.width + (beside if min(bars.values, default=0.0) < 0 and numbered else 0)
    right = frame.width - beside
    most = max(3, round((right - left) / 130))
    plot = _Plot(bars, Fills(frame.prefix), _axis(bars, left, right, most, not ruled), numbered)
    key, top = _key(bars, plot.fills, frame.width)
    title = "" if ruled else text(0, top + SIZE * 0.8, bars.measure.title, fill=QUIET)
    top += 0 if ruled else TITLE_ROOM
    below = BOTTOM_ROOM if ruled else 6.0
    band = (frame.height - top - below) / len(bars.names)
    if not frame.exact:
        least = max(THINNEST * (0.3 + 0.7 * count), TWO_LINES if names.two_lines else 0.0)
        band = min(max(band, least), THICKEST * (0.5 + 0.5 * count))
    thick = band * 0.72 / count
    if numbered and count > 1 and thick < SIZE * 0.95:
        return _lying(bars, frame, False)  # the numbers would overlap
    bottom = top + band * len(bars.names)
    parts = [bottom_axis(plot.axis, bottom, left, right, line_at=False)] if ruled else []
    for row in range(len(bars.names)):
        middle = top + band * (row + 0.5)
        drawn = [plot.lying(row, i, middle + (i - count / 2) * thick, thick) for i in range(count)]
        parts.append(part(frame, names.draw(row, middle, bars.stands_out(row)), *drawn))
    parts.append(line(plot.base, top, plot.base, bottom, STRONG, 1.5))
    return svg_drawing(
        frame, bottom + below, bars.title, bars.alt_text(), key + title + "".join(parts), plot.fills.defs
    )


def _under(name: tuple[str, ...], width: float) -> list[str]:
    """The lines of a name below a bar. If wrapping would cut it, each part of the name gets its own lines."""
    lines = wrapped(BETWEEN.join(name), SIZE, width)
    if len(name) > 1 and any(CUT in line for line in lines):
        return [line for part in name for line in wrapped(part, SIZE, width)]
    return lines


def _standing(bars: Bars, frame: Frame, few: bool) -> Drawing:
    count, fills = max(1, len(bars.columns)), Fills(frame.prefix)
    left = _axis(bars, 1, 0, 6).width + 14
    band = (frame.width - left) / len(bars.names)
    thick = min(band * 0.66, 96.0 * count) / count
    numbered = few and bars.widest <= (thick if count > 1 else band - 4)
    names = [_under(name, band - 10) for name in bars.names]
    key, top = _key(bars, fills, frame.width)
    bottom = frame.height - 12 - 22.0 * max(map(len, names))
    upper = top + TITLE_ROOM + (16 if numbered else 0)
    plot = _Plot(bars, fills, _axis(bars, bottom, upper, max(3, min(6, round((bottom - upper) / 60)))), numbered)
    parts = [horizontal_grid(plot.axis, left, frame.width, top)]
    for row, lines in enumerate(names):
        center = left + band * (row + 0.5)
        drawn = [plot.standing(row, i, center + (i - count / 2) * thick, thick) for i in range(count)]
        name = text(center, bottom + 8 + SIZE, lines, anchor="middle", bold=bars.stands_out(row))
        parts.append(part(frame, *drawn, name))
    parts.append(line(left, plot.base, frame.width, plot.base, STRONG, 1.5))
    return svg_drawing(frame, frame.height, bars.title, bars.alt_text(), key + "".join(parts), fills.defs)


BARS: Final = FigureKind(BarsOptions, read)
