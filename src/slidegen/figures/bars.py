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
    place_thresholds,
)
from slidegen.figures.axes import (
    NUMBER,
    SIZE,
    TICK_ROOM,
    TITLE_ROOM,
    Axis,
    axis,
    horizontal_grid,
    padded,
    scale_title,
    top_title,
    vertical_grid,
    whole_range,
)
from slidegen.figures.base import Columns, FigureKind, FigureOptions, listed, part, svg_drawing
from slidegen.figures.data import Measure, Numbers, Reader, check_positive
from slidegen.figures.keys import SWATCH, key_row
from slidegen.figures.rows import BETWEEN, RowNames, check_cut
from slidegen.figures.scales import Scale, decimals_of_all
from slidegen.figures.svg import CONTEXT, INK, INSIDE, QUIET, STRONG, Fills, inside_color, label_color, line, rect, text
from slidegen.figures.type import CUT, SEMIBOLD, shortened, text_width, wrapped
from slidegen.pictures import Drawing, Frame

MOST, NUMBERED = 18, 10
MOST_SERIES: Final = 6
THINNEST, THICKEST = 23.0, 120.0
"""The least height of a horizontal bar with the space around it, and the greatest without."""
SHARE: Final = 0.74
"""The share of a bar in its band."""


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
        few = len(self.names) * len(self.columns) <= NUMBERED
        drawing = _standing(self, frame, few) if self.vertical else None
        return drawing or _lying(self, frame, few)

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
    """A bar chart while it is drawn. The axis runs along the bars. The numbers at their ends have `size` pixels; there
    are none if that is 0. `named` is the row whose bars have the names of their columns, if there is one."""

    bars: Bars
    fills: Fills
    axis: Axis
    size: float
    right: float
    named: int | None = None
    lines: tuple[PlacedThreshold, ...] = ()

    @property
    def base(self) -> float:
        """Where the bars begin."""
        return self.axis.scale.start if self.bars.log else self.axis.scale(0)

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
        if row == self.named:
            name = text(
                after, middle + SIZE * 0.35, self.bars.columns[series].label, fill=label_color(series), bold=True
            )
        return (
            bar + self.number(row, value, at, baseline, "start") + name + self._said((row, series), end, after, middle)
        )

    def _said(self, bar: tuple[int, int], end: float, after: float, middle: float) -> str:
        """What is said at a bar, given by its row and its series: after its number, or inside at its end if there is
        more space."""
        row, series = bar
        words, y = self.bars.words(row), middle + SIZE * 0.35
        if not words:
            return ""
        outside, inside = self.right - after, abs(end - self.base) - 24
        after = clear_of(after, min(text_width(words, SIZE), outside), self.lines)
        if text_width(words, SIZE) <= outside or inside < outside:
            return text(after, y, shortened(words, SIZE, outside), fill=QUIET, halo=True)
        crossing = [one.x[0] for one in self.lines if end - 12 - text_width(words, SIZE, True) < one.x[0] < end]
        at = min([end - 12, *(x - 8 for x in crossing if x - 8 - text_width(words, SIZE, True) > self.base)])
        return text(
            at,
            y,
            shortened(words, SIZE * SEMIBOLD, inside),
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


def _key(bars: Bars, fills: Fills, right: float) -> tuple[str, float]:
    """The key of several series and its height."""
    names = {index: column.label for index, column in enumerate(bars.columns)} if len(bars.columns) > 1 else {}
    return key_row(names, lambda index, x, y: fills.box(index, x, y - 8, SWATCH, 16), right)


def _axis(bars: Bars, start: float, end: float, most: int, exact: bool = False) -> Axis:
    """The axis of the values. An `exact` one ends at the longest bar."""
    if bars.log:
        low, high = padded(bars.reach, True, 0.08)
        return axis(Scale(low / 1.6, high, start, end, True), "", most, bars.measure.lang)  # the least bar has a length
    low, high = whole_range(bars.reach, most)
    if exact and any(bars.reach):
        low, high = min(0.0, *bars.reach), max(0.0, *bars.reach)
    return axis(Scale(low, high, start, end), "", most, bars.measure.lang)


def _named_row(bars: Bars, scale: Scale, size: float, right: float) -> int | None:
    """The first row with space for the names of its columns behind the numbers; None if there is none."""
    if len(bars.columns) < 2:
        return None
    for row in range(len(bars.names)):
        values = [column.values[row] for column in bars.columns]
        ends_at = [
            scale(value) + 18 + text_width(bars.measure.text(value), size, True) + text_width(column.label, SIZE, True)
            for value, column in zip(values, bars.columns, strict=True)
            if value is not None and value >= 0
        ]
        if len(ends_at) == len(values) and max(ends_at) <= right and not bars.words(row):
            return row
    return None


def _lying(bars: Bars, frame: Frame, numbered: bool) -> Drawing:
    names, count = RowNames.of(bars.names, frame.width), max(1, len(bars.columns))
    title = "" if frame.titled else scale_title(bars.measure.title, bars.log)
    above = TITLE_ROOM if title else 0.0
    # A first estimate of the bars' thickness decides on the size of the numbers.
    estimate = (frame.height - above) / len(bars.names) * SHARE / count
    size = 0.0 if not numbered or estimate < SIZE * 0.95 else NUMBER if estimate >= NUMBER * 1.1 else SIZE
    ruled = bars.log or not size
    beside = bars.widest(size) + 16 if size else 24.0
    left = names.width + (beside if min(bars.values, default=0.0) < 0 and size else 0)
    right = frame.width - beside
    fills, along = (
        Fills(frame.prefix, frame.patterns),
        _axis(bars, left, right, max(3, round((right - left) / 130)), not ruled),
    )
    named = _named_row(bars, along.scale, size, frame.width) if size else None
    key, key_height = ("", 0.0) if named is not None else _key(bars, fills, frame.width)
    lines = place_thresholds(bars.thresholds, along.scale, frame.width, above + key_height, left)
    plot = _Plot(bars, fills, along, size, frame.width, named, tuple(lines))
    top = max((one.plot_top for one in lines), default=above + key_height)
    below = TICK_ROOM if ruled else 4.0
    band = max((frame.height - top - below) / len(bars.names), THINNEST, names.height)
    thick = min(band * SHARE, THICKEST * count) / count
    bottom = top + band * len(bars.names)
    parts = [vertical_grid(along, top, bottom)] if ruled else []
    parts += [one.range(bottom) for one in lines]
    for row in range(len(bars.names)):
        middle = top + band * (row + 0.5)
        drawn = [plot.lying(row, i, middle + (i - count / 2) * thick, thick) for i in range(count)]
        parts.append(part(frame, names.draw(row, middle, bars.stands_out(row)), *drawn))
    parts.append(line(plot.base, top, plot.base, bottom, STRONG, 1.5))
    parts += [one.line(bottom) + one.name for one in lines]
    body = top_title(title, key_height) + key + "".join(parts)
    return svg_drawing(frame, bottom + below, bars.title, bars.alt_text(), body, fills.defs)


def _under(name: tuple[str, ...], width: float) -> list[str]:
    """The lines of a name below a bar. If wrapping would cut it, each part of the name gets its own lines."""
    lines = wrapped(BETWEEN.join(name), SIZE, width)
    if len(name) > 1 and any(CUT in line for line in lines):
        return [line for part in name for line in wrapped(part, SIZE, width)]
    return lines


def _standing(bars: Bars, frame: Frame, few: bool) -> Drawing | None:
    """Vertical bars; None if a name would be cut below its bar."""
    count, fills = max(1, len(bars.columns)), Fills(frame.prefix, frame.patterns)
    most = max(3, min(6, round(frame.height / 80)))
    ticks = _axis(bars, 1, 0, most).width + 14
    for size in (NUMBER, SIZE, 0.0):
        left = 0.0 if size and not bars.log and few else ticks
        band = (frame.width - left) / len(bars.names)
        thick = min(band * SHARE, 150.0 * count) / count
        if few and bars.widest(size) <= (thick - 4 if count > 1 else band - 6):
            break
    size = size if few else 0.0
    names = [_under(name, band - 10) for name in bars.names]
    if any(CUT in one for lines in names for one in lines):
        return None
    title = "" if frame.titled else scale_title(bars.measure.title, bars.log)
    key, key_height = _key(bars, fills, frame.width)
    foot = frame.height - 12 - SIZE * 1.2 * max(map(len, names))
    below = size * 1.2 if min(bars.values, default=0.0) < 0 else 0.0  # the numbers of negative bars
    bottom = foot - below
    upper = key_height + (TITLE_ROOM if title else 0.0) + (size * 1.2 or SIZE / 2)
    plot = _Plot(bars, fills, _axis(bars, bottom, upper, most, left == 0), size, frame.width)
    parts = [horizontal_grid(plot.axis, left, frame.width, key_height)] if left else []
    for row, lines in enumerate(names):
        center = left + band * (row + 0.5)
        drawn = [plot.standing(row, i, center + (i - count / 2) * thick, thick) for i in range(count)]
        name = text(center, foot + 8 + SIZE, lines, anchor="middle", bold=bars.stands_out(row))
        parts.append(part(frame, *drawn, name))
    parts.append(line(left, plot.base, frame.width, plot.base, STRONG, 1.5))
    parts += [_level(one, plot.axis.scale, left, frame.width) for one in bars.thresholds]
    body = top_title(title, key_height) + key + "".join(parts)
    return svg_drawing(frame, frame.height, bars.title, bars.alt_text(), body, fills.defs)


def _level(threshold: Threshold, scale: Scale, left: float, right: float) -> str:
    """A threshold of vertical bars, with its words at the right end."""
    low, high = sorted(map(scale, threshold.at))
    name = text(right, low - 8, threshold.words, anchor="end", bold=True, halo=True)
    if high - low > 1:
        return rect(left, low, right - left, high - low, "var(--rule)", opacity=0.4) + name
    return line(left, low, right, low, QUIET, 1.5, stroke_dasharray="5 4") + name


BARS: Final = FigureKind(BarsOptions, read)
