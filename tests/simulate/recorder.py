"""Real training steps on the CPU, and what PyTorch's allocator hands out meanwhile, as torch.profiler records it."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

import torch
from accelerate.utils.operations import convert_outputs_to_fp32
from torch.profiler import ProfilerActivity, profile, record_function

Batch = Mapping[str, torch.Tensor]
PHASES: Final = ("forward", "backward", "step")


@dataclass(frozen=True, slots=True)
class Record:
    """A step as it was: the most bytes held in each phase, and those held when it was over."""

    peaks: Mapping[str, int]
    end: int

    @property
    def peak(self) -> int:
        """The most bytes held at once."""
        return max(self.peaks.values())


@contextmanager
def plain_kernels() -> Iterator[None]:
    """One thread and no oneDNN: its products of bfloat16 need scratch memory that depends on the processor."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with torch.backends.mkldnn.flags(enabled=False):
        yield
    torch.set_num_threads(threads)


def storages(tensors: Iterable[object]) -> int:
    """Bytes of the storages of these tensors, each counted once."""
    found = {
        one.untyped_storage().data_ptr(): one.untyped_storage().nbytes()
        for one in tensors
        if isinstance(one, torch.Tensor)
    }
    return sum(found.values())


def record_plain_step(
    model: Any, optimizer: torch.optim.Optimizer, batches: Sequence[Batch], autocast: torch.dtype | None = None
) -> Record:
    """The second step of a plain loop of one function, whose `out` lives until the next forward pass is over.

    Both steps are recorded, because the profiler does not see when something is freed that is older than itself.
    """
    start = storages([*model.parameters(), *model.buffers(), *constants(model)])
    with (
        as_on_cuda(autocast is not None),
        profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler,
    ):
        for number, batch in enumerate((batches[0], batches[0])):
            measured = record_function if number else nullcontext
            with measured("forward"):
                inputs = {name: tensor.clone() for name, tensor in batch.items()}
                with torch.autocast("cpu", dtype=autocast) if autocast is not None else nullcontext():
                    out = model(**inputs)
            with measured("backward"):
                out.loss.backward()
            with measured("step"):
                optimizer.step()
                optimizer.zero_grad()
        gc.collect()
    return read(profiler, start)


def record_step(
    model: Any, optimizer: torch.optim.Optimizer, batches: Sequence[Batch], autocast: torch.dtype | None = None
) -> Record:
    """The second step of a training, in the order of transformers' Trainer; its peaks are those of the last batch.

    Outputs are let go of before the backward pass, gradients are clipped in place and deleted after the step. Under
    `autocast` outputs are made float32, as accelerate does it.
    """
    if autocast is not None:
        model.forward = convert_outputs_to_fp32(torch.autocast("cpu", dtype=autocast)(model.forward))
    with as_on_cuda(autocast is not None):
        _step(model, optimizer, batches)
    gc.collect()
    start = storages([*model.parameters(), *model.buffers(), *optimizer_states(optimizer), *constants(model)])
    with (
        as_on_cuda(autocast is not None),
        profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler,
    ):
        _step(model, optimizer, batches)
    return read(profiler, start)


def record_prompt(model: Any, inputs: Batch) -> int:
    """The most bytes held while a prompt is run as `generate` runs it: with a cache, logits of the last token only."""
    start = storages([*model.parameters(), *model.buffers()])
    with torch.no_grad(), profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        out = model(**{name: tensor.clone() for name, tensor in inputs.items()}, use_cache=True, logits_to_keep=1)
        del out
    return start + max(accumulate(size for _, size in memory_events(profiler)))


@contextmanager
def as_on_cuda(autocast: bool) -> Iterator[None]:
    """PEFT asks whether there is autocast, and means CUDA's: the flag is set, which changes nothing else on the CPU."""
    torch.set_autocast_enabled("cuda", autocast)
    yield
    torch.set_autocast_enabled("cuda", False)


def memory_events(profiler: profile) -> list[tuple[int, int]]:
    """Time and bytes of each allocation, and of each free below zero."""
    events = profiler.profiler.kineto_results.events()
    memory = ((event.start_ns(), event.nbytes()) for event in events if event.name() == "[memory]")
    return sorted(memory, key=lambda event: event[0])


def _step(model: Any, optimizer: torch.optim.Optimizer, batches: Sequence[Batch]) -> None:
    for number, batch in enumerate(batches, 1):
        measured = record_function if number == len(batches) else nullcontext
        with measured("forward"):
            inputs = {name: tensor.clone() for name, tensor in batch.items()}
            out = model(**inputs, use_cache=False) if "input_ids" in inputs else model(**inputs)
            loss = out["loss"]
            del inputs, out
        with measured("backward"):
            loss.backward()
        del loss
    with record_function("step"):
        torch.nn.utils.clip_grad_norm_([one for one in model.parameters() if one.requires_grad], 1.0)
        optimizer.step()
        optimizer.zero_grad()


def optimizer_states(optimizer: Any) -> list[Any]:
    """What an optimizer keeps between two steps."""
    return [value for state in optimizer.state.values() for value in _flat(state)]


def constants(model: Any) -> Iterator[Any]:
    """What bitsandbytes keeps beside packed weights: scales, their constants, and the table of codes."""
    for parameter in model.parameters():
        state = getattr(parameter, "quant_state", None)
        for one in (state, getattr(state, "state2", None)):
            yield from vars(one).values() if one is not None else ()


def _flat(state: Mapping[str, Any]) -> Iterator[Any]:
    for value in state.values():
        if isinstance(value, dict):
            yield from _flat(value)
        else:
            yield value


def read(profiler: profile, start: int) -> Record:
    """The allocator's events of a profile, each in the phase in which it took place; `start` was held before."""
    events = profiler.profiler.kineto_results.events()
    spans = [(event.name(), event.start_ns(), event.end_ns()) for event in events if event.name() in PHASES]
    memory = memory_events(profiler)
    held = list(accumulate((size for _, size in memory), initial=start))[1:]
    peaks = {
        phase: max(after for (time, _), after in zip(memory, held, strict=True) if begin <= time <= end)
        for phase, begin, end in spans
    }
    return Record(peaks, held[-1])
