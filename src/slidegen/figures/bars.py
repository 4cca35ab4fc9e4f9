"""Horizontal or vertical bars, one or a few for each row of a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from pydantic import Field

from slidegen.figures.annotations import (
    Note,
    Notes,
    PlacedThreshold,
    Threshold,
    check_bar_notes,
    clear_of,
    ends,
)
from slidegen.figures.axes import (
    SIZE,
    Axis,
    horizontal_grid,
    top_title,
    vertical_grid,
)
from slidegen.figures.bar_layout import BarLayout, bar_layout, said_at
from slidegen.figures.base import Columns, FigureKind, FigureOptions, listed, part, svg_drawing
from slidegen.figures.data import Measure, Numbers, Reader, check_positive
from slidegen.figures.keys import SWATCH, key_row
from slidegen.figures.rows import BETWEEN, RowNames, check_cut
from slidegen.figures.scales import Scale, decimals_of_all
from slidegen.figures.svg import CONTEXT, INK, INSIDE, QUIET, STRONG, Fills, inside_color, label_color, line, rect, text
from slidegen.figures.type import text_width
from slidegen.pictures import Drawing, Frame

MOST: Final = 18
MOST_SERIES: Final = 6


class BarsOptions(FigureOptions):
    """Bars."""

    value: Columns = Field(description="The column of the bars' length; several stand beside each other.")
    label: Columns | None = Field(None, description="What names a bar; else the columns that differ.")
    orientation: Literal["horizontal", "vertical"] = "horizontal"
    log: bool = Field(False, description="A logarithmic axis.")
    value_label: str | None = Field(None, description="The title of the axis; else the column's heading.")
    highlight: str | None = Field(None, description="An expression over a row's columns: bars that stand out.")
    annotate: Notes = ()


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
    notes: tuple[Note, ...] = ()

    def draw(self, frame: Frame) -> Drawing:
        """Draws the bars; they lie if their names have no room below them."""
        laid = bar_layout(self, frame)
        return _standing(self, frame, laid) if laid.vertical else _lying(self, frame, laid)

    def widest(self, size: float) -> float:
        """The width of the widest number, in bold."""
        return max((text_width(self.measure.text(value), size, True) for value in self.values), default=0.0)

    @property
    def values(self) -> list[float]:
        """All numbers."""
        return [value for column in self.columns for value in column.known]

    @property
    def reach(self) -> list[float]:
        """All numbers that the axis includes: those of the bars and of what is said at the axis."""
        return [*self.values, *(end for note in self.notes if note.value is not None for end in ends(note.value))]

    @property
    def keyed(self) -> dict[int, str]:
        """The names of the columns, if there are several."""
        return {index: column.label for index, column in enumerate(self.columns)} if len(self.columns) > 1 else {}

    def words(self, row: int) -> str:
        """What is said at a bar."""
        name = self.names[row]
        return "; ".join(note.text for note in self.notes if note.row in (*name, BETWEEN.join(name)))

    @property
    def thresholds(self) -> list[Threshold]:
        """What is said at the axis."""
        return [Threshold(ends(note.value), note.text) for note in self.notes if note.value is not None]

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
        said = "".join(f" {note.text}: {_place(note, self.measure)}." for note in self.notes)
        return f"Bars of {self.measure.title}{scale}. {listed(rows)}{said}"


def _place(note: Note, measure: Measure) -> str:
    if note.value is None:
        return note.row or ""
    return " to ".join(dict.fromkeys(measure.text(end) for end in ends(note.value)))


def read(reader: Reader, options: BarsOptions) -> Bars:
    """Reads the bars of a table, one group for each row."""
    measure, columns = reader.numbers("value", options.value, options.value_label)
    if measure.digits is None:  # numbers one below the other have the same number of decimals
        measure = replace(measure, digits=decimals_of_all([value for one in columns for value in one.known]))
    names = reader.bar_names("label", options.label)
    vertical = options.orientation == "vertical"
    if len(names) * len(columns) > MOST:
        reader.problem("table", f"{len(names) * len(columns)} bars; at most {MOST} have room; choose rows with where")
    if len(columns) > MOST_SERIES:
        reader.problem("value", f"{len(columns)} columns; at most {MOST_SERIES} can be told apart")
    if options.log:
        check_positive(reader, "log", columns)
    check_cut(reader, names)
    check_bar_notes(reader, options.annotate, names, options.log)
    if vertical and any(note.row is not None for note in options.annotate):
        reader.problem("annotate", "words at a row need horizontal bars; at vertical ones, give value")
    lit = tuple(reader.rule("highlight", options.highlight))
    by = ", ".join(reader.words(key, key) for key in options.label or ()) or "row"
    title = options.heading(f"{measure.label or 'Values'} by {by}")
    return Bars(
        title, options.description, measure, tuple(columns), tuple(names), lit, options.log, vertical, options.annotate
    )


@dataclass(frozen=True, slots=True)
class _Plot:
    """A bar chart while it is drawn. `right` is the end of its frame."""

    bars: Bars
    fills: Fills
    laid: BarLayout
    right: float

    @property
    def axis(self) -> Axis:
        """The axis along the bars."""
        return self.laid.axis

    @property
    def size(self) -> float:
        """The size of the numbers at the ends of the bars; 0 if there are none."""
        return self.laid.size

    @property
    def lines(self) -> tuple[PlacedThreshold, ...]:
        """The thresholds across the bars."""
        return self.laid.lines

    @property
    def base(self) -> float:
        """Where the bars begin."""
        return self.laid.base

    def box(self, row: int, series: int, x: float, y: float, width: float, height: float) -> str:
        """A bar. A single series is in the first colour, or grey if not highlighted."""
        value = repr(self.bars.columns[series].raw[row])
        if not self.bars.lit[row]:
            return rect(x, y, width, height, CONTEXT, data_value=value)
        return self.fills.box(series, x, y, width, height, data_value=value)

    def number(self, row: int, value: float | None, x: float, y: float, anchor: str) -> str:
        """The number at the end of a bar, or "n/a"."""
        words = self.bars.measure.text(value)
        if value is None:
            return text(x, y, words, fill=QUIET, anchor=anchor)
        if not self.size:
            return ""
        return text(x, y, words, self.size, anchor=anchor, bold=self.bars.lit[row])

    def lying(self, row: int, series: int, top: float, thick: float) -> str:
        """A horizontal bar, to the right of zero or to the left."""
        value, middle = self.bars.columns[series].values[row], top + thick / 2
        baseline = middle + (self.size or SIZE) * 0.35
        if value is None:
            return self.number(row, None, self.base + 10, middle + SIZE * 0.35, "start")
        end, gap = self.axis.scale(value), 1.0 if len(self.bars.columns) > 1 else 0.0
        bar = self.box(row, series, min(self.base, end), top + gap, abs(end - self.base), thick - 2 * gap)
        if value < 0:
            said = self._said((row, series), self.base, self.base + 10, middle)
            return bar + self.number(row, value, end - 8, baseline, "end") + said
        width = text_width(self.bars.measure.text(value), self.size, True) if self.size else 0.0
        at = clear_of(end + 8, width, self.lines)
        after = at + (width + 10 if self.size else 0)
        name = ""
        if row == self.laid.named:
            name = text(
                after, middle + SIZE * 0.35, self.bars.columns[series].label, fill=label_color(series), bold=True
            )
        return (
            bar + self.number(row, value, at, baseline, "start") + name + self._said((row, series), end, after, middle)
        )

    def _said(self, bar: tuple[int, int], end: float, after: float, middle: float) -> str:
        """What is said at a bar, given by its row and its series."""
        row, series = bar
        said = said_at(self.bars, row, self.laid, self.right, end, after)
        if said is None:
            return ""
        if not said.inside:
            return text(said.x, middle + SIZE * 0.35, said.words, fill=QUIET, halo=True)
        return text(
            said.x,
            middle + SIZE * 0.35,
            said.words,
            fill=inside_color(series) if self.bars.lit[row] else INK,
            anchor="end",
            bold=True,
            class_=INSIDE,
        )

    def standing(self, row: int, series: int, left: float, thick: float) -> str:
        """A vertical bar, upwards or downwards from zero."""
        value, middle = self.bars.columns[series].values[row], left + thick / 2
        if value is None:
            return self.number(row, None, middle, self.base - 8, "middle")
        end, gap = self.axis.scale(value), 1.5 if len(self.bars.columns) > 1 else 0.0
        bar = self.box(row, series, left + gap, min(self.base, end), thick - 2 * gap, abs(self.base - end))
        below = end + (self.size or SIZE) * 0.75 + 8
        return bar + self.number(row, value, middle, end - 8 if value >= 0 else below, "middle")


def _key(bars: Bars, fills: Fills, right: float) -> str:
    """The key of several series."""
    return key_row(bars.keyed, lambda index, x, y: fills.box(index, x, y - 8, SWATCH, 16), right)[0]


def _lying(bars: Bars, frame: Frame, laid: BarLayout) -> Drawing:
    fills, count = Fills(frame.prefix, frame.patterns), max(1, len(bars.columns))
    names, top, bottom = RowNames.of(bars.names, frame.width), laid.area.top, laid.area.bottom
    plot = _Plot(bars, fills, laid, frame.width)
    parts = [vertical_grid(laid.axis, top, bottom)] if laid.ruled else []
    parts += [one.range(bottom) for one in laid.lines]
    for row in range(len(bars.names)):
        middle = top + laid.band * (row + 0.5)
        drawn = [plot.lying(row, i, middle + (i - count / 2) * laid.thick, laid.thick) for i in range(count)]
        parts.append(part(frame, names.draw(row, middle, bars.stands_out(row)), *drawn))
    parts.append(line(plot.base, top, plot.base, bottom, STRONG, 1.5))
    parts += [one.line(bottom) + one.name for one in laid.lines]
    key = "" if laid.named is not None else _key(bars, fills, frame.width)
    body = top_title(laid.title, laid.key_height) + key + "".join(parts)
    return svg_drawing(frame, laid.height, bars.title, bars.alt_text(), body, fills.defs)


def _standing(bars: Bars, frame: Frame, laid: BarLayout) -> Drawing:
    fills, count, area = Fills(frame.prefix, frame.patterns), max(1, len(bars.columns)), laid.area
    plot = _Plot(bars, fills, laid, frame.width)
    parts = [horizontal_grid(plot.axis, area.left, frame.width, laid.key_height)] if laid.ruled else []
    for row, lines in enumerate(laid.under):
        center = area.left + laid.band * (row + 0.5)
        drawn = [plot.standing(row, i, center + (i - count / 2) * laid.thick, laid.thick) for i in range(count)]
        name = text(center, laid.foot + 8 + SIZE, lines, anchor="middle", bold=bars.stands_out(row))
        parts.append(part(frame, *drawn, name))
    parts.append(line(area.left, plot.base, frame.width, plot.base, STRONG, 1.5))
    parts += [_level(one, plot.axis.scale, area.left, frame.width) for one in bars.thresholds]
    body = top_title(laid.title, laid.key_height) + _key(bars, fills, frame.width) + "".join(parts)
    return svg_drawing(frame, laid.height, bars.title, bars.alt_text(), body, fills.defs)


def _level(threshold: Threshold, scale: Scale, left: float, right: float) -> str:
    """A threshold of vertical bars, with its words at the right end."""
    low, high = sorted(map(scale, threshold.at))
    name = text(right, low - 8, threshold.words, anchor="end", bold=True, halo=True)
    if high - low > 1:
        return rect(left, low, right - left, high - low, "var(--rule)", opacity=0.4) + name
    return line(left, low, right, low, QUIET, 1.5, stroke_dasharray="5 4") + name


BARS: Final = FigureKind(BarsOptions, read)
