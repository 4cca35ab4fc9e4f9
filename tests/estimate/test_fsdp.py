"""What each of several GPUs holds under FSDP, against arithmetic by hand."""

from __future__ import annotations

from dataclasses import replace

from slidegen.estimate.allocated import Phase
from slidegen.estimate.setting import Adapter, Setting
from slidegen.estimate.sharding import on_each_gpu
from tests.estimate.divided import (
    END,
    FIRST,
    GB,
    LAST,
    LAYER,
    PARAMETERS,
    allocation,
    found,
    held,
    moment,
    timeline,
    whole,
    zero,
)


def test_fsdp_divides_weights_gradients_states_and_the_step() -> None:
    """Nothing is whole while the optimizer works: the 14.5 GB of foreach AdamW for 7.25 B numbers are an eighth."""
    sizes = {
        "weights": 14_500_000_000,
        "gradients": 14_500_000_000,
        "optimizer": 29 * GB,
        "temporaries": 14_500_000_000,
    }
    one = on_each_gpu(allocation(moment("step", "step", **sizes)), zero("fsdp", gpus=8)).peak.held
    assert one == held(
        weights=1_812_500_000, gradients=1_812_500_000, optimizer=3_625_000_000, temporaries=1_812_500_000
    )


def test_fsdp_gathers_in_the_forward_pass() -> None:
    """A group is copied out of its buffer, which is kept until the next one is there: three layers, then two."""
    labels: tuple[tuple[Phase, str], ...] = (
        ("forward", "forward"),
        ("forward", "forward 0.0"),
        ("forward", "forward 0.1"),
        ("forward", "forward 0.2"),
        ("forward", "forward ends"),
    )
    assert whole(zero("fsdp"), *labels) == [
        *(2 * END, 2 * END),
        *(2 * LAYER + END, 2 * LAYER),
        *(3 * LAYER, 2 * LAYER),
        *(3 * LAYER, 2 * LAYER),
        *(END, END),
    ]
    # With logits the head is there: itself and its buffer, or just before it the last layer's buffer, but no logits.
    assert whole(zero("fsdp"), *labels, logits=2 * GB)[7] == 2 * END
    assert whole(zero("fsdp"), *labels, logits=GB)[7] == 2 * END + LAYER - GB
    # A head that is the embedding is whole from the beginning; only the buffer of the last layer is there as well.
    tied = whole(zero("fsdp"), *labels, ends=False, logits=2 * GB)
    assert tied == [
        *(4 * END, 4 * END),
        *(2 * END + 2 * LAYER, 2 * END + 2 * LAYER),
        *tied[4:7],
        2 * END + LAYER,
        *tied[8:],
    ]
    assert tied[8:] == [2 * END, 2 * END]


def test_fsdp_gathers_ahead_in_the_backward_pass() -> None:
    """A layer, the next one's buffer, the gradients of both and of the layer before; then the embedding."""
    labels: tuple[tuple[Phase, str], ...] = (
        ("backward", "backward"),
        ("backward", "backward 0.2"),
        ("backward", "backward 0.1"),
        ("backward", "backward 0.0"),
        ("backward", "backward ends"),
    )
    assert whole(zero("fsdp"), *labels) == [
        *(END, END),
        *(END + LAYER + END, 3 * LAYER),  # the head again for its norm, the head's gradients, the first buffer
        *(3 * LAYER, 4 * LAYER),
        *(3 * LAYER, 4 * LAYER),
        *(2 * END + LAYER, 2 * END + LAYER),
    ]
    # When all gradients but the embedding's are there, it is the embedding's turn; just before, its gradient is not.
    assert whole(zero("fsdp"), *labels, gradients=2 * PARAMETERS - END)[7] == 4 * LAYER - END
    assert whole(zero("fsdp"), *labels, gradients=2 * PARAMETERS)[7] == 4 * LAYER
    assert whole(zero("fsdp"), *labels, gradients=2 * PARAMETERS - 2 * END)[7] == 4 * LAYER  # the head's is missing
    assert whole(zero("fsdp"), *labels, ends=False, gradients=2 * PARAMETERS - 2 * END)[7] == 4 * LAYER
    for gradients, expected in ((15 * GB, 24 * GB + LAYER), (15 * GB - 1, 12 * GB + LAYER)):
        large = replace(allocation(moment("backward", gradients=gradients)), embedding=12 * GB, outside=12 * GB + END)
        assert on_each_gpu(large, zero("fsdp")).peak.held["temporaries"] == expected


def test_gradients_of_the_head_are_whole_until_the_layers() -> None:
    """Then they are divided."""
    head = timeline(("backward", "backward"), ("backward", "backward 0.2"), gradients=END)
    sizes = [one.held["gradients"] for one in on_each_gpu(allocation(*head), zero("fsdp")).timeline]
    assert sizes == [END, END, END // 4, END // 4]


def test_fsdp_has_no_gradients_of_frozen_weights() -> None:
    """Of an adapter of 1 GB in ten layers: a tenth of it is in each, and the head has none."""
    setting = Setting("lora", gpus=4, sharding="fsdp", adapter=Adapter(8))
    labels: tuple[tuple[Phase, str], ...] = (("backward", "backward"), ("backward", "backward 0.2"))
    both = [moment(phase, label, weights=15 * GB, adapter=1_350_000_000) for phase, label in labels]
    alone = allocation(*(one for one in (*both, moment("backward", "backward 0.1", adapter=1)) for _ in range(2)))
    sizes = [one.held["temporaries"] for one in on_each_gpu(alone, setting).timeline]
    each = 135_000_000
    assert sizes == [END, END, max(2 * LAYER, END + LAYER), 2 * LAYER + each, 2 * LAYER + each, 2 * LAYER + 2 * each]


def test_inference_gathers_and_has_no_buckets() -> None:
    """FSDP keeps the head after the prefill; GPUs that hold all of the model exchange nothing."""
    fsdp = Setting("inference", gpus=4, sharding="fsdp")
    labels: tuple[tuple[Phase, str], ...] = (("decode", "decode"), ("decode", "decode 0.0"), ("decode", "decode 0.1"))
    assert whole(fsdp, *labels)[3] == END + 2 * LAYER
    plain: tuple[Phase, ...] = ("load", "prefill", "decode")
    assert [found(moment(phase), Setting("inference", gpus=4))["temporaries"] for phase in plain] == [0, 0, 0]
    zero3 = Setting("inference", gpus=4, sharding="zero3")
    assert [found(moment(phase), zero3)["temporaries"] for phase in plain] == [0, 2 * GB, 2 * GB]
    assert found(moment("decode", weights=15 * GB), zero3)["optimizer"] == 0


def test_a_phase_without_layers_gathers_as_its_largest_moment() -> None:
    """Of a model whose layers do not repeat, or of formulas."""
    assert found(FIRST, zero("fsdp"))["temporaries"] == 3 * LAYER
    plain = replace(allocation(FIRST, ends=False), outside=12 * GB)
    for large in (replace(plain, embedding=12 * GB), replace(plain, head=12 * GB)):
        assert on_each_gpu(large, zero("fsdp")).peak.held["temporaries"] == 24 * GB
    assert found(LAST, zero("fsdp"))["temporaries"] == 4 * LAYER
    early = moment("backward", weights=2 * PARAMETERS)
    assert found(early, zero("fsdp"))["temporaries"] == 4 * LAYER
