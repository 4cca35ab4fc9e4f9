"""Places labels so that they do not overlap each other, a point or the edge. The result is deterministic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from slidegen.figures.type import ASCENT, DESCENT, text_width

Segment: TypeAlias = tuple[float, float, float, float]
"""A straight line: x1, y1, x2, y2."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """The area that two boxes share."""
        if self.right <= other.left or other.right <= self.left or self.bottom <= other.top or other.bottom <= self.top:
            return 0.0
        width = min(self.right, other.right) - max(self.left, other.left)
        return width * (min(self.bottom, other.bottom) - max(self.top, other.top))

    def grown(self, by: float) -> Box:
        """The box with a margin."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def outside(self, area: Box) -> float:
        """How far the box sticks out of `area`, the sum over all sides."""
        ends = (area.left - self.left, area.top - self.top, self.right - area.right, self.bottom - area.bottom)
        return sum(max(0.0, end) for end in ends)


@dataclass(frozen=True, slots=True)
class Spot:
    """The place of a label: its left end and baseline, its box, and whether a line leads to its point."""

    x: float
    y: float
    box: Box
    leader: bool


def text_box(x: float, y: float, text: str, size: float, bold: bool = False) -> Box:
    """The bounding box of text that starts at `x` on the baseline `y`."""
    return Box(x, y - ASCENT * size, x + text_width(text, size, bold), y + DESCENT * size)


NEAR: Final = 11.0
"""The distance of a label from its point."""
POINT: Final = 9.0
"""The radius of a point with some air."""
CROSSED: Final = 60.0
"""The cost of a line through a label or a point."""
RINGS: Final = (NEAR, 22.0, 34.0, 50.0, 70.0, 95.0, 125.0)
"""The distances to try. At the first one, no line leads to the point."""
# Right first, then left, above and below, then the corners: in the order that readers expect.
SIDES: Final = (
    (1, 0),
    (-1, 0),
    (0, -1),
    (0, 1),
    (1, -1),
    (1, 1),
    (-1, -1),
    (-1, 1),
    (2, -1),
    (2, 1),
    (-2, -1),
    (-2, 1),
)
PASSES: Final = 3
CROWD: Final = 140.0
"""Points nearer than this crowd each other."""


def place_labels(
    points: Sequence[tuple[float, float]],
    labels: Sequence[str],
    size: float,
    area: Box,
    others: Sequence[tuple[float, float]] = (),
    segments: Sequence[Segment] = (),
    taken: Sequence[Box] = (),
    bold: bool = False,
) -> list[Spot]:
    """Places the label of each point: at the nearest free place, else at the one with the least overlap.

    The most crowded points choose first. Then each label may move again, up to `PASSES` times in all, given the places
    of the others. Labels avoid all points, including `others`, the `taken` boxes, and if possible the `segments`
    (x1, y1, x2, y2).
    """
    dots = [Box(x - NEAR, y - NEAR, x + NEAR, y + NEAR) for x, y in (*points, *others)]
    choices = [
        _Choice(
            point,
            _candidates(point, label, size, bold),
            [*taken, *(dot for i, dot in enumerate(dots) if i != index)],
            area,
            segments,
        )
        for index, (point, label) in enumerate(zip(points, labels, strict=True))
    ]
    crowd = [sum(math.dist(a, b) < CROWD for b in points) for a in points]
    order = sorted(range(len(points)), key=lambda index: (-crowd[index], index))
    chosen: dict[int, Spot] = {}
    for _ in range(PASSES):
        before = dict(chosen)
        for index in order:
            others_at = [(points[other], spot) for other, spot in chosen.items() if other != index]
            leaders = [(*point, *leader_end(spot, point)) for point, spot in others_at if spot.leader]
            chosen[index] = choices[index].best([spot.box.grown(2) for _, spot in others_at], leaders)
        if chosen == before:
            break
    return [chosen[index] for index in range(len(points))]


