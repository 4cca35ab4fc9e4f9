"""What each of several GPUs holds, against the papers' arithmetic and the buffers in the libraries' sources."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest

from slidegen.estimate.allocated import Phase
from slidegen.estimate.setting import OPTIMIZERS, Adapter, Offload, Quantization, Setting, Sharding
from slidegen.estimate.sharding import on_each_gpu
from tests.estimate.divided import (
    FIRST,
    GB,
    LAST,
    LAYER,
    PARAMETERS,
    STEP,
    allocation,
    found,
    held,
    moment,
    zero,
)


@pytest.mark.parametrize(("sharding", "expected"), [("zero1", 31.4), ("zero2", 16.6), ("zero3", 1.9)])
def test_states_are_those_of_the_zero_paper(sharding: str, expected: float) -> None:
    """Figure 1 of Rajbhandari et al. 2020: 7.5 B parameters on 64 GPUs, mixed precision with Adam."""
    one = found(LAST, zero(sharding, gpus=64))
    assert round((one["weights"] + one["gradients"] + one["optimizer"]) / 1e9, 1) == expected


def test_one_gpu_holds_all() -> None:
    """Nothing is divided, and no buffers are needed."""
    alone = allocation(STEP)
    assert on_each_gpu(alone, Setting("full")) is alone


def test_data_parallel_gpus_hold_all_and_buckets_of_the_gradients() -> None:
    """DistributedDataParallel averages in buffers beside the gradients, from the time it wraps the loaded model."""
    phases: tuple[Phase, ...] = ("load", "forward", "backward", "step")
    one = [found(moment(phase, weights=15 * GB), Setting("full", gpus=2)) for phase in phases]
    assert [held["temporaries"] for held in one] == [0, 15 * GB, 15 * GB, 15 * GB]
    assert [held["weights"] for held in one] == [15 * GB] * 4


@pytest.mark.parametrize("sharding", ["zero1", "zero2"])
def test_loading_under_zero1_and_zero2_divides_nothing(sharding: str) -> None:
    """Each GPU loads all weights; the float32 partition and buckets come with DeepSpeed's engine."""
    one = found(moment("load", weights=15 * GB, temporaries=11), zero(sharding))
    assert one == held(weights=15 * GB, temporaries=11)


