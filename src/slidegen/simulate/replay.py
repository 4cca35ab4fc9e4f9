"""Replays a run on PyTorch's caching allocator: what its blocks hold beyond the tensors, and what it reserves."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from slidegen.simulate.allocator import Block, CachingAllocator, OutOfMemory

Event = tuple[int, int]
"""The number of a storage and its size for an allocation, 0 for a free."""


class Rounding(NamedTuple):
    """The bytes that blocks hold beyond the tensors in them, at the start of a stretch of a run and at its peak."""

    start: int
    peak: int


@dataclass(slots=True)
class Replay:
    """Feeds events to an allocator, and keeps them for another replay on a GPU with less memory."""

    allocator: CachingAllocator = field(default_factory=CachingAllocator)
    requested: int = 0
    _blocks: dict[int, tuple[Block, int]] = field(default_factory=dict)
    _events: array[int] = field(default_factory=lambda: array("q"))

    def run(self, events: Iterable[Event]) -> Rounding:
        """Applies the events in order; returns the rounding before them and at the peak.

        The peak is that of the blocks. Its rounding is the difference from the largest sum of tensors, which may occur
        at another moment of the stretch.
        """
        blocks, allocator, keep = self._blocks, self.allocator, self._events.append
        requested = most_requested = self.requested
        most = allocator.allocated
        start = most - requested
        for number, size in events:
            keep(number)
            keep(size)
            if size:
                blocks[number] = allocator.allocate(size), size
                requested += size
                most_requested = max(most_requested, requested)
                most = max(most, allocator.allocated)
            else:
                block, freed = blocks.pop(number)
                allocator.free(block)
                requested -= freed
        self.requested = requested
        return Rounding(start, most - most_requested)

    @property
    def rounding(self) -> int:
        """Returns the bytes that blocks hold now beyond the tensors in them."""
        return self.allocator.allocated - self.requested

    @property
    def reserved(self) -> int:
        """Returns the most bytes that were requested from CUDA at the same time."""
        return self.allocator.peak_reserved

    def recorded(self) -> Recorded:
        """Returns the events so far, to replay them on a GPU with less memory."""
        return Recorded(self._events, self.reserved)


@dataclass(frozen=True, slots=True)
class Recorded:
    """The events of a run, which reserves up to `reserved` bytes if there is no limit."""

    events: array[int]
    reserved: int

    def __call__(self, memory: int) -> int | None:
        """Returns the most bytes that are reserved on a GPU with `memory` bytes for PyTorch; None if it runs out."""
        if self.reserved <= memory:
            return self.reserved
        allocator = CachingAllocator(memory)
        blocks: dict[int, Block] = {}
        events = iter(self.events)
        try:
            for number, size in zip(events, events, strict=True):
                if size:
                    blocks[number] = allocator.allocate(size)
                else:
                    allocator.free(blocks.pop(number))
        except OutOfMemory:
            return None
        return allocator.peak_reserved


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the allocator makes of a run: the bytes that its blocks hold beyond the tensors in them.

    `loaded` is the rounding once the model is there, `stretches` that of each stretch of the run, `end` that at the
    end of the run.
    """

    loaded: int
    stretches: tuple[Rounding, ...]
    end: int
    recorded: Recorded
