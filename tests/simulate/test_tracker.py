"""What the dispatch mode sees of a run, and what it calls it."""

from __future__ import annotations

import torch

from slidegen.estimate.allocated import KINDS
from slidegen.simulate.ledger import Ledger
from slidegen.simulate.tracker import Tracker


def held(ledger: Ledger) -> dict[str, int]:
    """The bytes of the kinds of which there are any."""
    return {kind: int(size) for kind, size in zip(KINDS, ledger.held(), strict=True) if size}


def test_views_share_a_storage() -> None:
    """A storage counts once, and goes with the last tensor that looks at it."""
    ledger = Ledger(1)
    with Tracker(ledger, {}, None):
        whole = torch.empty(10, 3, device="meta")
        part = whole[2:4].t()
        assert held(ledger) == {"temporaries": 120}
        del whole
        assert held(ledger) == {"temporaries": 120}
        del part
    assert held(ledger) == {}


def test_what_is_in_the_memory_of_the_host_does_not_count() -> None:
    """A model may make tensors on the CPU, such as the window of a sliding cache: they are not on the card."""
    ledger = Ledger(1)
    with Tracker(ledger, {}, None) as tracker:
        window = torch.tensor(512)
        tracker.hold([window], "kv_cache")
    assert held(ledger) == {}
    assert ledger.clock == 0


def test_a_tensor_as_wide_as_the_vocabulary_is_logits() -> None:
    """What has the vocabulary as its last dimension is called logits, until it is said what it is."""
    ledger = Ledger(1)
    with Tracker(ledger, {}, 50) as tracker:
        logits, vector = torch.empty(2, 50, device="meta"), torch.empty(50, device="meta")
        assert held(ledger) == {"logits": 400, "temporaries": 200}
        tracker.hold([logits], "gradients")
        assert held(ledger) == {"gradients": 400, "temporaries": 200}
    del vector


def test_a_temporary_of_a_kernel_is_gone_after_it_but_counts_at_the_peak() -> None:
    """A kernel's memory is added to what is held with its output."""
    ledger = Ledger(1)
    with Tracker(ledger, {torch.ops.aten.mul.Tensor: lambda *_: 1000}, None):
        numbers = torch.empty(25, device="meta")
        ledger.mark("product")
        product = numbers * numbers
    (segment,) = ledger.segments()
    assert int(segment.start.sum()) == 100
    assert int(segment.peak.sum()) == 100 + 100 + 1000
    assert held(ledger) == {"temporaries": 200}
    del product


def test_what_a_checkpoint_computes_anew_is_activations() -> None:
    """In the backward pass tensors that are made with gradients enabled are activations, all others temporaries."""
    ledger = Ledger(1)
    with Tracker(ledger, {}, None) as tracker:
        tracker.phase = "backward"
        anew = torch.empty(3, device="meta")
        with torch.no_grad():
            gradient = torch.empty(2, device="meta")
        assert held(ledger) == {"activations": 12, "temporaries": 8}
    del anew, gradient
