"""A figure as a chart: its numbers, its axes, and the words around it, without a word of PowerPoint.

Lengths are CSS pixels from the top left corner of the chart; colours are the names of its tints, which are those of the
slide that it stands on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["bars", "columns", "stack", "points"]
"""Bars that lie, bars that stand, bars of parts, points of two numbers with or without lines."""
Place = Literal["end", "base", "right", "left", "above", "below"]
"""Where a label stands: at the end of its bar, inside at its beginning, or on a side of its point."""
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class ChartLabel:
    """Words at a point of the data. They are its number unless it is `fixed`; `named` has the series' name before it.
    `shift` is how far they stand from where `place` puts them."""

    text: str
    place: Place
    size: float
    tint: str
    bold: bool = True
    named: bool = False
    fixed: bool = False
    shift: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """Numbers that belong together, in the figure's unit. A point has a tint, which is "" for none, and how strong it
    is on the colour of the page. `places` are its horizontal numbers, `names` the names of the points. `line` is the
    width of the line through the points, `marker` the number of their sign, if they have one. A `summed` series is, in
    each row, the sum of the others."""

    name: str
    values: tuple[float | None, ...]
    tints: tuple[str, ...]
    labels: tuple[ChartLabel | None, ...]
    places: tuple[float, ...] = ()
    names: tuple[str, ...] = ()
    strengths: tuple[float, ...] = ()
    line: float = 0.0
    marker: int | None = None
    marker_size: float = 0.0
    summed: bool = False


@dataclass(frozen=True, slots=True)
class ChartAxis:
    """An axis of numbers: its fixed ends, and its ticks with their words. Without ticks it is not seen. `line` is the
    tint of the axis itself; a `grid` has a faint line at each tick."""

    low: float
    high: float
    log: bool = False
    ticks: tuple[float, ...] = ()
    texts: tuple[str, ...] = ()
    grid: bool = False
    line: str = ""


@dataclass(frozen=True, slots=True)
class ChartWords:
    """Words that stand in the chart, with the middle of their line at `y`; `over` hides what is behind them."""

    text: str
    x: float
    y: float
    size: float
    tint: str
    anchor: Anchor = "start"
    bold: bool = False
    over: bool = False


@dataclass(frozen=True, slots=True)
class ChartLine:
    """A straight line in the chart."""

    start: tuple[float, float]
    end: tuple[float, float]
    tint: str
    width: float
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class ChartArea:
    """A rectangle in the chart, or an ellipse; `outline` is the width of its rim, and 0 means that it is filled."""

    left: float
    top: float
    right: float
    bottom: float
    tint: str
    opacity: float = 1.0
    round: bool = False
    outline: float = 0.0


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart. `plot` is the area in which the data stands: left, top, right, bottom. `gap` is the space between rows
    of bars, `between` that of the bars of one, over the thickness of a bar. A chart with a `key` has one of all series,
    at its top left corner. Lines of a grid that is drawn leave `clear` these boxes: left, top, right and bottom.
    """

    kind: Kind
    size: tuple[float, float]
    plot: tuple[float, float, float, float]
    series: tuple[ChartSeries, ...]
    values: ChartAxis
    across: ChartAxis | None = None
    categories: tuple[str, ...] = ()
    named: bool = True
    gap: float = 0.5
    between: float = 0.0
    words: tuple[ChartWords, ...] = ()
    lines: tuple[ChartLine, ...] = ()
    areas: tuple[ChartArea, ...] = ()
    key: bool = False
    clear: tuple[tuple[float, float, float, float], ...] = ()
