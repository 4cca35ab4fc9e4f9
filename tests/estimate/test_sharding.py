"""What each of several GPUs holds, against the papers' arithmetic."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slidegen.estimate.allocated import KINDS, Allocation, Held, Moment, Phase
from slidegen.estimate.setting import Adapter, Setting
from slidegen.estimate.sharding import on_each_gpu

PARAMETERS = 7_500_000_000


def held(**sizes: int) -> Held:
    """Bytes by kind; what is not named is nothing."""
    return {kind: sizes.get(kind, 0) for kind in KINDS}


def allocation(*moments: Moment, parameters: int = PARAMETERS) -> Allocation:
    """Of bfloat16 weights of ten layers, nine tenths of all."""
    weights = 2 * parameters
    end = held(weights=weights, optimizer=2 * weights)
    return Allocation(
        parameters, parameters, moments, moments, end, 10**12, 9 * weights // 10, 9 * weights // 100, weights // 10
    )


def moment(phase: Phase, **sizes: int) -> Moment:
    """A moment of a phase."""
    return Moment(phase, phase, held(**sizes))


STEP = moment("step", weights=2 * PARAMETERS, gradients=2 * PARAMETERS, optimizer=4 * PARAMETERS)


def states(setting: Setting) -> float:
    """GB of weights, gradients and optimizer states on one GPU."""
    found = on_each_gpu(allocation(STEP), setting).peak.held
    return (found["weights"] + found["gradients"] + found["optimizer"]) / 1e9


@pytest.mark.parametrize(("sharding", "expected"), [("zero1", 31.4), ("zero2", 16.6), ("zero3", 1.9)])
def test_states_are_those_of_the_zero_paper(sharding: str, expected: float) -> None:
    """Figure 1 of Rajbhandari et al. 2020: 7.5 B parameters on 64 GPUs, mixed precision with Adam."""
    setting = Setting("full", gpus=64, sharding=sharding)  # type: ignore[arg-type]
    assert round(states(setting), 1) == expected


def test_one_gpu_holds_all() -> None:
    """Nothing is divided, and no buffers are needed."""
    alone = allocation(STEP)
    assert on_each_gpu(alone, Setting("full")) is alone


def test_data_parallel_gpus_hold_all_and_buckets_of_the_gradients() -> None:
    """DistributedDataParallel averages in buffers beside the gradients."""
    found = on_each_gpu(allocation(STEP), Setting("full", gpus=2))
    assert found.peak.total == STEP.total + 2 * PARAMETERS


def test_fsdp_divides_all_and_gathers_two_layers() -> None:
    """Beside what is in no layer, which stays whole until the backward pass is over; gradients of one layer, too."""
    backward = moment("backward", weights=2 * PARAMETERS, optimizer=4 * PARAMETERS, activations=10**9)
    found = on_each_gpu(allocation(backward), Setting("full", gpus=4, sharding="fsdp")).peak.held
    assert (found["weights"], found["optimizer"]) == (2 * PARAMETERS // 4, PARAMETERS)
    assert found["activations"] == 10**9
    assert found["temporaries"] == 2 * PARAMETERS // 10 + 3 * (18 * PARAMETERS // 100)


def test_tensor_parallelism_divides_layers_and_the_cache() -> None:
    """What is in no layer is on each GPU."""
    decode = moment("decode", weights=2 * PARAMETERS, kv_cache=8 * 10**9)
    found = on_each_gpu(allocation(decode), Setting("inference", gpus=4, sharding="tensor")).peak.held
    assert found["weights"] == 2 * PARAMETERS // 10 + 18 * PARAMETERS // 40
    assert found["kv_cache"] == 2 * 10**9


def test_offloaded_states_are_not_on_the_card() -> None:
    """The optimizer's, or all."""
    one = on_each_gpu(allocation(STEP), Setting("full", offload="optimizer")).peak.held
    assert (one["optimizer"], one["weights"]) == (0, 2 * PARAMETERS)
    assert (
        on_each_gpu(allocation(STEP), replace(Setting("full"), gpus=2, sharding="zero3", offload="all")).peak.held[
            "weights"
        ]
        == 0
    )


def test_an_offloaded_optimizer_needs_no_buckets_on_one_gpu() -> None:
    """What is left is all but its states."""
    found = on_each_gpu(allocation(STEP), Setting("full", offload="optimizer"))
    assert found.peak.total == STEP.total - STEP.held["optimizer"]


