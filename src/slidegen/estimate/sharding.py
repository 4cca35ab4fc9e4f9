"""The memory of each of several GPUs: the states divided among them, and the buffers that this needs.

Activations, logits and temporaries are those of one GPU with its own batch; only states are divided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from slidegen.estimate.allocated import Allocation, Held, Kind, Moment
from slidegen.estimate.setting import Setting

BUCKET: Final = 500_000_000
"""DeepSpeed's default reduce_bucket_size and allgather_bucket_size, in numbers (DeepSpeed, docs, config-json)."""
MAX_LIVE: Final = 1_000_000_000
"""DeepSpeed's default stage3_max_live_parameters, in numbers."""
FLOAT: Final = 4

Divide = Callable[[Moment, Allocation, Setting], Held]
"""Returns the bytes of the kinds that differ on one of several GPUs."""


def on_each_gpu(allocation: Allocation, setting: Setting) -> Allocation:
    """Returns the allocation of one of the setting's GPUs; for a single GPU it is unchanged.

    The reserved memory grows or shrinks with the peak.
    """
    if setting.gpus == 1 and setting.offload == "none":
        return allocation
    alone = setting.gpus == 1 and setting.offload == "all"  # weights come from the host as they do from other GPUs
    divide = _fsdp if alone else _DIVIDED[setting.sharding]

    def shared(moment: Moment) -> Moment:
        held: Held = {**moment.held, **divide(moment, allocation, setting)}
        return replace(moment, held=_offloaded(held, setting))

    found = replace(
        allocation,
        peaks=tuple(map(shared, allocation.peaks)),
        timeline=tuple(map(shared, allocation.timeline)),
        end=shared(Moment("step", "end", allocation.end)).held,
    )
    return replace(found, reserved=allocation.reserved + found.peak.total - allocation.peak.total)


def _offloaded(held: Held, setting: Setting) -> Held:
    """Removes what is in the host's memory: optimizer states, or all states (gathered parts are temporaries)."""
    offloaded: tuple[Kind, ...] = ()
    if setting.offload == "optimizer":
        offloaded = ("optimizer",)
    elif setting.offload == "all":
        offloaded = ("weights", "adapter", "quantization_constants", "gradients", "optimizer")
    return {kind: 0 if kind in offloaded else size for kind, size in held.items()}


def _data_parallel(moment: Moment, allocation: Allocation, setting: Setting) -> dict[Kind, int]:
    """Data parallel: everything on each GPU, and buckets for averaging gradients, as large as all gradients.

    Source: PyTorch, `DistributedDataParallel` (gradient_as_bucket_view is off by default, so both are held).
    """
    if setting.gpus == 1 or not setting.trains or moment.phase == "load":
        return {}
    return {"temporaries": moment.held["temporaries"] + _gradients(allocation, setting)}


def _zero1(moment: Moment, allocation: Allocation, setting: Setting) -> dict[Kind, int]:
    """ZeRO-1: divides optimizer states, which are moments and a float32 master of half-precision weights, in float32.

    Source: Rajbhandari et al. 2020, "ZeRO", section 3 (12 bytes a parameter over the GPUs); buckets as DeepSpeed's.
    """
    states = _float_states(allocation, setting) // setting.gpus
    bucket = 0 if moment.phase == "load" else _bucket(allocation, setting)
    return {"optimizer": states if moment.held["optimizer"] else 0, "temporaries": moment.held["temporaries"] + bucket}


def _zero2(moment: Moment, allocation: Allocation, setting: Setting) -> dict[Kind, int]:
    """ZeRO-2: like ZeRO-1, and divides gradients; one bucket of them is whole at a time."""
    return {**_zero1(moment, allocation, setting), "gradients": -(-moment.held["gradients"] // setting.gpus)}


def _zero3(moment: Moment, allocation: Allocation, setting: Setting) -> dict[Kind, int]:
    """ZeRO-3: like ZeRO-2, and divides weights; a GPU gathers those it works with, up to 1e9 numbers.

    Its share of the gradients has a permanent buffer, in the host's memory if the optimizer is there.
    Source: DeepSpeed, docs, config-json (stage3_max_live_parameters, stage3_prefetch_bucket_size), and
    `runtime/zero/stage3.py` (grad_partitions_flat_buffer).
    """
    found = _zero2(moment, allocation, setting)
    if setting.trains:
        share = -(-_gradients(allocation, setting) // setting.gpus)
        found["gradients"] = share if setting.offload == "none" and moment.phase != "load" else 0
    gathered = 0
    if moment.phase not in ("load", "step"):
        gathered = min(_all_weights(allocation), MAX_LIVE * _size(setting))
    found["temporaries"] = found["temporaries"] + gathered
    return found | _shares(moment, setting.gpus, "weights", "adapter", "quantization_constants")


def _fsdp(moment: Moment, allocation: Allocation, setting: Setting) -> dict[Kind, int]:
    """FSDP2: divides weights, gradients and states; two layers are whole at a time (one in use, the next gathered).

    Weights outside the layers (embeddings, the output head) are whole from the forward to the backward pass. In the
    backward pass a layer's gradients are whole as well. Source: PyTorch, `torch/distributed/fsdp/_fully_shard` (FSDP2).
    """
    kinds: tuple[Kind, ...] = ("weights", "adapter", "quantization_constants", "gradients", "optimizer")
    found = _shares(moment, setting.gpus, *kinds)
    whole = 0
    if moment.phase in ("forward", "backward"):
        whole = allocation.outside + 2 * allocation.layer
        if moment.phase == "backward" and setting.method == "full":
            whole += allocation.layer
    elif moment.phase in ("prefill", "decode"):
        whole = allocation.outside + 2 * allocation.layer
    return found | {"temporaries": moment.held["temporaries"] + whole}


def _tensor(moment: Moment, allocation: Allocation, setting: Setting) -> dict[Kind, int]:
    """Tensor parallel: divides the layers' matrices and the KV cache; embeddings and output head are on each GPU.

    Source: Shoeybi et al. 2019, "Megatron-LM", section 3.
    """
    share = moment.held["weights"] - allocation.outside
    weights = allocation.outside + -(-max(share, 0) // setting.gpus)
    return {"weights": weights, **_shares(moment, setting.gpus, "kv_cache", "quantization_constants")}


_DIVIDED: Final[Mapping[str, Divide]] = {
    "none": _data_parallel,
    "zero1": _zero1,
    "zero2": _zero2,
    "zero3": _zero3,
    "fsdp": _fsdp,
    "tensor": _tensor,
}


def _shares(moment: Moment, gpus: int, *kinds: Kind) -> dict[Kind, int]:
    return {kind: -(-moment.held[kind] // gpus) for kind in kinds}


def _size(setting: Setting) -> int:
    return FLOAT if setting.dtype == "float32" else 2


def _trained_size(setting: Setting) -> int:
    """Returns the bytes of a trained number."""
    return _size(setting) if setting.adapter is None or setting.adapter.dtype != "float32" else FLOAT


def _gradients(allocation: Allocation, setting: Setting) -> int:
    return allocation.trainable_parameters * _trained_size(setting)


def _all_weights(allocation: Allocation) -> int:
    return allocation.layers + allocation.outside


def _float_states(allocation: Allocation, setting: Setting) -> int:
    master = 0 if _trained_size(setting) == FLOAT else FLOAT
    return allocation.trainable_parameters * (2 * FLOAT + master)


def _bucket(allocation: Allocation, setting: Setting) -> int:
    return min(BUCKET, allocation.trainable_parameters) * _trained_size(setting)
