"""A histogram, optionally with the levels of a number format.

The table has a row for each bin: its ends (`low`, `high`) and the number of values in it (`count`). The levels are
another table of the deck, as for the kind `levels`. A single group of levels is drawn on the bins; several groups have
a strip each below the bins.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

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
    whole_range,
)
from slidegen.figures.base import FigureKind, FigureOptions, part, svg_drawing
from slidegen.figures.data import Measure, Reader
from slidegen.figures.levels import Strip, read_strips, strokes
from slidegen.figures.rows import RowNames
from slidegen.figures.scales import Scale, significant
from slidegen.figures.svg import FAINT, QUIET, STRONG, color, label_color, line, number, tag, text
from slidegen.figures.type import text_width
from slidegen.pictures import Drawing, Frame

MOST_BINS: Final = 400
STRIP: Final = 44.0


class HistogramOptions(FigureOptions):
    """A histogram."""

    low: str = Field("low", description="The column where a bin begins.")
    high: str = Field("high", description="The column where a bin ends.")
    count: str = Field("count", description="The column of how many values a bin has.")
    levels: str | None = Field(None, description="A table of levels.")
    level: str = Field("level", description="Its column of levels.")
    group: str | None = Field(None, description="Its column that says what a level belongs to.")
    value_label: str | None = Field(None, description="The title of the horizontal axis.")


@dataclass(frozen=True, slots=True)
class HistogramLayout:
    """Where a histogram stands in its frame: its axes, its bins between the sides, the horizontal axis at `lowest`, and
    the strips between them with their names."""

    x: Axis
    y: Axis
    left: float
    top: float
    right: float
    bottom: float
    lowest: float
    stripes: tuple[Strip, ...]
    names: RowNames | None


@dataclass(frozen=True, slots=True)
class Pin:
    """A line at a level up to `top`, with a dot of this radius, if it has one."""

    x: float
    top: float
    width: float
    dot: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """The content of a histogram: bins from `edges[i]` to `edges[i + 1]`, and levels."""

    title: str
    description: str | None
    x: Measure
    y: Measure
    edges: tuple[float, ...]
    counts: tuple[float, ...]
    raw: tuple[float, ...]
    strips: tuple[Strip, ...]

    def alt_text(self) -> str:
        """The sentence for screen readers."""
        if self.description is not None:
            return self.description
        top = self.counts.index(max(self.counts))
        ends = f"from {significant(self.edges[0])} to {significant(self.edges[-1])}"
        middle = significant((self.edges[top] + self.edges[top + 1]) / 2)
        sentences = f"Histogram with {len(self.counts)} bins {ends}; the highest, at {middle}, has "
        sentences += f"{self.y.text(self.counts[top])}."
        for strip in self.strips:
            sentences += (
                f" {strip.name or 'Levels'}: {len(strip.levels)} levels from {significant(strip.levels[0])} to "
            )
            sentences += f"{significant(strip.levels[-1])}."
        return sentences

    def layout(self, frame: Frame) -> HistogramLayout:
        """Lays out the bins, and the strips of levels below them."""
        stripes = self.strips if len(self.strips) > 1 else ()
        bottom = frame.height - BOTTOM_ROOM - STRIP * len(stripes) - (10 if stripes else 0)
        title = "" if frame.titled else self.y.title
        top = TITLE_ROOM if title or len(self.strips) == 1 else SIZE / 2
        rows = max(3, min(6, round((bottom - top) / 62)))
        y_axis = axis(Scale(*whole_range(self.counts, rows), bottom, top), title, rows, self.y.lang)
        names = RowNames.of([(strip.name,) for strip in stripes], frame.width) if stripes else None
        left = max(y_axis.width + 14, names.width if names else 0)
        right = frame.width - (max(text_width(_count(strip), SIZE) for strip in stripes) + 18 if stripes else 16)
        ends = [level for strip in self.strips for level in (strip.levels[0], strip.levels[-1])]
        scale = Scale(min([self.edges[0], *ends]), max([self.edges[-1], *ends]), left, right)
        x_axis = axis(scale, self.x.title, max(3, min(11, round((right - left) / 95))), self.x.lang)
        return HistogramLayout(x_axis, y_axis, left, top, right, bottom, frame.height - BOTTOM_ROOM, stripes, names)

    def draw(self, frame: Frame) -> Drawing:
        """Draws the bins, and the levels on them or in strips below them."""
        laid = self.layout(frame)
        x_axis, y_axis, scale, names, stripes = laid.x, laid.y, laid.x.scale, laid.names, laid.stripes
        left, right, bottom, lowest = laid.left, laid.right, laid.bottom, laid.lowest
        body = [horizontal_grid(y_axis, left, right), self._bins(scale, y_axis.scale)]
        body.append(bottom_axis(x_axis, lowest, left, right, line_at=bool(stripes)))
        if len(self.strips) == 1:
            body.append(part(frame, self._pins(self.strips[0], scale, y_axis.scale)))
        body.append(line(left, bottom, right, bottom, STRONG, 1.5))
        for index, strip in enumerate(stripes):
            middle = bottom + 10 + STRIP * (index + 0.5)
            body.append(
                part(
                    frame,
                    names.draw(index, middle) if names else "",
                    line(left, middle, right, middle, FAINT),
                    strokes(strip, scale, middle, STRIP * 0.6, index),
                    text(frame.width, middle + MIDDLE, _count(strip), fill=QUIET, anchor="end"),
                )
            )
        return svg_drawing(frame, frame.height, self.title, self.alt_text(), "".join(body))

    def _bins(self, x: Scale, y: Scale) -> str:
        base = number(y(0))
        bins = [
            tag(
                "path",
                d=f"M{number(x(low))} {base}V{number(y(count))}H{number(x(high))}V{base}Z",
                data_value=repr(raw),
            )
            for low, high, count, raw in zip(self.edges, self.edges[1:], self.counts, self.raw, strict=False)
        ]
        steps = "".join(
            f"V{number(y(count))}H{number(x(high))}" for high, count in zip(self.edges[1:], self.counts, strict=True)
        )
        outline = tag(
            "path", d=f"M{number(x(self.edges[0]))} {base}{steps}V{base}", fill="none", stroke=STRONG, stroke_width=1.5
        )
        return tag("g", *bins, fill=FAINT, shape_rendering="crispEdges") + outline

    def pins(self, strip: Strip, x: Scale, y: Scale) -> list[Pin]:
        """A pin at each level, a little higher than the bins at this place."""
        few = len(strip.levels) <= 32
        found = []
        for level in strip.levels:
            bin_ = bisect_right(self.edges, level) - 1
            near = [self.counts[i] for i in (bin_ - 1, bin_, bin_ + 1) if 0 <= i < len(self.counts)]
            top = y(max(near, default=0.0)) - 16
            found.append(Pin(x(level), top, 2.5 if few else 1.2, 4.5 if few else 0.0))
        return found

    def pins_name(self, strip: Strip) -> str:
        """What the pins are."""
        return f"{len(strip.levels)} levels of {strip.name}" if strip.name else _count(strip)

    def _pins(self, strip: Strip, x: Scale, y: Scale) -> str:
        pins = self.pins(strip, x, y)
        drawn = [
            tag("path", d=f"M{number(pin.x)} {number(y(0))}V{number(pin.top)}")
            + (tag("circle", cx=pin.x, cy=pin.top, r=pin.dot) if pin.dot else "")
            for pin in pins
        ]
        label = text(x.end, SIZE * 0.8, self.pins_name(strip), fill=label_color(0), anchor="end", bold=True, halo=True)
        width = pins[0].width
        group = tag("g", *drawn, stroke=color(0), stroke_width=width, fill=color(0), data_levels=str(len(strip.levels)))
        return group + label


def _count(strip: Strip) -> str:
    return f"{len(strip.levels)} levels"


def read(reader: Reader, options: HistogramOptions) -> Histogram:
    """Reads the bins of a table and the levels of another one."""
    x, edges = reader.numbers("low", [options.low, options.high], options.value_label or "Value")
    y, counts = reader.one("count", options.count)
    bins = sorted(
        (low, high, count, raw)
        for low, high, count, raw in zip(
            *(column.values for column in edges), counts.values, counts.raw, strict=False
        )
        if low is not None and high is not None and count is not None and raw is not None
    ) if len(edges) == 2 and counts.values else []  # fmt: skip
    if len(bins) > MOST_BINS:
        reader.problem("table", f"{len(bins)} bins; at most {MOST_BINS} can be seen")
    for (_, end, *_), (start, *_) in pairwise(bins):
        if abs(end - start) > 1e-6 * (bins[-1][1] - bins[0][0]):
            reader.problem("low", f"a bin ends at {end:g} and the next one begins at {start:g}; bins must touch")
            break
    if any(count < 0 for _, _, count, _ in bins):
        reader.problem("count", f"column {options.count!r} has a negative number; the count of a bin is 0 or more")
    strips: tuple[Strip, ...] = ()
    levels = reader.other("levels", options.levels) if options.levels is not None else None
    if levels is not None:
        _, strips = read_strips(levels, "level", options.level, options.group)
    return Histogram(
        options.heading(f"{y.label} by value"),
        options.description,
        x,
        y,
        tuple([bins[0][0], *(high for _, high, _, _ in bins)] if bins else ()),
        tuple(count for _, _, count, _ in bins),
        tuple(raw for _, _, _, raw in bins),
        strips,
    )


HISTOGRAM: Final = FigureKind(HistogramOptions, read)
