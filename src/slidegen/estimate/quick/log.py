"""The log of a counted step: each storage with its size, kind and lifetime, and where the layers' passes begin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from slidegen.estimate.allocated import KINDS, Held, Kind

GRANULARITY: Final = 512
"""PyTorch's allocator rounds sizes up to a multiple of 512 bytes (`c10/cuda/CUDACachingAllocator.cpp`)."""
Bytes = tuple[int, ...]
"""Bytes of each kind, in the order of KINDS."""
NUMBERS: Final = {kind: number for number, kind in enumerate(KINDS)}


def of(kind: Kind, size: int) -> Bytes:
    """Returns `size` bytes of one kind."""
    return tuple(size if one == kind else 0 for one in KINDS)


def plus(one: Bytes, other: Bytes) -> Bytes:
    """Returns the sum of each kind."""
    return tuple(a + b for a, b in zip(one, other, strict=True))


def by_kind(sizes: Bytes) -> Held:
    """Returns the bytes under the names of their kinds."""
    return dict(zip(KINDS, sizes, strict=True))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a step, in bytes by kind relative to its start: what it has added at its end, and its peak."""

    label: str
    added: Bytes
    peak: Bytes


@dataclass(slots=True)
class Log:
    """Records allocations and frees in order. An event is the number of a storage, negative (-1 - number) if freed."""

    sizes: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    alive: set[int] = field(default_factory=set)
    events: list[int] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=list)

    def allocate(self, size: int, kind: Kind) -> int:
        """Adds a storage of `size` bytes; returns its number."""
        number = len(self.sizes)
        self.sizes.append(-(-size // GRANULARITY) * GRANULARITY)
        self.kinds.append(NUMBERS[kind])
        self.alive.add(number)
        self.events.append(number)
        return number

    def free(self, number: int) -> None:
        """Records that a storage is freed."""
        self.alive.discard(number)
        self.events.append(-1 - number)

    def mark(self, label: str) -> None:
        """Begins a new stretch."""
        self.marks.append((len(self.events), label))

    def rename_survivors(self, old: Kind, new: Kind) -> None:
        """Changes the kind of all live storages from `old` to `new`."""
        for number in self.alive:
            if self.kinds[number] == NUMBERS[old]:
                self.kinds[number] = NUMBERS[new]

    def stretches(self) -> tuple[Stretch, ...]:
        """Returns the stretches between the marks; what comes after the last mark is left out."""
        found = []
        for (start, label), (end, _) in zip(self.marks, self.marks[1:], strict=False):
            found.append(self._stretch(label, start, end))
        return tuple(found)

    def _stretch(self, label: str, start: int, end: int) -> Stretch:
        total = most = 0
        place = start
        for position in range(start, end):
            event = self.events[position]
            total += self.sizes[event] if event >= 0 else -self.sizes[-1 - event]
            if total > most:
                most, place = total, position + 1
        return Stretch(label, self._sum(start, end), self._sum(start, place))

    def _sum(self, start: int, end: int) -> Bytes:
        held = [0] * len(KINDS)
        for event in self.events[start:end]:
            number = event if event >= 0 else -1 - event
            held[self.kinds[number]] += self.sizes[number] if event >= 0 else -self.sizes[number]
        return tuple(held)

    def origins(self, label: str) -> dict[str, Bytes]:
        """Returns the bytes that the stretch `label` frees, by the stretch that allocated them."""
        labels = [name for _, name in self.marks]
        starts = [start for start, _ in self.marks]
        place = labels.index(label)
        born: dict[int, str] = {}
        for one, (begin, end) in enumerate(zip(starts, [*starts[1:], len(self.events)], strict=True)):
            for event in self.events[begin:end]:
                if event >= 0:
                    born[event] = labels[one]
        found: dict[str, list[int]] = {}
        for event in self.events[starts[place] : starts[place + 1]]:
            number = -1 - event
            if event < 0 and (origin := born.get(number)) not in (None, label):
                found.setdefault(str(origin), [0] * len(KINDS))[self.kinds[number]] += self.sizes[number]
        return {name: tuple(values) for name, values in found.items()}
