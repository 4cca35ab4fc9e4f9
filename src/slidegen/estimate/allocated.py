"""The accounting `allocated`: the memory that PyTorch's allocator holds at the peak of a step, by phase and by kind.

`slidegen.simulate` computes it. docs/memory.md explains each kind, with its formula and source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, get_args

from slidegen.estimate.checkpoint import Loaded
from slidegen.estimate.setting import Attention, Kernel, Setting

Kind = Literal[
    "weights",
    "quantization_constants",
    "adapter",
    "gradients",
    "optimizer",
    "activations",
    "logits",
    "kv_cache",
    "temporaries",
    "workspace",
    "rounding",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
Phase = Literal["load", "forward", "reference", "backward", "step", "prefill", "decode"]
PHASES: Final[tuple[Phase, ...]] = get_args(Phase)
Verdict = Literal["fits", "fits; the allocator will give back", "does not fit"]
"""Whether a run fits a GPU: also with all cached blocks, only if the allocator gives some back to CUDA, or not."""
Held = Mapping[Kind, int]
"""Bytes by kind."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The memory held at one moment of a run: at the start of a stretch or at its peak."""

    phase: Phase
    label: str
    held: Held

    @property
    def total(self) -> int:
        """Returns all bytes that are held."""
        return sum(self.held.values())


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a run allocates on one GPU, in bytes.

    `layers` counts the weights (with adapters and quantization constants) of all repeated layers, `layer` those of the
    largest one, `outside` all other weights. Of these, `embedding` and `head` are the input embedding and the output
    head; both are 0 if they share their weights.

    `peaks` has the peak of each phase. `timeline` has the load, then the start and the peak of each stretch of the run
    in order (a layer's forward pass, the optimizer's step). `end` is held between two steps, `reserved` is the most
    that the allocator has requested from the GPU in two of them. `within` returns that for a GPU with fewer bytes, on
    which the allocator gives cached blocks back, or None if that is not enough; without a replay there is no `within`.
    `verdict` says whether the run fits the GPU, if there is one (`on_card`). `token_bytes` is what a token of one
    sequence takes in the KV cache, before a window is full; None without a cache. `attention` is the implementation
    that ran, None for formulas, `kernels` are those of sdpa that ran.

    `notes` are what a reader must know to read these numbers: an assumption, a surprise, what a formula leaves out. A
    note is a sentence without its full stop and without semicolons; it begins in lower case.
    """

    parameters: int
    trainable_parameters: int
    peaks: tuple[Moment, ...]
    timeline: tuple[Moment, ...]
    end: Held
    reserved: int
    layers: int
    layer: int
    outside: int
    token_bytes: int | None = None
    within: Callable[[int], int | None] | None = field(default=None, compare=False, repr=False)
    verdict: Verdict | None = None
    notes: tuple[str, ...] = ()
    attention: Attention | None = None
    kernels: frozenset[Kernel] = frozenset()
    embedding: int = 0
    head: int = 0

    @property
    def peak(self) -> Moment:
        """Returns the moment at which the most memory is held."""
        return max(self.peaks, key=lambda moment: moment.total)


def on_card(allocation: Allocation, memory: int) -> Allocation:
    """Returns the allocation on a GPU with `memory` bytes for PyTorch, with a verdict.

    If the cached blocks do not fit as well, the allocator gives back those that are whole segments, and tries again.
    That may not be enough, because free memory is in pieces; the replay tells. Without a replay, what is allocated
    decides. The reserved memory is at most `memory`, except in a run whose tensors alone take more.
    Source: PyTorch 2.13, `c10/cuda/CUDACachingAllocator.cpp` (malloc calls release_cached_blocks before it fails).
    """
    if allocation.peak.total > memory:
        return replace(allocation, verdict="does not fit")
    if allocation.reserved <= memory:
        return replace(allocation, verdict="fits")
    found = memory if allocation.within is None else allocation.within(memory)
    size = f"{memory / 2**30:.2f} GiB"
    if found is None:
        note = f"the tensors fit into {size}, but free memory is in pieces that the allocator cannot give back"
        return replace(allocation, reserved=memory, verdict="does not fit", notes=(*allocation.notes, note))
    without = f"{allocation.reserved / 2**30:.2f} GiB"
    note = f"the allocator will give back cached blocks to stay within {size}, and would reserve {without} otherwise"
    verdict: Verdict = "fits; the allocator will give back"
    return replace(allocation, reserved=found, verdict=verdict, notes=(*allocation.notes, note))


ACCOUNTING: Final = "allocated"
CONTEXT: Final = 500 * 2**20
"""The bytes that CUDA and its libraries take on a GPU before any allocation: 300 to 600 MiB with lazily loaded kernels
(CUDA 11.7 and newer), 1343 MiB before (a V100, Hugging Face's guide to training on one GPU). It depends on driver, GPU
and libraries, so it is a constant here. It is never part of what is allocated or reserved."""
LEAVES_OUT: Final = (
    "the framework’s context (about 0.5 GiB), communication buffers of NCCL, and what lengths that change from step to "
    "step leave unused"
)


@dataclass(frozen=True, slots=True)
class AllocatedEstimate:
    """The memory of one GPU for a model and a setting, in bytes.

    `stored_as` names the format of the weights: "mxfp4 (checkpoint)". llama.cpp has its own attention and dtypes, so
    these are None for a GGUF file.

    The kinds are those at the peak, which is in `peak_phase`, and sum to `peak_allocated_bytes`. The KV cache that
    lasts is what is held when the run ends: after the prompt, or after the last token that is generated. The allocator
    reserves
    at least `reserved_low_bytes`, the peak, and `reserved_high_bytes` in a replay of PyTorch's allocator.
    """

    model: str
    method: str
    loop: str | None
    reference_model: str | None
    dtype: str | None
    quantization: str | None
    kv_dtype: str | None
    rank: int | None
    kbit_upcast: bool | None
    adapter_dtype: str | None
    batch_size: int
    seq_len: int
    gradient_checkpointing: bool | None
    attention: str | None
    optimizer_name: str | None
    mixed_precision: str | None
    gpus: int
    sharding: str
    accounting: str
    parameters: int
    trainable_parameters: int
    stored_as: str
    weights_bytes: int
    quantization_constant_bytes: int
    adapter_bytes: int
    gradient_bytes: int
    optimizer_bytes: int
    activation_bytes: int
    logits_bytes: int
    kv_cache_bytes: int
    kv_cache_lasting_bytes: int
    kv_cache_bytes_per_token: int | None
    temporary_bytes: int
    workspace_bytes: int
    rounding_bytes: int
    peak_allocated_bytes: int
    peak_phase: str
    reserved_low_bytes: int
    reserved_high_bytes: int
    context_bytes: int
    end_of_step_allocated_bytes: int
    notes: tuple[str, ...]


def estimate_of(model: str, loaded: Loaded, allocation: Allocation) -> AllocatedEstimate:
    """Returns the allocation of one GPU as a flat record."""
    setting = loaded.setting
    peak = allocation.peak
    adapter, quantization = setting.adapter, setting.quantization
    return AllocatedEstimate(
        model=model,
        method=setting.name,
        loop=setting.loop if setting.trains else None,
        reference_model=None if setting.preference is None else setting.preference.reference,
        dtype=None if setting.file_type else setting.dtype,
        quantization=None if quantization is None else quantization.name,
        kv_dtype=None if setting.trains else setting.kv_dtype,
        rank=None if adapter is None else adapter.rank,
        kbit_upcast=quantization.upcast if quantization is not None and setting.trains else None,
        adapter_dtype=None if adapter is None else adapter.dtype,
        batch_size=setting.batch_size,
        seq_len=setting.seq_len,
        gradient_checkpointing=setting.gradient_checkpointing if setting.trains else None,
        attention=None if setting.file_type else allocation.attention or setting.attention,
        optimizer_name=setting.optimizer if setting.trains else None,
        mixed_precision=setting.mixed_precision,
        gpus=setting.gpus,
        sharding=setting.sharding,
        accounting=ACCOUNTING,
        parameters=allocation.parameters,
        trainable_parameters=allocation.trainable_parameters,
        stored_as=loaded.stored_as,
        weights_bytes=peak.held["weights"],
        quantization_constant_bytes=peak.held["quantization_constants"],
        adapter_bytes=peak.held["adapter"],
        gradient_bytes=peak.held["gradients"],
        optimizer_bytes=peak.held["optimizer"],
        activation_bytes=peak.held["activations"],
        logits_bytes=peak.held["logits"],
        kv_cache_bytes=peak.held["kv_cache"],
        kv_cache_lasting_bytes=allocation.end["kv_cache"],
        kv_cache_bytes_per_token=_token_bytes(allocation, setting),
        temporary_bytes=peak.held["temporaries"],
        workspace_bytes=peak.held["workspace"],
        rounding_bytes=peak.held["rounding"],
        peak_allocated_bytes=peak.total,
        peak_phase=peak.phase,
        reserved_low_bytes=peak.total,
        reserved_high_bytes=max(allocation.reserved, peak.total),
        context_bytes=CONTEXT,
        end_of_step_allocated_bytes=sum(allocation.end.values()),
        notes=allocation.notes,
    )


def _token_bytes(allocation: Allocation, setting: Setting) -> int | None:
    """Returns what a token takes in the cache on one GPU; tensor parallelism divides it."""
    if allocation.token_bytes is None or setting.sharding != "tensor":
        return allocation.token_bytes
    return -(-allocation.token_bytes // setting.gpus)
