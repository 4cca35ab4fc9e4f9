"""The plot area of a figure with its axes: faint horizontal lines, quiet numbers, titles with the unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from slidegen.figures.data import Measure
from slidegen.figures.labels import Box
from slidegen.figures.scales import Scale, linear_ticks, rounded_out, tick_texts
from slidegen.figures.svg import FAINT, QUIET, STRONG, line, tag, text
from slidegen.figures.type import shortened, text_width
from slidegen.languages.numbers import localized

SIZE: Final = 20.0
"""The font size of ticks, titles and names, in pixels of the slide."""
SMALL: Final = 18.0
"""The font size of the text below a name, in pixels of the slide."""
NUMBER: Final = 24.0
"""The font size of the numbers that a figure is about."""
MIDDLE: Final = SIZE * 0.33
"""The distance from the middle of a digit or a capital letter down to its baseline."""
TITLE_ROOM: Final = 40.0
"""The height above the plot for the title of the vertical axis."""
NEAR_ZERO: Final = 0.35
"""A vertical axis begins at zero if its least value is at most this share of the greatest."""
FEW: Final = 10
TICK_ROOM: Final = 38.0
AXIS_TITLE_ROOM: Final = 26.0


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale with its ticks, their texts, and its title."""

    scale: Scale
    ticks: tuple[float, ...]
    texts: tuple[str, ...]
    title: str

    @property
    def width(self) -> float:
        """The width of the widest tick."""
        return max((text_width(words, SIZE) for words in self.texts), default=0.0)


def axis(scale: Scale, title: str, most: int, lang: str) -> Axis:
    """Makes the axis of a scale with at most `most` ticks. The title of a logarithmic one says so."""
    ticks = scale.ticks(most)
    return Axis(
        scale,
        tuple(ticks),
        tuple(localized(words, lang) for words in tick_texts(ticks, scale.log)),
        scale_title(title, scale.log),
    )


def scale_title(title: str, log: bool) -> str:
    """The title of an axis, which says if the scale is logarithmic."""
    return f"{title} (log scale)".lstrip() if log else title


def padded(values: Sequence[float], log: bool, share: float = 0.06, near: float = 0.0) -> tuple[float, float]:
    """The range of an axis around its values. It begins at zero if the least is at most `near` times the greatest."""
    low, high = min(values), max(values)
    if log:
        ratio = (high / low) ** share if high > low else 1.5
        return low / ratio, high * ratio
    if 0 <= low <= near * high:
        return 0.0, high * (1 + share) or 1.0
    extra = (high - low) * share or abs(high) * share or 1.0
    return low - extra, high + extra


def horizontal_grid(axis: Axis, left: float, right: float, top: float = 0.0) -> str:
    """The lines and numbers of a vertical axis, with its title above them at `top`."""
    parts = []
    for tick, words in zip(axis.ticks, axis.texts, strict=True):
        y = axis.scale(tick)
        parts.append(line(left, y, right, y, FAINT))
        parts.append(text(left - 10, y + MIDDLE, words, fill=QUIET, anchor="end"))
    return tag("g", *parts) + top_title(axis.title, top)


def top_title(title: str, top: float = 0.0) -> str:
    """What the values are, at the left end of a line above the plot."""
    return text(0, top + SIZE * 0.8, title, fill=QUIET) if title else ""


def vertical_grid(axis: Axis, top: float, bottom: float) -> str:
    """Faint lines at the ticks of horizontal bars, with the numbers below them."""
    parts = []
    for tick, words in zip(axis.ticks, axis.texts, strict=True):
        x = axis.scale(tick)
        parts.append(line(x, top, x, bottom, FAINT))
        parts.append(text(x, bottom + 10 + SIZE, words, fill=QUIET, anchor="middle"))
    return tag("g", *parts)


