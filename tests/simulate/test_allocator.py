"""The replay of PyTorch's caching allocator, by hand."""

from __future__ import annotations

import pytest

from slidegen.estimate.setting import Setting
from slidegen.models import catalogue
from slidegen.simulate.allocator import CachingAllocator, OutOfMemory
from slidegen.simulate.replay import Recorded, Replay, Rounding
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


def test_blocks_hold_more_than_their_tensors() -> None:
    """11 MiB take a segment of 12; of a freed block of 16 the remaining MiB goes with 15, but not 4 with 12."""
    replay = Replay()
    assert replay.run([(0, 11 * MIB)]) == Rounding(0, MIB)
    assert replay.run([(1, 16 * MIB), (1, 0), (2, 15 * MIB)]) == Rounding(MIB, MIB)  # 28 in blocks, 27 at most asked
    assert replay.rounding == 2 * MIB
    replay.run([(2, 0), (0, 0), (3, 12 * MIB)])
    assert (replay.rounding, replay.requested) == (0, 12 * MIB)


def test_a_full_gpu_gets_its_cached_segments_back() -> None:
    """A segment without a block in use is returned before a request fails; one with a used block stays."""
    allocator = CachingAllocator(limit=40 * MIB)
    first, second = allocator.allocate(16 * MIB), allocator.allocate(4 * MIB)
    allocator.free(first)
    assert allocator.allocate(20 * MIB).size == 20 * MIB
    assert (allocator.reserved, allocator.peak_reserved) == (40 * MIB, 40 * MIB)
    allocator.free(second)
    allocator.allocate(14 * MIB)  # the whole segment that `second` was in
    with pytest.raises(OutOfMemory):
        allocator.allocate(8 * MIB)


def test_a_request_that_no_release_makes_room_for_fails() -> None:
    """Of 32 MiB, 20 are a segment whose last 4 MiB are in use: 16 MiB are free, but not for another segment."""
    allocator = CachingAllocator(limit=32 * MIB)
    blocks = [allocator.allocate(4 * MIB) for _ in range(5)]
    for block in blocks[:4]:
        allocator.free(block)
    assert allocator.allocated == 4 * MIB
    with pytest.raises(OutOfMemory):
        allocator.allocate(18 * MIB)


def test_small_segments_are_given_back_too() -> None:
    """A segment of 2 MiB for small requests makes room for a large one."""
    allocator = CachingAllocator(limit=21 * MIB)
    allocator.free(allocator.allocate(512))
    allocator.allocate(MIB + 512)
    assert allocator.reserved == 20 * MIB


@pytest.mark.parametrize(("memory", "reserved"), [(100, 64), (64, 64), (63, 48), (48, 48), (47, None)])
def test_a_run_is_replayed_on_a_smaller_gpu(memory: int, reserved: int | None) -> None:
    """Two of 16 MiB are freed before one of 32 and one of 16 come: with room the third segment is a new one."""
    replay = Replay()
    replay.run([(0, 16 * MIB), (1, 16 * MIB), (0, 0), (1, 0), (2, 32 * MIB), (3, 16 * MIB)])
    assert replay.recorded()(memory * MIB) == (None if reserved is None else reserved * MIB)


@pytest.mark.parametrize(
    "setting",
    [
        Setting("full", seq_len=300, batch_size=2, optimizer="adamw_torch"),
        Setting("full", seq_len=300, gradient_accumulation_steps=2),
        Setting("inference", seq_len=3000, max_new_tokens=0, batch_size=2),
        Setting("inference", seq_len=1000, max_new_tokens=301, batch_size=3),
    ],
    ids=["full", "accumulation", "prefill", "decode"],
)
def test_the_peak_is_the_allocators(setting: Setting) -> None:
    """The kinds, with what blocks hold beyond them, add up to the most that the allocator has handed out."""
    name = "HuggingFaceTB/SmolLM2-135M"
    found = allocation(catalogue.facts(name).config, name, setting)
    assert isinstance(found.within, Recorded)
    allocator, blocks = CachingAllocator(), {}
    events = iter(found.within.events)
    for number, size in zip(events, events, strict=True):
        if size:
            blocks[number] = allocator.allocate(size)
        else:
            allocator.free(blocks.pop(number))
    assert found.peak.held["rounding"] > 0
    assert found.peak.total == allocator.peak_allocated
    assert found.reserved == allocator.reserved


@pytest.mark.parametrize("accumulation", [1, 4])
def test_a_run_reserves_what_it_allocates_and_some(accumulation: int) -> None:
    """The same with and without the layers that repeat."""
    name = "HuggingFaceTB/SmolLM2-135M"
    setting = Setting("full", seq_len=256, gradient_accumulation_steps=accumulation, optimizer="adamw_torch")
    config = catalogue.facts(name).config
    found, every = allocation(config, name, setting), allocation(config, name, setting, every_layer=True)
    assert found.reserved == pytest.approx(every.reserved, rel=0.01)
    assert found.peak.total < found.reserved < 1.3 * found.peak.total
