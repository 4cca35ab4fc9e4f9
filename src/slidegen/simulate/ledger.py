"""The ledger of a run: the lifetime, size and kind of each storage."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from slidegen.estimate.allocated import KINDS, Kind

_NUMBERS: Final[Mapping[Kind, int]] = {kind: number for number, kind in enumerate(KINDS)}
_FOREVER: Final = 2**62


Vector = np.ndarray[Any, Any]
"""Bytes of each kind, in the order of KINDS (int64)."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a run between two marks: the memory held when it begins and at its peak."""

    label: str
    start: Vector
    peak: Vector


@dataclass(slots=True)
class Ledger:
    """Records every storage of a run, in the order of allocation.

    Time is counted in allocations and frees. Sizes are rounded up to a multiple of `granularity` bytes: 512 in
    PyTorch's CUDA allocator (`c10/cuda/CUDACachingAllocator.cpp`, kMinBlockSize), 1 on the CPU.
    """

    granularity: int = 512
    clock: int = 0
    born: list[int] = field(default_factory=list)
    died: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=list)

    def allocate(self, size: int, kind: Kind) -> int:
        """Adds a storage of `size` bytes; returns its number."""
        self.clock += 1
        self.born.append(self.clock)
        self.died.append(_FOREVER)
        self.sizes.append(-(-size // self.granularity) * self.granularity)
        self.kinds.append(_NUMBERS[kind])
        return len(self.sizes) - 1

    def free(self, number: int) -> None:
        """Records that the storage `number` is freed."""
        self.clock += 1
        self.died[number] = self.clock

    def rename(self, number: int, kind: Kind) -> None:
        """Changes the kind of the storage `number`, which may be known only after its allocation."""
        self.kinds[number] = _NUMBERS[kind]

    def rename_survivors(self, since: int, old: Kind, new: Kind) -> None:
        """Changes the kind of live storages that were allocated after the time `since`, from `old` to `new`."""
        for number in range(len(self.born) - 1, -1, -1):
            if self.born[number] <= since:
                break
            if self.died[number] == _FOREVER and self.kinds[number] == _NUMBERS[old]:
                self.kinds[number] = _NUMBERS[new]

    def held(self, kind: Kind | None = None) -> Vector:
        """Returns the bytes held now, of all kinds or of one."""
        found = np.zeros(len(KINDS), dtype=np.int64)
        for size, died, number in zip(self.sizes, self.died, self.kinds, strict=True):
            if died == _FOREVER and kind in (None, KINDS[number]):
                found[number] += size
        return found

    def before(self, kind: Kind | None = None) -> list[int]:
        """Returns the sizes of the storages, of all kinds or of one, that are live when the first segment begins."""
        first = self.marks[0][0]
        entries = zip(self.born, self.died, self.sizes, self.kinds, strict=True)
        return [size for born, died, size, one in entries if born <= first < died and kind in (None, KINDS[one])]

    def times(self) -> list[tuple[int, int, bool]]:
        """Returns each allocation (True) and each free (False) in order: time, number of the storage, which it is."""
        times = [(born, number, True) for number, born in enumerate(self.born)]
        times += [(died, number, False) for number, died in enumerate(self.died) if died != _FOREVER]
        return sorted(times)

    def mark(self, label: str) -> None:
        """Begins a new segment."""
        self.marks.append((self.clock, label))

    def released(self, label: str) -> dict[str, Vector]:
        """Returns the bytes freed in the segment `label`, by the segment that allocated them."""
        labels = [name for _, name in self.marks]
        starts = [time for time, _ in self.marks]
        place = labels.index(label)
        begin, end = starts[place], starts[place + 1]
        found: dict[str, Vector] = {}
        for born, died, size, kind in zip(self.born, self.died, self.sizes, self.kinds, strict=True):
            if begin < died <= end and (segment := bisect_left(starts, born) - 1) >= 0:
                found.setdefault(labels[segment], np.zeros(len(KINDS), dtype=np.int64))[kind] += size
        return found

    def segments(self) -> tuple[Segment, ...]:
        """Returns the run, cut at its marks, without what happened before the first one."""
        born, died, sizes = (np.asarray(values, dtype=np.int64) for values in (self.born, self.died, self.sizes))
        kinds = np.asarray(self.kinds, dtype=np.int64)
        changes = np.zeros(self.clock + 1, dtype=np.int64)
        np.add.at(changes, born, sizes)
        freed = died <= self.clock
        np.add.at(changes, died[freed], -sizes[freed])
        live = np.cumsum(changes)

        def at(time: int) -> Vector:
            alive = (born <= time) & (died > time)
            found = np.zeros(len(KINDS), dtype=np.int64)
            np.add.at(found, kinds[alive], sizes[alive])
            return found

        ends = [time for time, _ in self.marks[1:]] + [self.clock]
        return tuple(
            Segment(label, at(time), at(time + int(np.argmax(live[time : end + 1]))))
            for (time, label), end in zip(self.marks, ends, strict=True)
        )
