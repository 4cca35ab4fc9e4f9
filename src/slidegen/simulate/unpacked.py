"""Notes on matrices that a quantizer leaves unpacked, because they are not the modules that it looks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import torch
from torch import nn

from slidegen.estimate.setting import Quantization
from slidegen.simulate.experts import is_fused
from slidegen.simulate.formats import left_out
from slidegen.simulate.layers import Stack
from slidegen.simulate.packed import Packed

LEAST: Final = 0.005
"""The share of parameters from which on a note is worth a reader's time."""


def unpacked_notes(model: Any, stacks: Sequence[Stack], quantization: Quantization) -> tuple[str, ...]:
    """Returns a note for each kind of unpacked matrix: its share of the parameters and of the bytes, and why."""
    numbers: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    dtypes: dict[str, torch.dtype] = {}
    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    kept = left_out(base, quantization)
    for part in (model, *(layer for stack in stacks for layer in stack.left_out())):
        for reason, tensor, count in _tensors(part, kept):
            numbers[reason] += count
            sizes[reason] += tensor.nbytes
            dtypes.setdefault(reason, tensor.dtype)
    everything, every_byte = numbers.total(), sizes.total()
    return tuple(
        _note(reason, numbers[reason] / everything, sizes[reason] / every_byte, dtypes[reason], quantization)
        for reason in numbers
        if reason and numbers[reason] / everything >= LEAST
    )


def _tensors(part: nn.Module, kept: Sequence[str]) -> Iterator[tuple[str, torch.Tensor, int]]:
    """Yields the base model's tensors with why they are unpacked ("" for all others) and their numbers of weights."""
    for path, module in part.named_modules():
        if ".lora_" in f".{path}" or "modules_to_save" in path:
            continue
        reason = _reason(module) if not any(path.endswith(name) for name in kept) else ""
        if isinstance(module, Packed):
            yield from (("", one, 0) for one in module.constants())
        for name, parameter in module.named_parameters(recurse=False):
            packed = isinstance(module, Packed) and name == "weight"
            matrix = parameter.ndim >= 2
            yield reason if matrix else "", parameter, module.numbers if packed else parameter.numel()


def _reason(module: nn.Module) -> str:
    if is_fused(module):
        return "experts"
    if isinstance(module, nn.Linear) and not isinstance(module, Packed) and type(module) is not nn.Linear:
        return type(module).__name__
    return ""


def _note(reason: str, share: float, size: float, dtype: torch.dtype, quantization: Quantization) -> str:
    who = "bitsandbytes" if quantization.by_bitsandbytes else quantization.name
    how_much = f"{_percent(share)} of the parameters and {_percent(size)} of the bytes of the model stay"
    dtype_name = str(dtype).removeprefix("torch.")
    if reason != "experts":
        return f"{who} packs only layers that are exactly nn.Linear, not {reason}, so {how_much} {dtype_name}"
    advice = " (quantize_experts counts them packed, as transformers 4 and unsloth do)"
    return (
        f"{who} packs only linear layers, and transformers 5 fuses the experts into 3-D parameters, so {how_much} "
        f"{dtype_name}{advice if quantization.by_bitsandbytes else ''}"
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share < 0.995 else f"{100 * share:.1f} %"
