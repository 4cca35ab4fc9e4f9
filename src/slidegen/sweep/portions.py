"""Divides the points of a sweep into portions for the workers of a cluster, by the time that settings take."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from slidegen.sweep.model import Batch

SECONDS: Final = 2.0
"""How long a portion should take: much longer than it takes to send it, and short enough to lose little."""
FIRST: Final = 8
"""The most points of a portion as long as the time of a setting is unknown."""
MOST: Final = 2000
"""The most points of a portion: a few hundred kilobytes."""
GROWTH: Final = 16
"""How many times larger than the last one a portion may be: one measurement may be by chance."""
TRIES: Final = 2
"""How often a worker may be lost with a portion before that is halved."""


@dataclass(frozen=True, slots=True)
class Portion:
    """A batch that one worker computes. `losses` counts the workers that were lost with it."""

    batch: Batch
    losses: int = 0


@dataclass(slots=True)
class Portions:
    """What is left to compute. A single point is given up when as many workers as `allowed` are lost with it, and then
    another one."""

    batches: Sequence[Batch]
    allowed: int
    _left: deque[Batch] = field(default_factory=deque)
    _again: deque[Portion] = field(default_factory=deque)
    _count: int = 0
    _each: float | None = None
    _last: int = 1

    def __post_init__(self) -> None:
        self._left.extend(self.batches)
        self._count = sum(len(batch.points) for batch in self.batches)

    def __bool__(self) -> bool:
        return bool(self._left or self._again)

    def take(self, workers: int) -> Portion | None:
        """Returns the next portion for one of several workers; None if all are taken."""
        if self._again:
            return self._again.popleft()
        if not self._left:
            return None
        size = self._size(workers)
        first = self._left.popleft()
        points = list(first.points)
        while len(points) < size and self._left and _fits(first, self._left[0]):
            points.extend(self._left.popleft().points)
        if len(points) > size:
            self._left.appendleft(replace(first, points=tuple(points[size:])))
        taken = tuple(points[:size])
        self._count -= len(taken)
        return Portion(replace(first, points=taken))

    def measured(self, count: int, seconds: float) -> None:
        """Hears how long a portion of so many points took, without the imports of its worker."""
        self._each, self._last = seconds / count, count

    def lost(self, portion: Portion) -> Batch | None:
        """Takes back a portion whose worker was lost: it is tried again, then in halves. Returns a single point that is
        given up."""
        losses, points = portion.losses + 1, portion.batch.points
        if len(points) == 1:
            if losses > self.allowed:
                return portion.batch
            self._again.append(replace(portion, losses=losses))
        elif losses < TRIES:
            self._again.append(replace(portion, losses=losses))
        else:
            middle = len(points) // 2
            for half in (points[:middle], points[middle:]):
                losses = 0 if len(half) == 1 else TRIES - 1
                self._again.append(Portion(replace(portion.batch, points=half), losses))
        return None

    def _size(self, workers: int) -> int:
        """Returns the size of the next portion: at the end it becomes smaller, so that the workers end together."""
        fair = max(1, self._count // (2 * max(1, workers)))
        if self._each is None:
            return min(FIRST, fair)
        wanted = MOST if not self._each else int(SECONDS / self._each)
        return max(1, min(wanted, fair, MOST, self._last * GROWTH))


def _fits(first: Batch, other: Batch) -> bool:
    return (first.source, first.version) == (other.source, other.version)
