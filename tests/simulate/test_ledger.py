"""The ledger: what is held when, against sums made by hand."""

from __future__ import annotations

from slidegen.estimate.allocated import KINDS, Kind
from slidegen.simulate.ledger import Ledger, Vector


def kinds(vector: Vector) -> dict[str, int]:
    """The bytes of the kinds of which there are any."""
    return {kind: int(size) for kind, size in zip(KINDS, vector, strict=True) if size}


def test_sizes_are_rounded_up_to_blocks() -> None:
    """CUDA's allocator hands out multiples of 512 bytes, the CPU's what it is asked for."""
    sizes = (1, 512, 513, 1000)
    cuda, cpu = Ledger(), Ledger(1)
    for size in sizes:
        cuda.allocate(size, "weights")
        cpu.allocate(size, "weights")
    assert kinds(cuda.held()) == {"weights": 512 + 512 + 1024 + 1024}
    assert kinds(cpu.held()) == {"weights": 2026}


def test_a_segment_has_its_start_and_its_own_peak() -> None:
    """The peak of each stretch is found within it, kind by kind, and not mixed from several moments."""
    ledger = Ledger(1)
    ledger.allocate(100, "weights")
    ledger.mark("forward")
    first = ledger.allocate(10, "activations")  # 110
    second = ledger.allocate(30, "temporaries")  # 140: the peak
    ledger.free(second)  # 110
    ledger.mark("backward")
    ledger.allocate(5, "gradients")  # 115: the peak
    ledger.free(first)  # 105
    ledger.allocate(9, "gradients")  # 114
    ledger.mark("over")
    forward, backward, over = ledger.segments()
    assert (forward.label, kinds(forward.start)) == ("forward", {"weights": 100})
    assert kinds(forward.peak) == {"weights": 100, "activations": 10, "temporaries": 30}
    assert kinds(backward.start) == {"weights": 100, "activations": 10}
    assert kinds(backward.peak) == {"weights": 100, "activations": 10, "gradients": 5}
    assert kinds(over.start) == kinds(over.peak) == {"weights": 100, "gradients": 14}


def test_what_only_falls_has_its_peak_at_its_start() -> None:
    """A stretch in which things are freed held most when it began."""
    ledger = Ledger(1)
    one = ledger.allocate(7, "activations")
    ledger.mark("end")
    ledger.free(one)
    (segment,) = ledger.segments()
    assert kinds(segment.peak) == {"activations": 7}


def test_a_kind_can_be_known_later() -> None:
    """A storage that is renamed has been of its new kind from the start."""
    ledger = Ledger(1)
    ledger.mark("backward")
    number = ledger.allocate(8, "temporaries")
    ledger.rename(number, "gradients")
    (segment,) = ledger.segments()
    assert kinds(segment.peak) == {"gradients": 8}


def test_survivors_get_another_name() -> None:
    """What a forward pass leaves behind is activations; what came before it or is gone keeps its name."""
    ledger = Ledger(1)
    ledger.allocate(1, "temporaries")
    since = ledger.clock
    gone = ledger.allocate(2, "temporaries")
    ledger.allocate(4, "temporaries")
    ledger.allocate(8, "logits")
    ledger.free(gone)
    ledger.rename_survivors(since, "temporaries", "activations")
    assert kinds(ledger.held()) == {"temporaries": 1, "activations": 4, "logits": 8}
    assert kinds(ledger.held("logits")) == {"logits": 8}


def test_what_is_released_is_told_by_where_it_came_from() -> None:
    """What goes in a segment is summed up by the segment in which it came; what came before the first is left out."""
    ledger = Ledger(1)
    before = ledger.allocate(64, "weights")
    numbers: list[int] = []
    sizes: tuple[tuple[str, int, Kind], ...] = (("a", 1, "activations"), ("b", 2, "activations"), ("b", 4, "logits"))
    for label, size, kind in sizes:
        if label not in {name for _, name in ledger.marks}:
            ledger.mark(label)
        numbers.append(ledger.allocate(size, kind))
    ledger.free(numbers.pop(1))
    ledger.mark("end")
    for number in (*numbers, before):
        ledger.free(number)
    ledger.mark("over")
    released = {label: kinds(size) for label, size in ledger.released("end").items()}
    assert released == {"a": {"activations": 1}, "b": {"logits": 4}}
