"""Where the bars of a bar chart stand in its frame: its axis, the size of its numbers, the room of its names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slidegen.figures.annotations import PlacedThreshold, clear_of, place_thresholds
from slidegen.figures.axes import (
    NUMBER,
    SIZE,
    TICK_ROOM,
    TITLE_ROOM,
    Axis,
    axis,
    padded,
    scale_title,
    whole_range,
)
from slidegen.figures.keys import key_row
from slidegen.figures.labels import Box
from slidegen.figures.rows import BETWEEN, RowNames
from slidegen.figures.scales import Scale
from slidegen.figures.type import CUT, SEMIBOLD, shortened, text_width, wrapped
from slidegen.pictures import Frame

if TYPE_CHECKING:
    from slidegen.figures.bars import Bars

NUMBERED: Final = 10
"""The most bars that have their numbers."""
THINNEST, THICKEST = 23.0, 120.0
"""The least height of a horizontal bar with the space around it, and the greatest without."""
SHARE: Final = 0.74
"""The share of a bar in its band."""


@dataclass(frozen=True, slots=True)
class BarLayout:
    """The layout of bars. The axis runs along them; they stand in `area`, those of a row in a `band`, each `thick`.

    The numbers at their ends have `size` pixels; there are none if that is 0. `ruled` bars have ticks. `named` is the
    row whose bars have the names of their columns, if there is one. Vertical bars have their names `under` them, in
    lines, below `foot`; `lines` are across horizontal ones.
    """

    vertical: bool
    axis: Axis
    area: Box
    height: float
    band: float
    thick: float
    size: float
    ruled: bool
    title: str
    key_height: float
    named: int | None = None
    lines: tuple[PlacedThreshold, ...] = ()
    under: tuple[list[str], ...] = ()
    foot: float = 0.0

    @property
    def base(self) -> float:
        """Where the bars begin."""
        return self.axis.scale.start if self.axis.scale.log else self.axis.scale(0)


def bar_layout(bars: Bars, frame: Frame) -> BarLayout:
    """Lays out the bars; they lie if their names have no room below them."""
    few = len(bars.names) * len(bars.columns) <= NUMBERED
    return (_standing(bars, frame, few) if bars.vertical else None) or _lying(bars, frame, few)


@dataclass(frozen=True, slots=True)
class Said:
    """Words at a horizontal bar: they begin at `x`, or inside the bar they end there."""

    words: str
    x: float
    inside: bool


def said_at(bars: Bars, row: int, laid: BarLayout, right: float, end: float, after: float) -> Said | None:
    """What is said at a bar of a row that ends at `end`: `after` its number, or inside at its end if there is more
    space. `right` is the end of the frame."""
    words = bars.words(row)
    if not words:
        return None
    outside, inside = right - after, abs(end - laid.base) - 24
    after = clear_of(after, min(text_width(words, SIZE), outside), laid.lines)
    if text_width(words, SIZE) <= outside or inside < outside:
        return Said(shortened(words, SIZE, outside), after, False)
    crossing = [one.x[0] for one in laid.lines if end - 12 - text_width(words, SIZE, True) < one.x[0] < end]
    at = min([end - 12, *(x - 8 for x in crossing if x - 8 - text_width(words, SIZE, True) > laid.base)])
    return Said(shortened(words, SIZE * SEMIBOLD, inside), at, True)


def _key_height(bars: Bars, right: float) -> float:
    return key_row(bars.keyed, lambda *_: "", right)[1]


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


def _under(name: tuple[str, ...], width: float) -> list[str]:
    """The lines of a name below a bar. If wrapping would cut it, each part of the name gets its own lines."""
    lines = wrapped(BETWEEN.join(name), SIZE, width)
    if len(name) > 1 and any(CUT in line for line in lines):
        return [line for part in name for line in wrapped(part, SIZE, width)]
    return lines


def _lying(bars: Bars, frame: Frame, numbered: bool) -> BarLayout:
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
    along = _axis(bars, left, right, max(3, round((right - left) / 130)), not ruled)
    named = _named_row(bars, along.scale, size, frame.width) if size else None
    key_height = 0.0 if named is not None else _key_height(bars, frame.width)
    lines = place_thresholds(bars.thresholds, along.scale, frame.width, above + key_height, left)
    top = max((one.plot_top for one in lines), default=above + key_height)
    below = TICK_ROOM if ruled else 4.0
    band = max((frame.height - top - below) / len(bars.names), THINNEST, names.height)
    thick = min(band * SHARE, THICKEST * count) / count
    bottom = top + band * len(bars.names)
    area = Box(left, top, right, bottom)
    return BarLayout(
        False, along, area, bottom + below, band, thick, size, ruled, title, key_height, named, tuple(lines)
    )


def _standing(bars: Bars, frame: Frame, few: bool) -> BarLayout | None:
    """Vertical bars; None if a name would be cut below its bar."""
    count = max(1, len(bars.columns))
    most = max(3, min(6, round(frame.height / 80)))
    ticks = _axis(bars, 1, 0, most).width + 14
    for size in (NUMBER, SIZE, 0.0):
        left = 0.0 if size and not bars.log and few else ticks
        band = (frame.width - left) / len(bars.names)
        thick = min(band * SHARE, 150.0 * count) / count
        if few and bars.widest(size) <= (thick - 4 if count > 1 else band - 6):
            break
    size = size if few else 0.0
    names = tuple(_under(name, band - 10) for name in bars.names)
    if any(CUT in one for lines in names for one in lines):
        return None
    title = "" if frame.titled else scale_title(bars.measure.title, bars.log)
    key_height = _key_height(bars, frame.width)
    foot = frame.height - 12 - SIZE * 1.2 * max(map(len, names))
    below = size * 1.2 if min(bars.values, default=0.0) < 0 else 0.0  # the numbers of negative bars
    bottom = foot - below
    upper = key_height + (TITLE_ROOM if title else 0.0) + (size * 1.2 or SIZE / 2)
    along, area = _axis(bars, bottom, upper, most, left == 0), Box(left, upper, frame.width, bottom)
    return BarLayout(
        True, along, area, frame.height, band, thick, size, left > 0, title, key_height, under=names, foot=foot
    )