def test_loading_under_zero3_and_fsdp_divides_weights() -> None:
    """Nothing is gathered, and there are no buffers yet."""
    load = moment("load", weights=15 * GB, temporaries=11)
    for sharding in ("zero3", "fsdp"):
        assert found(load, zero(sharding)) == held(weights=15 * GB // 4, temporaries=11)


BUCKET = 1 * GB


@pytest.mark.parametrize(
    ("sharding", "forward", "backward", "gradients"),
    [
        # A bucket from the first gradient on. ZeRO-1 reduces after the backward pass: gradients are whole in it.
        ("zero1", 0, BUCKET, 15 * GB),
        # A full bucket is copied to be sent, and a quarter of the gradients is kept.
        ("zero2", 0, 2 * BUCKET, 15 * GB // 4),
        # stage3_max_live_parameters is 1e9: two gigabytes, whole while they are used; the bucket is there for good.
        ("zero3", 3 * BUCKET, 4 * BUCKET, 15 * GB // 4),
    ],
)
def test_buffers_of_zero_are_there_in_the_phases_that_use_them(
    sharding: str, forward: int, backward: int, gradients: int
) -> None:
    """15 GB of bfloat16 weights on four GPUs."""
    assert found(FIRST, zero(sharding))["temporaries"] == forward
    assert found(LAST, zero(sharding))["temporaries"] == backward
    assert found(LAST, zero(sharding))["gradients"] == gradients


def test_gradients_of_zero_begin_in_the_backward_pass() -> None:
    """Only ZeRO-3 has a buffer for its part before; without a gradient the others have no bucket."""
    early = moment("backward", weights=2 * PARAMETERS, logits=GB)
    assert [found(early, zero(stage))["gradients"] for stage in ("zero1", "zero2", "zero3")] == [0, 0, 15 * GB // 4]
    assert [found(early, zero(stage))["temporaries"] for stage in ("zero1", "zero2")] == [0, 0]
    assert found(early, zero("zero3"))["temporaries"] == 3 * BUCKET


def test_accumulated_gradients_are_there_in_the_forward_pass() -> None:
    """Whole under ZeRO-1, a part under ZeRO-2."""
    later = moment("forward", weights=2 * PARAMETERS, gradients=15 * GB)
    setting: dict[str, Any] = {"gradient_accumulation_steps": 4}
    assert found(later, zero("zero1", **setting))["gradients"] == 15 * GB
    assert found(later, zero("zero2", **setting))["gradients"] == 15 * GB // 4
    assert found(later, zero("fsdp", **setting))["gradients"] == 15 * GB  # accelerate's no_sync


def test_zero1_sends_its_buckets_when_the_backward_pass_is_over() -> None:
    """Only then is a full one copied."""
    over = moment("backward", "backward ends", gradients=15 * GB)
    assert found(over, zero("zero1"))["temporaries"] == 2 * BUCKET


def test_a_small_model_has_a_whole_bucket_but_sends_less() -> None:
    """A million numbers of two bytes: the buffer is allocated in its full size, its copy is not."""
    one = moment("backward", weights=2_000_000, gradients=2_000_000)
    assert found(one, zero("zero2"), parameters=1_000_000)["temporaries"] == BUCKET + 2_000_000
    assert found(one, zero("zero3"), parameters=1_000_000)["temporaries"] == BUCKET + 2_000_000 + 2_000_000


QUARTER = PARAMETERS // 4


@pytest.mark.parametrize(
    ("optimizer", "gradients", "temporaries"),
    [
        # Before the optimizer works: the part twice in bfloat16, in pieces and flat, beside its float32 copy.
        ("adamw_torch_fused", (2 + 4) * QUARTER, 2 * QUARTER),
        # Then only the float32 copy and the square root of the second moment, or with its quotient.
        ("adamw_torch", 4 * QUARTER, 4 * QUARTER),
        ("adamw_torch_forloop", 4 * QUARTER, 8 * QUARTER),
        ("adafactor", 4 * QUARTER, 8 * QUARTER),
    ],
)
@pytest.mark.parametrize("sharding", ["zero1", "zero2"])
def test_the_optimizer_of_zero_steps_on_a_float32_part(
    sharding: str, optimizer: str, gradients: int, temporaries: int
) -> None:
    """Whatever the step of one GPU alone takes for a while, here 15 GB."""
    whole = moment("step", weights=15 * GB, gradients=15 * GB, optimizer=30 * GB, temporaries=15 * GB)
    one = found(whole, zero(sharding, optimizer=optimizer))
    assert (one["weights"], one["gradients"], one["temporaries"]) == (15 * GB, gradients, temporaries)


def test_zero3_steps_on_one_sub_group_after_the_other() -> None:
    """Of 1e9 numbers of its part: float32 gradients and AdamW's temporaries, beside its gradients and the bucket."""
    whole = moment("step", weights=15 * GB, gradients=15 * GB, optimizer=30 * GB, temporaries=15 * GB)
    one = found(whole, zero("zero3", optimizer="adamw_torch"))
    assert (one["weights"], one["gradients"], one["temporaries"]) == (15 * GB // 4, 2 * QUARTER, 8 * GB + BUCKET)
    one = found(whole, zero("zero3", gpus=16, optimizer="adamw_torch"))  # 468.75e6 numbers are one sub-group
    assert one["temporaries"] == 8 * 468_750_000 + BUCKET
    assert found(whole, zero("zero3"))["temporaries"] == (4 + 2) * GB + BUCKET  # fused: the flat copy in bfloat16


@pytest.mark.parametrize(
    ("optimizer", "bytes_each"),
    [("adamw_torch", 12), ("adagrad", 8), ("sgd", 4), ("sgd_momentum", 8), ("adafactor", 8), ("lion_32bit", 8)],
)
def test_zero_keeps_float32_weights_and_the_states_of_the_optimizer(optimizer: str, bytes_each: int) -> None:
    """Of a flat part: even Adafactor keeps a whole second moment, as nothing of it has rows and columns."""
    for stage in ("zero1", "zero2", "zero3"):
        assert found(FIRST, zero(stage, optimizer=optimizer))["optimizer"] == bytes_each * QUARTER
        assert found(STEP, zero(stage, optimizer=optimizer))["optimizer"] == bytes_each * QUARTER


def test_float32_weights_are_copied_by_zero1_but_not_by_zero3() -> None:
    """`detach().clone()` in the one, the same tensor in the other; their gradients are not copied to another dtype."""
    setting: dict[str, Any] = {"dtype": "float32", "optimizer": "adamw_torch"}
    assert found(FIRST, zero("zero1", **setting))["optimizer"] == 12 * QUARTER
    assert found(FIRST, zero("zero3", **setting))["optimizer"] == 8 * QUARTER
    assert found(STEP, zero("zero3", **setting))["temporaries"] == 8 * GB + 2 * BUCKET
    fused = found(STEP, zero("zero2", dtype="float32"))
    assert (fused["gradients"], fused["temporaries"]) == (8 * QUARTER, 0)


def test_zero3_gathers_no_more_than_the_model() -> None:
    """A million numbers of two bytes."""
    one = moment("forward", weights=2_000_000)
    assert found(one, zero("zero3"), parameters=1_000_000)["temporaries"] == BUCKET + 2_000_000


def test_the_peak_of_a_phase_may_be_another_one_on_several_gpus() -> None:
    """Gradients are the larger part alone, logits on one of eight GPUs."""
    logits = moment("backward", logits=9 * GB)
    end = moment("backward", "backward 0.0", gradients=15 * GB)
    alone = allocation(logits, end)
    assert on_each_gpu(alone, zero("zero2", gpus=8)).peak.label == "backward"


def test_what_is_reserved_shrinks_with_the_peak() -> None:
    """The allocator is replayed only for one GPU alone, which reserves 1 TB here and holds 60 GB."""
    setting = Setting("inference", gpus=4, sharding="tensor")
    alone = allocation(moment("decode", weights=15 * GB, kv_cache=45 * GB))
    one = on_each_gpu(alone, setting)
    assert one.peak.total == 15 * GB // 10 + (135 * GB // 10 + 45 * GB) // 4
    assert one.reserved == 1000 * GB - 60 * GB + one.peak.total
    assert one.within is None


def test_constants_of_quantized_weights_are_whole_where_parameters_are_divided() -> None:
    """They are no parameters of the module; tensor parallelism divides the layers themselves."""
    one = moment("forward", weights=4 * GB, quantization_constants=100)
    for sharding, expected in (("zero3", 100), ("fsdp", 100), ("tensor", 25)):
        setting = Setting("inference", gpus=4, sharding=sharding, quantization=Quantization("nf4"))  # type: ignore[arg-type]
        assert found(one, setting)["quantization_constants"] == expected


def test_tensor_parallelism_divides_layers_and_the_cache() -> None:
    """What is in no layer is on each GPU."""
    decode = moment("decode", weights=2 * PARAMETERS, kv_cache=8 * GB)
    one = found(decode, Setting("inference", gpus=4, sharding="tensor"))
    assert one["weights"] == 2 * PARAMETERS // 10 + 18 * PARAMETERS // 40
    assert one["kv_cache"] == 2 * GB


def test_offloaded_states_are_not_on_the_card() -> None:
    """The optimizer's, or all; and the optimizer works where its states are."""
    busy = replace(STEP, held={**STEP.held, "temporaries": 15 * GB})
    one = found(busy, Setting("full", offload="optimizer"))
    assert (one["optimizer"], one["weights"], one["temporaries"]) == (0, 2 * PARAMETERS, 0)
    assert found(busy, zero("zero3", offload="all"))["weights"] == 0
    for stage, bucket in (("zero1", 0), ("zero2", 0), ("zero3", BUCKET), ("fsdp", 0)):
        one = found(busy, zero(stage, offload="optimizer"))
        assert (one["optimizer"], one["temporaries"]) == (0, bucket)
    assert found(busy, Setting("full", gpus=2, offload="optimizer"))["temporaries"] == 15 * GB  # the buckets
    assert found(busy, zero("zero1", offload="optimizer"))["gradients"] == 0
    assert found(LAST, zero("zero2", offload="optimizer"))["gradients"] == 0
    assert found(LAST, zero("zero3", offload="optimizer"))["gradients"] == 0


def test_an_adapter_is_trained_in_its_own_dtype() -> None:
    """Buckets of a float32 adapter's gradients take four bytes a number."""
    few = replace(allocation(STEP), trainable_parameters=1_000_000)
    assert on_each_gpu(few, Setting("lora", gpus=2, adapter=Adapter(8))).peak.total == STEP.total + 4_000_000


def test_weights_in_the_host_are_gathered_on_one_gpu_too() -> None:
    """As FSDP does; several GPUs gather as their sharding does."""
    backward = moment("backward", weights=2 * PARAMETERS, activations=10**9)
    one = found(backward, Setting("full", offload="all"))
    assert (one["weights"], one["temporaries"]) == (0, 4 * LAYER)
    assert found(backward, zero("zero3", offload="all"))["temporaries"] == 3 * BUCKET
    assert found(backward, Setting("full", offload="optimizer"))["temporaries"] == 0


@pytest.mark.parametrize("sharding", [*get_args(Sharding)])
def test_between_two_steps_nothing_is_whole_that_a_step_needs(sharding: str) -> None:
    """States, buffers that stay, and the workspace."""
    method = "inference" if sharding == "tensor" else "full"
    setting = Setting(method, gpus=4, sharding=sharding, optimizer="adamw_torch")  # type: ignore[arg-type]
    end = on_each_gpu(allocation(STEP), setting).end
    stays = {"none": 15 * GB, "zero3": BUCKET}
    assert (end["temporaries"], end["workspace"]) == (stays.get(sharding, 0), 7)
    assert end["gradients"] == (15 * GB // 4 if sharding == "zero3" else 0)


@pytest.mark.parametrize("sharding", [*get_args(Sharding)])
@pytest.mark.parametrize("offload", [*get_args(Offload)])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_nothing_is_less_than_nothing(sharding: str, offload: str, optimizer: str) -> None:
    """For every combination and phase."""
    setting = Setting("full", gpus=8, sharding=sharding, offload=offload, optimizer=optimizer)  # type: ignore[arg-type]
    one = on_each_gpu(allocation(moment("load", weights=15 * GB), FIRST, LAST, STEP), setting)
    assert all(size >= 0 for one in one.timeline for size in one.held.values())
    assert [one.phase for one in one.peaks] == ["load", "forward", "backward", "step"]


def test_what_a_formula_leaves_out_is_noted() -> None:
    """Each sharding names it; what is assumed of quantized weights and of autocast, too."""
    alone = allocation(STEP)
    assert on_each_gpu(alone, Setting("full", offload="optimizer")).notes == ()
    for sharding in get_args(Sharding):
        notes = on_each_gpu(alone, zero(sharding)).notes
        assert any("NCCL" in note for note in notes), sharding
        assert not any(";" in note or note.endswith(".") for note in notes)
    expected = {"zero": "ZeRO", "fsdp": "FSDP", "tens": "tensor parallelism", "none": "the buffers"}
    for sharding in get_args(Sharding):
        assert on_each_gpu(alone, zero(sharding)).notes[0].startswith(expected[sharding[:4]])
    quantized = zero("fsdp", quantization=Quantization("nf4"), adapter=Adapter(8))
    assert any("bnb_4bit_quant_storage" in note for note in on_each_gpu(alone, quantized).notes)
    mixed = zero("zero2", dtype="float32", mixed_precision="bfloat16")
    assert any("autocast" in note for note in on_each_gpu(alone, mixed).notes)
