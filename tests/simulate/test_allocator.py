"""The replay of PyTorch's caching allocator, by hand."""

from __future__ import annotations

import pytest

from slidegen.estimate.setting import Setting
from slidegen.models import catalogue
from slidegen.simulate.allocator import CachingAllocator, Replay
from slidegen.simulate.run import allocation

MIB = 2**20


def test_small_requests_share_segments_of_two_mib() -> None:
    """Up to 1 MiB; the next one that does not fit asks for another segment."""
    allocator = CachingAllocator()
    for _ in range(4):
        allocator.allocate(512 * 1024)
    assert (allocator.reserved, allocator.allocated) == (2 * MIB, 2 * MIB)
    allocator.allocate(512)
    assert (allocator.reserved, allocator.allocated) == (4 * MIB, 2 * MIB + 512)


def test_large_requests_come_from_segments_of_twenty_mib_or_their_own() -> None:
    """From 10 MiB on in steps of 2 MiB."""
    allocator = CachingAllocator()
    allocator.allocate(3 * MIB)
    allocator.allocate(9 * MIB)
    assert allocator.reserved == 20 * MIB
    allocator.allocate(11 * MIB)
    assert allocator.reserved == 32 * MIB


def test_what_is_left_over_counts_if_it_is_too_small_to_split() -> None:
    """11 MiB in a segment of 12: the remaining MiB goes with it."""
    allocator = CachingAllocator()
    allocator.allocate(11 * MIB)
    assert (allocator.reserved, allocator.allocated, allocator.peak_allocated) == (12 * MIB, 12 * MIB, 12 * MIB)


def test_a_free_block_is_used_again_and_grows_together() -> None:
    """The smallest that is large enough; neighbours that are free are one block."""
    allocator = CachingAllocator()
    first, second, third = allocator.allocate(4 * MIB), allocator.allocate(4 * MIB), allocator.allocate(4 * MIB)
    allocator.free(first)
    allocator.free(second)
    assert allocator.allocate(8 * MIB).address == first.address
    allocator.free(third)
    allocator.allocate(12 * MIB)
    assert allocator.reserved == 20 * MIB


def test_fragments_are_why_more_is_reserved_than_allocated() -> None:
    """Two holes of 16 MiB hold no 32 MiB."""
    replay = Replay()
    replay.run([(0, 16 * MIB), (1, 16 * MIB), (0, 0), (1, 0), (2, 32 * MIB)])
    assert (replay.reserved, replay.allocator.allocated) == (64 * MIB, 32 * MIB)


@pytest.mark.parametrize("accumulation", [1, 4])
def test_a_run_reserves_what_it_allocates_and_some(accumulation: int) -> None:
    """The same with and without the layers that repeat."""
    name = "HuggingFaceTB/SmolLM2-135M"
    setting = Setting("full", seq_len=256, gradient_accumulation_steps=accumulation, optimizer="adamw_torch")
    config = catalogue.facts(name).config
    found, every = allocation(config, name, setting), allocation(config, name, setting, every_layer=True)
    assert found.reserved == pytest.approx(every.reserved, rel=0.01)
    assert found.peak.total < found.reserved < 1.3 * found.peak.total
