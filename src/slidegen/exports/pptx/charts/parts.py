"""What charts of several kinds share: thresholds, words, axes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slidegen.exports.pptx.chart import Anchor, ChartArea, ChartAxis, ChartLine, ChartWords, Place
from slidegen.figures.annotations import PlacedNote, PlacedThreshold
from slidegen.figures.axes import SIZE, Axis
from slidegen.figures.labels import Box
from slidegen.figures.type import text_width

RISE = 0.355
"""How far the middle of a line is above its baseline, over the size of its type."""


def words(
    text: str, x: float, baseline: float, *, size: float = SIZE, tint: str = "ink", anchor: Anchor = "start",
    bold: bool = False,
) -> ChartWords:  # fmt: skip
    """Words by their baseline."""
    return ChartWords(text, x, baseline - RISE * size, size, tint, anchor, bold)


def chart_axis(axis: Axis, *, seen: bool = True, grid: bool = False, line: str = "") -> ChartAxis:
    """An axis of a figure; one that is not `seen` has no ticks."""
    ticks, texts = (axis.ticks, axis.texts) if seen else ((), ())
    return ChartAxis(axis.scale.low, axis.scale.high, axis.scale.log, ticks, texts, grid, line)


def thresholds(placed: Sequence[PlacedThreshold], bottom: float) -> Iterator[ChartWords | ChartLine | ChartArea]:
    """The lines across horizontal bars with their words, and the ranges."""
    for one in placed:
        left, right = one.x
        if right > left:
            yield ChartArea(left, one.begin, right, bottom, "faint", 0.55)
        else:
            yield ChartLine((left, one.plot_top), (left, bottom), "page", 4.5)
            yield ChartLine((left, one.begin), (left, bottom), "ink", 1.5, True)
        yield words(one.threshold.words, one.middle, one.y, anchor="middle", bold=True)
        if one.threshold.small:
            yield words(
                one.threshold.small, one.middle, one.small_y, size=one.minor, tint="quiet", anchor="middle"
            )  # fmt: skip


def notes(placed: Sequence[PlacedNote], down: float = 0.0) -> Iterator[ChartWords | ChartLine | ChartArea]:
    """Words in a plot that stands so far `down`, with what they are at."""
    for note in placed:
        if note.point is not None:
            x, y = note.point[0], note.point[1] + down
            yield ChartArea(x - 11, y - 11, x + 11, y + 11, "ink", round=True, outline=2)
        elif note.shape is not None and note.is_range:
            box = note.shape
            yield ChartArea(box.left, box.top + down, box.right, box.bottom + down, "faint", 0.45)
        elif note.shape is not None:
            box = note.shape
            yield ChartLine((box.left, box.top + down), (box.right, box.bottom + down), "ink", 1.5, True)
        yield words(note.text, note.x, note.y + down, bold=True)


def shifted(at: tuple[float, float], box: Box, place: Place, reach: float) -> tuple[float, float]:
    """How far a label with this box is from where `place` at the point `at` puts it, `reach` pixels away."""
    wide, high = box.right - box.left, box.bottom - box.top
    x, y = at
    dx, dy = {
        "right": (reach + wide / 2, 0.0), "left": (-reach - wide / 2, 0.0),
        "above": (0.0, -reach - high / 2), "below": (0.0, reach + high / 2),
    }[place]  # fmt: skip
    return (box.left + box.right) / 2 - x - dx, (box.top + box.bottom) / 2 - y - dy


def nearest_place(at: tuple[float, float], box: Box, reach: float) -> tuple[Place, tuple[float, float]]:
    """The side of a point on which a label with this box stands, and how far it is from its usual place there."""
    sides: tuple[Place, ...] = ("right", "left", "above", "below")
    found = {place: shifted(at, box, place, reach) for place in sides}
    place = min(found, key=lambda one: abs(found[one][0]) + abs(found[one][1]))
    return place, found[place]


def wide(text: str, size: float = SIZE) -> float:
    """How wide bold words are."""
    return text_width(text, size, True)
