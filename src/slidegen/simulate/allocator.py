"""PyTorch's caching allocator: the blocks that it hands out, and the memory that it reserves on the GPU for them.

Source: PyTorch 2.13, `c10/cuda/CUDACachingAllocator.cpp` (malloc, get_pool, get_allocation_size, should_split,
get_free_block, alloc_block, release_cached_blocks, free_block) and `c10/core/AllocatorConfig.h` (the sizes).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import Final

SMALL: Final = 2**20
SMALL_SEGMENT: Final = 2 * 2**20
LARGE: Final = 10 * 2**20
LARGE_SEGMENT: Final = 20 * 2**20
ROUND_LARGE: Final = 2 * 2**20
SMALLEST_BLOCK: Final = 512


@dataclass(slots=True, eq=False)
class Block:
    """A part of a segment; `before` and `after` are its neighbours in the segment."""

    address: int
    size: int
    small: bool
    free: bool = False
    before: Block | None = None
    after: Block | None = None


class OutOfMemory(Exception):
    """The GPU has no memory for a request, even after the allocator has released its cached segments."""


@dataclass(slots=True)
class Pool:
    """The free blocks for small or for large requests, sorted by size and address."""

    blocks: list[tuple[int, int, Block]] = field(default_factory=list)

    def add(self, block: Block) -> None:
        insort(self.blocks, (block.size, block.address, block))

    def remove(self, block: Block) -> None:
        del self.blocks[bisect_left(self.blocks, (block.size, block.address))]

    def best(self, size: int) -> Block | None:
        """Removes and returns the smallest free block of at least `size` bytes; None if there is none."""
        at = bisect_left(self.blocks, (size,))
        return self.blocks.pop(at)[2] if at < len(self.blocks) else None

    def release(self) -> int:
        """Removes the free blocks that are whole segments; returns their bytes."""
        kept = [entry for entry in self.blocks if entry[2].before is not None or entry[2].after is not None]
        released = sum(size for size, _, _ in self.blocks) - sum(size for size, _, _ in kept)
        self.blocks = kept
        return released


@dataclass(slots=True)
class CachingAllocator:
    """Hands out blocks; counts the bytes requested from CUDA (`reserved`) and handed out (`allocated`).

    A block slightly larger than the request is handed out and counted whole. Free memory stays reserved, unless a new
    segment would exceed `limit`, the bytes of the GPU: then all segments without a block in use are returned to CUDA.
    """

    limit: int | None = None
    reserved: int = 0
    peak_reserved: int = 0
    allocated: int = 0
    peak_allocated: int = 0
    _small: Pool = field(default_factory=Pool)
    _large: Pool = field(default_factory=Pool)
    _address: int = 0

    def allocate(self, size: int) -> Block:
        """Returns a block for `size` bytes, a multiple of 512. Raises OutOfMemory if the limit leaves no room."""
        small = size <= SMALL
        pool = self._small if small else self._large
        block = pool.best(size) or self._segment(size, small)
        block.free = False
        rest = block.size - size
        if rest >= SMALLEST_BLOCK if small else rest > SMALL:
            remainder = Block(block.address + size, rest, small, free=True, before=block, after=block.after)
            if block.after is not None:
                block.after.before = remainder
            block.after, block.size = remainder, size
            pool.add(remainder)
        self.allocated += block.size
        self.peak_allocated = max(self.peak_allocated, self.allocated)
        return block

    def _segment(self, size: int, small: bool) -> Block:
        """Returns a new segment, which is one block, for a request of `size` bytes."""
        size = _segment_size(size)
        if self.limit is not None and self.reserved + size > self.limit:
            self.reserved -= self._small.release() + self._large.release()
            if self.reserved + size > self.limit:
                raise OutOfMemory
        block = Block(self._address, size, small)
        self._address += size
        self.reserved += size
        self.peak_reserved = max(self.peak_reserved, self.reserved)
        return block

    def free(self, block: Block) -> None:
        """Frees the block and merges it with its free neighbours."""
        self.allocated -= block.size
        pool = self._small if block.small else self._large
        block.free = True
        if (after := block.after) is not None and after.free:
            pool.remove(after)
            block.size, block.after = block.size + after.size, after.after
            if block.after is not None:
                block.after.before = block
        if (before := block.before) is not None and before.free:
            pool.remove(before)
            before.size, before.after = before.size + block.size, block.after
            if before.after is not None:
                before.after.before = before
            block = before
        pool.add(block)


def _segment_size(size: int) -> int:
    """Returns the bytes that a request of `size` bytes makes the allocator request from CUDA."""
    if size <= SMALL:
        return SMALL_SEGMENT
    return LARGE_SEGMENT if size < LARGE else -(-size // ROUND_LARGE) * ROUND_LARGE
