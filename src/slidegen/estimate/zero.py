"""DeepSpeed's ZeRO: what the GPUs divide, and the buffers of each stage, in the phases that have them.

Source of all formulas: DeepSpeed 0.19, `runtime/zero/stage_1_and_2.py` and `runtime/zero/stage3.py`, with the defaults
of `runtime/zero/config.py`. bfloat16 has these classes too: `BF16_Optimizer` needs `grad_accum_dtype: fp32`
(`runtime/engine.py`, `_do_optimizer_sanity_check`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from slidegen.estimate.allocated import Allocation, Held, Kind
from slidegen.estimate.places import Place
from slidegen.estimate.setting import Setting
from slidegen.estimate.states import flat_states, flat_temporaries

BUCKET: Final = 500_000_000
"""DeepSpeed's default reduce_bucket_size, in numbers."""
MAX_LIVE: Final = 1_000_000_000
"""DeepSpeed's default stage3_max_live_parameters, in numbers."""
SUB_GROUP: Final = 1_000_000_000
"""DeepSpeed's default sub_group_size, in numbers of one GPU's partition."""
FLOAT: Final = 4
TRAINED: Final = (
    "ZeRO leaves out the float64 copy of one gradient that DeepSpeed makes for its norm, the whole gradient of one "
    "weight before it is in a bucket, and the buffers of NCCL",
)
AUTOCAST: Final = "with autocast the copies of all weights in half precision are counted whole, as on one GPU"


@dataclass(frozen=True, slots=True)
class Partition:
    """A GPU's part of the trained numbers: `numbers` of `size` bytes in the model, and `parameters` on all GPUs."""

    parameters: int
    numbers: int
    size: int

    @property
    def bucket(self) -> int:
        """Returns the bytes of the buffer of gradients, which is as large for a small model."""
        return BUCKET * self.size

    @property
    def reduced(self) -> int:
        """Returns the bytes of the copy of a full bucket that is sent to the other GPUs (allreduce_bucket: flatten)."""
        return min(BUCKET, self.parameters) * self.size

    def states(self, optimizer: str, master: bool) -> int:
        """Returns the bytes of the optimizer's states in float32, and of a float32 copy of the weights."""
        return flat_states(optimizer, self.numbers) + (FLOAT * self.numbers if master else 0)


def partition(allocation: Allocation, setting: Setting, size: int) -> Partition:
    """Returns a GPU's part of the numbers that are trained, of `size` bytes each."""
    return Partition(allocation.trainable_parameters, -(-allocation.trainable_parameters // setting.gpus), size)


def zero1(place: Place, part: Partition, setting: Setting) -> dict[Kind, int]:
    """ZeRO-1: the optimizer steps on a flat float32 partition; gradients are whole until the backward pass is over.

    The bucket is there from the first gradient of a backward pass to its end (setup_buckets, _release_ipg_buffers), and
    only then are gradients reduced (reduce_gradients). The partition of the weights in float32 is always a copy.
    """
    moment = place.moment
    if moment.phase == "load":
        return {}
    found: dict[Kind, int] = {"optimizer": part.states(setting.optimizer, master=True)}
    if moment.phase == "step":
        return found | _step(place, part, setting)
    if moment.phase == "backward" and moment.held["gradients"]:
        sent = part.reduced if moment.label.endswith("ends") else 0
        found["temporaries"] = moment.held["temporaries"] + part.bucket + sent
    return found


def zero2(place: Place, part: Partition, setting: Setting) -> dict[Kind, int]:
    """ZeRO-2: like ZeRO-1, but a full bucket is reduced at once, and only the own partition of gradients is kept.

    That partition is as large as it gets from the first gradient on (copy_grads_in_partition). With an optimizer in the
    host's memory it is there.
    """
    found = zero1(place, part, setting)
    moment = place.moment
    if moment.phase in ("forward", "backward") and moment.held["gradients"]:
        found["gradients"] = 0 if setting.offload != "none" else part.numbers * part.size
        if moment.phase == "backward":
            found["temporaries"] = moment.held["temporaries"] + part.bucket + part.reduced
    return found


def _step(place: Place, part: Partition, setting: Setting) -> dict[Kind, int]:
    """The step of ZeRO-1 and ZeRO-2: gradients become one flat float32 tensor, on which the optimizer then works.

    First the partition is there twice, in pieces and flat, beside its float32 copy; then only the copy and what the
    optimizer takes for a while. Weights are gathered in place (all_gather_dp_groups). An optimizer in the host's memory
    takes nothing here.
    """
    if place.moment.label == "end":
        return {}
    if setting.offload != "none":
        return {"gradients": 0, "temporaries": 0}
    gradients, numbers = part.size * part.numbers, part.numbers
    flat = gradients if part.size != FLOAT else 0
    working = flat_temporaries(setting.optimizer, numbers)
    if gradients + flat > working:
        return {"gradients": gradients + FLOAT * numbers, "temporaries": flat}
    return {"gradients": FLOAT * numbers, "temporaries": working}


def zero3(place: Place, part: Partition, allocation: Allocation, setting: Setting, size: int) -> dict[Kind, int]:
    """ZeRO-3: divides weights as well; a GPU gathers those it works with, up to 1e9 numbers of `size` bytes.

    Its partition of the gradients and the bucket are there for good (grad_partitions_flat_buffer, the buffer of
    ipg_buckets). A bucket is copied to be reduced (reduce_scatter_coalesced). The optimizer steps on one sub-group of
    1e9 numbers after the other, whose gradients are copied in float32 (_prepare_fp32_grad_for_sub_group). The constants
    of quantized weights are no parameters, so they are whole.
    """
    moment = place.moment
    found: dict[Kind, int] = {kind: -(-moment.held[kind] // setting.gpus) for kind in _WEIGHTS}
    temporaries = moment.held["temporaries"]
    if moment.phase not in ("load", "step"):
        temporaries += min(allocation.layers + allocation.outside, MAX_LIVE * size)
    if setting.trains and moment.phase != "load":
        found["optimizer"] = part.states(setting.optimizer, master=part.size != FLOAT)
        found["gradients"] = 0 if setting.offload != "none" else part.numbers * part.size
        if moment.phase == "step":
            temporaries = 0 if setting.offload != "none" or moment.label == "end" else _sub_group(part, setting)
        temporaries += part.bucket
        if moment.phase == "backward" and moment.held["gradients"]:
            temporaries += part.reduced
    return found | {"temporaries": temporaries}


_WEIGHTS: Final[tuple[Kind, ...]] = ("weights", "adapter")


def _sub_group(part: Partition, setting: Setting) -> int:
    """Returns the bytes that the step of a sub-group takes for a while."""
    numbers = min(part.numbers, SUB_GROUP)
    flat = part.size * numbers if part.size != FLOAT else 0
    return FLOAT * numbers + max(flat, flat_temporaries(setting.optimizer, numbers))


def divided(stage: str, place: Place, allocation: Allocation, setting: Setting, sizes: tuple[int, int]) -> Held:
    """Returns the bytes of the kinds that differ under a stage; `sizes` are those of a weight and a trained number."""
    part = partition(allocation, setting, sizes[1])
    if stage == "zero3":
        return zero3(place, part, allocation, setting, sizes[0])
    return {"zero1": zero1, "zero2": zero2}[stage](place, part, setting)