def test_zero3_keeps_its_share_of_the_gradients_for_good() -> None:
    """Also in the forward pass, when there are none on a GPU alone; in the host's memory with the optimizer."""
    forward = moment("forward", weights=2 * PARAMETERS, optimizer=4 * PARAMETERS)
    for offload, share in (("none", 2 * PARAMETERS // 4), ("optimizer", 0)):
        setting = Setting("full", gpus=4, sharding="zero3", offload=offload)  # type: ignore[arg-type]
        assert on_each_gpu(allocation(forward), setting).peak.held["gradients"] == share


def test_an_adapter_is_trained_in_its_own_dtype() -> None:
    """Buckets of a float32 adapter's gradients take four bytes a number."""
    few = replace(allocation(STEP), trainable_parameters=1_000_000)
    found = on_each_gpu(few, Setting("lora", gpus=2, adapter=Adapter(8)))
    assert found.peak.total == STEP.total + 4_000_000


def test_weights_in_the_host_are_gathered_on_one_gpu_too() -> None:
    """What is in no layer, and two layers at a time; a layer's gradients in the backward pass."""
    backward = moment("backward", weights=2 * PARAMETERS, activations=10**9)
    found = on_each_gpu(allocation(backward), Setting("full", offload="all")).peak.held
    assert found["weights"] == 0
    assert found["temporaries"] == 2 * PARAMETERS // 10 + 3 * (9 * 2 * PARAMETERS // 100)


def temporaries(phase: Phase, setting: Setting, parameters: int = PARAMETERS) -> int:
    """Bytes of buffers and gathered weights on one GPU in a phase, of a model that needs none alone."""
    alone = allocation(moment(phase, weights=2 * parameters), parameters=parameters)
    return on_each_gpu(alone, setting).peak.held["temporaries"]


PHASES: tuple[Phase, ...] = ("load", "forward", "backward", "step")
BUCKET = 1_000_000_000
"""DeepSpeed's default: 5e8 numbers, of two bytes in half precision."""


@pytest.mark.parametrize(
    ("sharding", "expected"),
    [
        # Nothing is reduced while the model is loaded.
        ("none", [0, 15_000_000_000, 15_000_000_000, 15_000_000_000]),
        ("zero1", [0, BUCKET, BUCKET, BUCKET]),
        ("zero2", [0, BUCKET, BUCKET, BUCKET]),
        # stage3_max_live_parameters is 1e9: two gigabytes, whole while they are used.
        ("zero3", [0, 3 * BUCKET, 3 * BUCKET, BUCKET]),
        # A tenth of 15 GB is in no layer, each of ten layers is 1.35 GB: two of them, and the gradients of one.
        ("fsdp", [0, 4_200_000_000, 5_550_000_000, 0]),
    ],
)
def test_buffers_are_there_in_the_phases_that_use_them(sharding: str, expected: list[int]) -> None:
    """15 GB of bfloat16 weights on four GPUs: load, forward, backward, step."""
    setting = Setting("full", gpus=4, sharding=sharding)  # type: ignore[arg-type]
    assert [temporaries(phase, setting) for phase in PHASES] == expected


@pytest.mark.parametrize(("sharding", "expected"), [("zero1", 2_000_000), ("zero3", 4_000_000)])
def test_buffers_are_no_larger_than_the_model(sharding: str, expected: int) -> None:
    """A million numbers of two bytes, gathered and reduced."""
    setting = Setting("full", gpus=4, sharding=sharding)  # type: ignore[arg-type]
    assert temporaries("backward", setting, parameters=1_000_000) == expected


def test_fsdp_keeps_no_layers_gradients_of_frozen_weights() -> None:
    """Of an adapter: what is in no layer and two layers, in the backward pass as in the forward pass."""
    setting = Setting("lora", gpus=4, sharding="fsdp", adapter=Adapter(8))
    assert [temporaries(phase, setting) for phase in PHASES] == [0, 4_200_000_000, 4_200_000_000, 0]


def test_inference_gathers_and_has_no_buckets() -> None:
    """FSDP gathers two layers for each token; GPUs that hold all of the model exchange nothing."""
    phases: tuple[Phase, ...] = ("load", "prefill", "decode")
    fsdp = Setting("inference", gpus=4, sharding="fsdp")
    assert [temporaries(phase, fsdp) for phase in phases] == [0, 4_200_000_000, 4_200_000_000]
    assert [temporaries(phase, Setting("inference", gpus=4)) for phase in phases] == [0, 0, 0]


def test_states_are_there_once_they_are_made() -> None:
    """Adam makes its moments in the first step: before it ZeRO divides nothing."""
    before = allocation(moment("backward", weights=2 * PARAMETERS))
    after = allocation(moment("backward", weights=2 * PARAMETERS, optimizer=4 * PARAMETERS))
    setting = Setting("full", gpus=4, sharding="zero1")
    assert on_each_gpu(before, setting).peak.held["optimizer"] == 0
    assert on_each_gpu(after, setting).peak.held["optimizer"] == 12 * PARAMETERS // 4  # the paper's K of mixed Adam


def test_zero3_has_no_gradients_before_it_trains() -> None:
    """Its buffer of them comes after the model is loaded."""
    load = allocation(moment("load", weights=2 * PARAMETERS))
    assert on_each_gpu(load, Setting("full", gpus=4, sharding="zero3")).peak.held["gradients"] == 0


def test_several_gpus_gather_from_the_host_as_their_sharding_does() -> None:
    """With all states offloaded ZeRO-3 gathers its live parameters, not FSDP's layers."""
    setting = Setting("full", gpus=4, sharding="zero3", offload="all")
    assert temporaries("backward", setting) == 3 * BUCKET


def test_one_gpu_whose_optimizer_is_offloaded_gathers_nothing() -> None:
    """Its weights are there."""
    setting = Setting("full", offload="optimizer")
    assert [temporaries(phase, setting) for phase in PHASES] == [0, 0, 0, 0]
