"""A dot plot: a dot for each row on one axis, perhaps with the interval in which the true number lies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from pydantic import Field

from slidegen.figures.annotations import Notes, Threshold, check_bar_notes, ends, place_thresholds
from slidegen.figures.axes import (
    NUMBER,
    SIZE,
    TICK_ROOM,
    TITLE_ROOM,
    axis,
    padded,
    scale_title,
    top_title,
    vertical_grid,
)
from slidegen.figures.base import Columns, FigureKind, FigureOptions, listed, part, svg_drawing
from slidegen.figures.data import Measure, Numbers, Reader, check_positive
from slidegen.figures.rows import RowNames, check_cut
from slidegen.figures.scales import Scale, decimals_of_all
from slidegen.figures.svg import CONTEXT, PAGE, QUIET, color, line, tag, text
from slidegen.figures.type import text_width
from slidegen.pictures import Drawing, Frame

MOST: Final = 16
THINNEST: Final = 26.0
DOT, INTERVAL = 9.0, 7.0
"""The radius of a dot and the width of an interval."""
NEAR_ZERO: Final = 0.35
"""The axis begins at zero if the least number is at most this share of the greatest."""


class DotPlotOptions(FigureOptions):
    """A dot plot."""

    value: str = Field(description="The column of the dots.")
    low: str | None = Field(None, description="The column where a row's interval begins.")
    high: str | None = Field(None, description="The column where a row's interval ends.")
    label: Columns | None = Field(None, description="What names a row; else the columns that differ.")
    log: bool = Field(False, description="A logarithmic axis.")
    value_label: str | None = Field(None, description="The title of the axis; else the column's heading.")
    highlight: str | None = Field(None, description="An expression over a row's columns: dots that stand out.")
    annotate: Notes = ()


@dataclass(frozen=True, slots=True)
class DotPlot:
    """The content of a dot plot. `intervals` has for each row the ends of its interval, or None."""

    title: str
    description: str | None
    measure: Measure
    values: Numbers
    intervals: tuple[tuple[float, float] | None, ...]
    names: tuple[tuple[str, ...], ...]
    lit: tuple[bool, ...]
    log: bool
    thresholds: tuple[Threshold, ...]

    def alt_text(self) -> str:
        """The sentence for screen readers."""
        if self.description is not None:
            return self.description
        rows = []
        for name, value, interval in zip(self.names, self.values.values, self.intervals, strict=True):
            within = f" (from {self.measure.text(interval[0])} to {self.measure.text(interval[1])})" if interval else ""
            rows.append(f"{', '.join(name)}: {self.measure.text(value)}{within}")
        said = "".join(f" {one.words}." for one in self.thresholds)
        return f"Dots of {scale_title(self.measure.title, self.log)}. {listed(rows)}{said}"

    def draw(self, frame: Frame) -> Drawing:
        """Draws the dots on their lines, with the numbers at the right end."""
        names = RowNames.of(self.names, frame.width)
        title = "" if frame.titled else scale_title(self.measure.title, self.log)
        widest = max(text_width(self.measure.text(value), NUMBER, True) for value in self.values.values)
        left, right = names.width + DOT, frame.width - widest - 22
        reach = [*self.values.known, *(end for one in self.intervals if one for end in one)]
        reach += [end for one in self.thresholds for end in one.at]
        scale = Scale(*padded(reach, self.log, near=NEAR_ZERO), left, right, self.log)
        along = axis(scale, "", max(3, round((right - left) / 130)), self.measure.lang)
        lines = place_thresholds(self.thresholds, scale, frame.width, TITLE_ROOM if title else 0.0, left)
        top = max((one.plot_top for one in lines), default=TITLE_ROOM if title else 0.0)
        band = max((frame.height - top - TICK_ROOM) / len(self.names), THINNEST, names.height)
        bottom = top + band * len(self.names)
        parts = [top_title(title), vertical_grid(along, top, bottom), *(one.range(bottom) for one in lines)]
        parts += [one.line(bottom) + one.name for one in lines]
        for row in range(len(self.names)):
            middle = top + band * (row + 0.5)
            heavy = self.lit[row] and not all(self.lit)
            drawn = self._row(row, scale, middle, frame.width, NUMBER if band > NUMBER * 1.15 else SIZE)
            parts.append(part(frame, names.draw(row, middle, heavy), drawn))
        return svg_drawing(frame, bottom + TICK_ROOM, self.title, self.alt_text(), "".join(parts))

    def _row(self, row: int, scale: Scale, middle: float, right: float, size: float) -> str:
        value, interval, fill = self.values.values[row], self.intervals[row], color(0) if self.lit[row] else CONTEXT
        words = self.measure.text(value)
        if value is None:
            return text(right, middle + SIZE * 0.35, words, fill=QUIET, anchor="end")
        bar = ""
        if interval is not None:
            bar = line(scale(interval[0]), middle, scale(interval[1]), middle, fill, INTERVAL,
                       stroke_linecap="round", opacity=0.45 if self.lit[row] else None)  # fmt: skip
        dot = tag("circle", cx=scale(value), cy=middle, r=DOT, fill=fill, stroke=PAGE, stroke_width=2,
                  data_value=repr(self.values.raw[row]))  # fmt: skip
        number = text(right, middle + size * 0.35, words, size, anchor="end", bold=self.lit[row])
        return bar + dot + number


def read(reader: Reader, options: DotPlotOptions) -> DotPlot:
    """Reads the dots of a table, one for each row."""
    if (options.low is None) != (options.high is None):
        reader.problem("low" if options.high is None else "high", "an interval needs both low and high")
    keys = [options.value, *(key for key in (options.low, options.high) if key is not None)]
    measure, columns = reader.numbers("value", keys, options.value_label)
    if measure.digits is None:
        measure = replace(measure, digits=decimals_of_all([value for one in columns for value in one.known]))
    if columns and options.value_label is None:
        measure = replace(measure, label=columns[0].label)
    names = reader.bar_names("label", options.label)
    if len(names) > MOST:
        reader.problem("table", f"{len(names)} rows; at most {MOST} have room; choose rows with where")
    if options.log:
        check_positive(reader, "log", columns)
    check_cut(reader, names)
    check_bar_notes(reader, options.annotate, names, options.log)
    if any(note.row is not None for note in options.annotate):
        reader.problem("annotate", "a dot plot has words at a value only; give value")
    lit = tuple(reader.rule("highlight", options.highlight))
    intervals: list[tuple[float, float] | None] = [None] * len(names)
    if len(columns) == 3:
        for row, (value, low, high) in enumerate(zip(*(one.values for one in columns), strict=True)):
            if low is None or high is None or value is None:
                continue
            if not low <= value <= high:
                reader.problem("low", f"{reader.row_name(row)}: {value:g} is not between {low:g} and {high:g}")
            intervals[row] = (low, high)
    notes = tuple(Threshold(ends(note.value), note.text) for note in options.annotate if note.value is not None)
    values = columns[0] if columns else Numbers("", "", (), ())
    title = options.heading(f"{measure.label} by row")
    return DotPlot(title, options.description, measure, values, tuple(intervals), tuple(names), lit, options.log, notes)


DOT_PLOT: Final = FigureKind(DotPlotOptions, read)
