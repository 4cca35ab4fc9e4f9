"""The memory of each of several GPUs: what they divide among them, and the buffers that this needs.

Activations and logits are those of one GPU with its own batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from slidegen.estimate import fsdp, zero
from slidegen.estimate.allocated import Allocation, Held, Kind, Moment, Phase
from slidegen.estimate.places import Place, places
from slidegen.estimate.setting import Setting

FLOAT: Final = 4
NCCL: Final = "the buffers of NCCL are left out"
COPIED: Final = (
    "tensor parallelism divides the cache among all GPUs here, but with more GPUs than key-value heads it is really "
    "copied"
)

Divide = Callable[[Place, Allocation, Setting], Held]
"""Returns the bytes of the kinds that differ on one of several GPUs."""


def on_each_gpu(allocation: Allocation, setting: Setting) -> Allocation:
    """Returns the allocation of one of the setting's GPUs; for a single GPU it is unchanged.

    The reserved memory grows or shrinks with the peak, because the allocator is replayed only for one GPU alone. So is
    the rounding of blocks.
    """
    if setting.gpus == 1 and setting.offload == "none":
        return allocation
    alone = setting.gpus == 1 and setting.offload == "all"  # weights come from the host as they do from other GPUs
    divide = fsdp.divided if alone else _DIVIDED[setting.sharding]

    def shared(place: Place) -> Moment:
        held: Held = {**place.moment.held, **divide(place, allocation, setting)}
        return replace(place.moment, held=_offloaded(place.moment, held, setting))

    timeline = tuple(map(shared, places(allocation.timeline)))
    found = replace(
        allocation,
        peaks=_peaks(timeline),
        timeline=timeline,
        end=shared(Place(Moment("step", "end", allocation.end))).held,
        within=None,
        notes=(*allocation.notes, *_notes(setting)),
    )
    return replace(found, reserved=allocation.reserved + found.peak.total - allocation.peak.total)


def _peaks(timeline: tuple[Moment, ...]) -> tuple[Moment, ...]:
    """Returns the peak of each phase, which division may have moved to another moment."""
    peaks: dict[Phase, Moment] = {}
    for moment in timeline:
        if moment.phase not in peaks or moment.total > peaks[moment.phase].total:
            peaks[moment.phase] = moment
    return tuple(peaks.values())


def _notes(setting: Setting) -> tuple[str, ...]:
    """Returns what a reader must know about the formulas of a setting."""
    if setting.gpus == 1:
        return ()
    found: tuple[str, ...] = (NCCL,)
    if setting.sharding == "fsdp":
        found = (*fsdp.NOTES, *((fsdp.QUANTIZED,) if setting.quantization is not None else ()))
    elif setting.sharding == "tensor":
        found = (COPIED, NCCL)
    elif setting.sharding != "none":
        found = zero.TRAINED if setting.trains else (NCCL,)
    if setting.mixed_precision is not None and setting.adapter is None and setting.sharding != "none":
        found = (*found, zero.AUTOCAST)
    return found


def _offloaded(moment: Moment, held: Held, setting: Setting) -> Held:
    """Removes what is in the host's memory: optimizer states, or all states (gathered parts are temporaries).

    An optimizer whose states are there steps there, too.
    """
    offloaded: tuple[Kind, ...] = ()
    if setting.offload == "optimizer":
        offloaded = ("optimizer",)
    elif setting.offload == "all":
        offloaded = ("weights", "adapter", "quantization_constants", "gradients", "optimizer")
    found = {kind: 0 if kind in offloaded else size for kind, size in held.items()}
    if setting.offload != "none" and moment.phase == "step" and setting.sharding in ("none", "fsdp"):
        found["temporaries"] = held["temporaries"] - min(held["temporaries"], moment.held["temporaries"])
    return found


def _data_parallel(place: Place, allocation: Allocation, setting: Setting) -> Held:
    """Data parallel: everything on each GPU, and buckets for averaging gradients, as large as all gradients.

    Source: PyTorch, `DistributedDataParallel` (gradient_as_bucket_view is off by default, so both are held).
    """
    moment = place.moment
    if setting.gpus == 1 or not setting.trains or moment.phase == "load":
        return {}
    buckets = allocation.trainable_parameters * _trained_size(setting)
    return {"temporaries": moment.held["temporaries"] + buckets}


def _zero(stage: str, place: Place, allocation: Allocation, setting: Setting) -> Held:
    return zero.divided(stage, place, allocation, setting, (_size(setting), _trained_size(setting)))


def _tensor(place: Place, allocation: Allocation, setting: Setting) -> Held:
    """Tensor parallel: divides the layers' matrices and the KV cache; embeddings and output head are on each GPU.

    Source: Shoeybi et al. 2019, "Megatron-LM", section 3.
    """
    held = place.moment.held
    share = held["weights"] - allocation.outside
    weights = allocation.outside + -(-max(share, 0) // setting.gpus)
    kinds: tuple[Kind, ...] = ("kv_cache", "quantization_constants")
    return {"weights": weights, **{kind: -(-held[kind] // setting.gpus) for kind in kinds}}


_DIVIDED: Final[Mapping[str, Divide]] = {
    "none": _data_parallel,
    "zero1": partial(_zero, "zero1"),
    "zero2": partial(_zero, "zero2"),
    "zero3": partial(_zero, "zero3"),
    "fsdp": fsdp.divided,
    "tensor": _tensor,
}


def _size(setting: Setting) -> int:
    return FLOAT if setting.dtype == "float32" else 2


def _trained_size(setting: Setting) -> int:
    """Returns the bytes of a trained number."""
    return _size(setting) if setting.adapter is None or setting.adapter.dtype != "float32" else FLOAT