class _Choice:
    """The possible places of a label, the best first, with their costs apart from other labels."""

    def __init__(
        self,
        point: tuple[float, float],
        spots: list[Spot],
        dots: list[Box],
        area: Box,
        segments: Sequence[Segment],
    ) -> None:
        self._point = point
        self._spots = spots
        self._dots = dots
        self._area = area
        self._segments = segments
        self._costs: dict[int, float] = {}

    def best(self, taken: list[Box], leaders: list[Segment]) -> Spot:
        """The place with the lowest cost, given the boxes and the lines of other labels.

        Stops when the remaining places cannot win.
        """
        found, least = self._spots[0], math.inf
        for rank, spot in enumerate(self._spots):
            if rank * 3.0 + (25 if spot.leader else 0) >= least:
                break
            cost = self._cost(rank)
            if cost < least:
                cost += sum(spot.box.overlap(box) for box in taken) * 40
                cost += sum(self._led_through(spot, box) for box in taken) * CROSSED
                cost += sum(_crosses(spot.box, leader) for leader in leaders) * CROSSED
            if cost < least:
                found, least = spot, cost
        return found

    def _led_through(self, spot: Spot, box: Box) -> bool:
        """Whether the line from the point to its label passes through a box."""
        return spot.leader and _crosses(box, (*self._point, *leader_end(spot, self._point)))

    def _cost(self, rank: int) -> float:
        if rank not in self._costs:
            spot = self._spots[rank]
            covered = sum(spot.box.overlap(dot) for dot in self._dots)
            crossed = sum(_crosses(spot.box, segment) for segment in self._segments)
            crossed += sum(self._led_through(spot, dot.grown(POINT - NEAR)) for dot in self._dots)
            outside = spot.box.outside(self._area)
            self._costs[rank] = (
                rank * 3.0
                + (25 if spot.leader else 0)
                + covered * 40
                + crossed * CROSSED
                + (1e6 + outside if outside else 0)
            )
        return self._costs[rank]


def _candidates(point: tuple[float, float], label: str, size: float, bold: bool) -> list[Spot]:
    width, middle = text_width(label, size, bold), (ASCENT - DESCENT) * size / 2
    found = []
    for ring, distance in enumerate(RINGS):
        for dx, dy in SIDES:
            if ring == 0 and abs(dx) == 2:
                continue
            reach = distance / math.hypot(dx, dy) * (1.15 if dx and dy else 1)
            x = point[0] + dx * reach - (width if dx < 0 else width / 2 if dx == 0 else 0)
            y = point[1] + dy * reach + middle + dy * (middle if dx == 0 else middle * 0.7)
            found.append(Spot(x, y, text_box(x, y, label, size, bold), ring > 0))
    return found


def freest(boxes: Sequence[Box], taken: Sequence[Box], segments: Sequence[Segment]) -> int:
    """The first of the boxes that overlaps the `taken` ones and the `segments` least."""
    costs = [
        sum(box.overlap(other) for other in taken) * 40 + sum(_crosses(box, one) for one in segments) * CROSSED
        for box in boxes
    ]
    return costs.index(min(costs))


def _crosses(box: Box, segment: Segment) -> bool:
    """Whether a straight line passes through a box (Liang and Barsky's clipping)."""
    x1, y1, x2, y2 = segment
    first, last = 0.0, 1.0
    for delta, low, high in ((x2 - x1, box.left - x1, box.right - x1), (y2 - y1, box.top - y1, box.bottom - y1)):
        if delta == 0:
            if low > 0 or high < 0:
                return False
            continue
        a, b = sorted((low / delta, high / delta))
        first, last = max(first, a), min(last, b)
    return first <= last


def leader_end(spot: Spot, point: tuple[float, float]) -> tuple[float, float]:
    """Where the line from a point meets the box of its label."""
    x = min(max(point[0], spot.box.left - 2), spot.box.right + 2)
    y = min(max(point[1], spot.box.top + 2), spot.box.bottom - 2)
    return x, y


def spread(ideal: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places along a line, each as near to its ideal place as the distance `gap` between neighbours allows.

    Neighbours that are too close form a cluster around the mean of their ideal places (pool adjacent violators). All
    places are kept between `low` and `high` if there is enough space.
    """
    order = sorted(range(len(ideal)), key=lambda index: (ideal[index], index))
    # After subtracting the gaps, places only have to be in order.
    clusters: list[list[float]] = []
    for rank, index in enumerate(order):
        clusters.append([ideal[index] - rank * gap, 1.0])
        while len(clusters) > 1 and clusters[-2][0] > clusters[-1][0]:
            value, count = clusters.pop()
            before = clusters[-1]
            before[0] = (before[0] * before[1] + value * count) / (before[1] + count)
            before[1] += count
    top = high - (len(ideal) - 1) * gap
    flat = [min(max(value, low), max(low, top)) for value, count in clusters for _ in range(int(count))]
    places = [0.0] * len(ideal)
    for rank, index in enumerate(order):
        places[index] = flat[rank] + rank * gap
    return places


def staggered(spans: Sequence[tuple[float, float]], gap: float) -> list[int]:
    """For each span (left, right) the lowest row in which it is `gap` away from the spans that begin before it."""
    ends: list[float] = []
    rows = [0] * len(spans)
    for index in sorted(range(len(spans)), key=lambda index: spans[index]):
        left, right = spans[index]
        row = next((row for row, end in enumerate(ends) if left >= end + gap), len(ends))
        if row == len(ends):
            ends.append(right)
        ends[row] = right
        rows[index] = row
    return rows
