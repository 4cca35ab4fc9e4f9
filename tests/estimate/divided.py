"""What the tests of several GPUs share: moments of a model of ten layers, and what is whole in them."""

from __future__ import annotations

from typing import Any

from slidegen.estimate.allocated import KINDS, Allocation, Held, Moment, Phase
from slidegen.estimate.setting import Setting
from slidegen.estimate.sharding import on_each_gpu

PARAMETERS = 7_500_000_000

GB = 1_000_000_000


def held(**sizes: int) -> Held:
    """Bytes by kind; what is not named is nothing."""
    return {kind: sizes.get(kind, 0) for kind in KINDS}


def allocation(*moments: Moment, parameters: int = PARAMETERS, ends: bool = True) -> Allocation:
    """Of bfloat16 weights: ten layers, nine tenths of all; the rest is an embedding and a head of the same size."""
    weights = 2 * parameters
    end = held(weights=weights, optimizer=2 * weights, workspace=7)
    half = weights // 20 if ends else 0
    return Allocation(
        parameters=parameters,
        trainable_parameters=parameters,
        peaks=moments,
        timeline=moments,
        end=end,
        reserved=10**12,
        layers=9 * weights // 10,
        layer=9 * weights // 100,
        outside=weights // 10,
        embedding=half,
        head=half,
    )


LAYER = 1_350_000_000
"""A layer in bytes, of 15 GB in all."""

END = 750_000_000
"""The embedding, and the head."""


def moment(phase: Phase, label: str = "", **sizes: int) -> Moment:
    """A moment of a phase."""
    return Moment(phase, label or phase, held(**sizes))


FIRST = moment("forward", weights=2 * PARAMETERS, optimizer=4 * PARAMETERS)

LAST = moment("backward", weights=2 * PARAMETERS, gradients=2 * PARAMETERS, optimizer=4 * PARAMETERS)

STEP = moment("step", weights=2 * PARAMETERS, gradients=2 * PARAMETERS, optimizer=4 * PARAMETERS)


def zero(stage: str, gpus: int = 4, **changed: Any) -> Setting:
    """Full fine-tuning under a stage of ZeRO, or FSDP."""
    return Setting("full", gpus=gpus, sharding=stage, **changed)  # type: ignore[arg-type]


def found(one: Moment, setting: Setting, **shape: int) -> Held:
    """The kinds of a moment on one GPU."""
    return on_each_gpu(allocation(one, **shape), setting).timeline[0].held  # type: ignore[arg-type]


"""DeepSpeed's default reduce_bucket_size: 5e8 numbers, of two bytes in half precision."""
"""The numbers of one of four GPUs: 1.875e9."""


def timeline(*labels: tuple[Phase, str], gradients: int = 0, logits: int = 0) -> list[Moment]:
    """The start and the peak of each stretch."""
    both = [
        moment(phase, label, weights=15 * GB, optimizer=30 * GB, gradients=gradients, logits=logits)
        for phase, label in labels
    ]
    return [one for one in both for _ in range(2)]


def whole(setting: Setting, *labels: tuple[Phase, str], ends: bool = True, **sizes: int) -> list[int]:
    """What is whole at the start and the peak of each stretch."""
    alone = allocation(*timeline(*labels, **sizes), ends=ends)
    return [one.held["temporaries"] for one in on_each_gpu(alone, setting).timeline]