def bottom_axis(axis: Axis, top: float, left: float, right: float, line_at: bool = True, width: float = 0.0) -> str:
    """The ticks and numbers below the plot, with the axis title at its right end, or as far to the right as `width`
    allows if it is longer than the plot."""
    parts = [line(left, top, right, top, STRONG)] if line_at else []
    for tick, words in zip(axis.ticks, axis.texts, strict=True):
        x = axis.scale(tick)
        parts.append(line(x, top, x, top + 6, STRONG))
        parts.append(text(x, top + 10 + SIZE, words, fill=QUIET, anchor="middle"))
    words = shortened(axis.title, SIZE, max(right, width))
    end = max(right, text_width(words, SIZE))
    return tag("g", *parts) + text(end, top + TICK_ROOM + SIZE, words, fill=QUIET, anchor="end")


BOTTOM_ROOM: Final = TICK_ROOM + AXIS_TITLE_ROOM
"""The height of the ticks and the title below a plot."""


@dataclass(frozen=True, slots=True)
class Plane:
    """The plot of two numeric axes."""

    area: Box
    x: Axis
    y: Axis
    width: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """The position of a pair of numbers in pixels."""
        return self.x.scale(x), self.y.scale(y)

    def draw(self) -> str:
        """Grid, axes and titles."""
        return horizontal_grid(self.y, self.area.left, self.area.right) + bottom_axis(
            self.x, self.area.bottom, self.area.left, self.area.right, width=self.width
        )


@dataclass(frozen=True, slots=True)
class AxisPlan:
    """An axis before its size is known: its values, how they are shown, the kind of scale, whether it includes zero,
    and whether the ticks are the values themselves if these are few."""

    measure: Measure
    values: tuple[float, ...]
    log: bool = False
    zero: bool = False
    at_values: bool = False


def plane(
    width: float,
    height: float,
    x: AxisPlan,
    y: AxisPlan,
    right: float = 16.0,
    titled: bool = False,
    flush: bool = False,
) -> Plane:
    """Makes a plot of this size with its axes. `right` is the margin for labels on the right. If the plot is `titled`,
    the text above the figure says what the vertical axis shows. If it is `flush`, its values reach both sides."""
    title = "" if titled else scale_title(y.measure.title, y.log)
    top, bottom = TITLE_ROOM if title else SIZE / 2, height - BOTTOM_ROOM
    low, high = padded(y.values, y.log, near=1.0 if y.zero else NEAR_ZERO)
    rows = max(3, min(7, round((bottom - top) / 62)))
    if not y.log:
        # The range ends at a tick, so that the top of the plot is a line.
        low, high = rounded_out(low, high, rows) if low == 0 else (low, high)
    y_axis = replace(axis(Scale(low, high, bottom, top, y.log), "", rows, y.measure.lang), title=title)
    left = y_axis.width + 14
    ends = (min(x.values), max(x.values)) if flush else padded(x.values, x.log, 0.04)
    x_scale = Scale(*ends, left, width - right, x.log)
    x_axis = _at_values(x_scale, x) or axis(
        x_scale, x.measure.title, max(3, min(9, round((width - left - right) / 105))), x.measure.lang
    )
    return Plane(Box(left, top, width - right, bottom), x_axis, y_axis, width)


def _at_values(scale: Scale, plan: AxisPlan) -> Axis | None:
    """An axis with its ticks at the values themselves, if these are few: block sizes, ranks, years. The first and last
    value have a tick, and those in between if there is space."""
    values = sorted(set(plan.values))
    if not plan.at_values or not 1 < len(values) <= FEW:
        return None
    spans = []
    for value in values:
        half = text_width(plan.measure.text(value), SIZE) / 2 + 7
        spans.append((scale(value) - half, scale(value) + half))
    kept = [0]
    for index in range(1, len(values) - 1):
        if spans[kept[-1]][1] <= spans[index][0] and spans[index][1] <= spans[-1][0]:
            kept.append(index)
    kept.append(len(values) - 1)
    ticks = tuple(values[index] for index in kept)
    return Axis(scale, ticks, tuple(map(plan.measure.text, ticks)), scale_title(plan.measure.title, scale.log))


def whole_range(values: Sequence[float], most: int) -> tuple[float, float]:
    """A range for bars that includes zero and all values and whose ends are ticks."""
    low, high = min(0.0, *values), max(0.0, *values)
    low, high = rounded_out(low, high, most)
    return (low, high) if linear_ticks(low, high, most) else (0.0, 1.0)
