"""The formats in which weights can be stored, each with the function that packs a model's layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import torch
from torch import nn

from slidegen.estimate.setting import Quantization
from slidegen.simulate.experts import is_fused, unfuse_experts
from slidegen.simulate.packed import EightBitLinear, FourBitLinear, output_head
from slidegen.simulate.stored import Fp8GroupedLinear, Fp8Linear, GroupedLinear, Mxfp4Experts, fp8_experts, pack_experts

Packer = Callable[[Any, Quantization, torch.dtype], None]
"""Packs the layers of a model, whose products are in the dtype."""


def pack(model: nn.Module, quantization: Quantization, dtype: torch.dtype) -> None:
    """Packs the layers that the quantizer of transformers packs. Raises ValueError if it packs none in such a model."""
    name = quantization.name if quantization.name in FORMATS else quantization.name.partition("-")[0]
    FORMATS[name](model, quantization, dtype)


def pack_bitsandbytes(model: nn.Module, quantization: Quantization, dtype: torch.dtype) -> None:
    """Replaces the linear layers that transformers lets bitsandbytes quantize.

    Source: transformers, `integrations/bitsandbytes.py` (replace_with_bnb_linear: exactly `nn.Linear`, and `Conv1D`).
    """
    from transformers.pytorch_utils import Conv1D

    if quantization.experts:
        unfuse_experts(model)
    for path, module in _converted(model, quantization):
        if type(module) is nn.Linear or isinstance(module, Conv1D):
            eight = quantization.name == "int8"
            _put(model, path, EightBitLinear(module) if eight else FourBitLinear(module, quantization.double, dtype))


def pack_fp8(model: nn.Module, quantization: Quantization, dtype: torch.dtype) -> None:
    """Replaces linear layers and fused experts. Source: transformers, `integrations/finegrained_fp8.py`
    (replace_with_fp8_linear: exactly `nn.Linear`, grouped linear layers, and modules named `experts`)."""
    scheme = quantization.scheme
    for path, module in _converted(model, quantization):
        if path.endswith(".experts") and is_fused(module):
            if getattr(module, "has_bias", False):
                raise ValueError(
                    "transformers packs no experts with biases in fp8; allowed here: nf4, fp4, int8, mxfp4"
                )
            for name, weight in list(module.named_parameters(recurse=False)):
                if weight.ndim == 3:
                    pack_experts(module, name, fp8_experts(weight.shape, scheme))
        elif type(module) is nn.Linear:
            _put(model, path, Fp8Linear(module, scheme, dtype))
        elif isinstance(module, nn.Linear) and "GroupedLinear" in type(module).__name__:
            _put(model, path, Fp8GroupedLinear(module, scheme, dtype))


def pack_mxfp4(model: nn.Module, quantization: Quantization, _: torch.dtype) -> None:
    """Replaces the experts of gpt-oss. Source: transformers, `integrations/mxfp4.py` (replace_with_mxfp4_linear)."""
    from transformers.models.gpt_oss.modeling_gpt_oss import GptOssExperts

    for path, module in _converted(model, quantization):
        if isinstance(module, GptOssExperts):
            _put(model, path, Mxfp4Experts(module))


def pack_gptq(model: nn.Module, quantization: Quantization, dtype: torch.dtype) -> None:
    """Replaces the linear layers inside the blocks. Source: optimum 2.3, `gptq/utils.py` (get_layers: exactly
    `nn.Linear`, and `Conv1D`; those whose name begins with that of the list of blocks), `gptq/quantizer.py`
    (convert_model: of these, those whose name ends with one that the config lists)."""
    from transformers.pytorch_utils import Conv1D

    for path, module in _converted(model, quantization):
        scheme = quantization.scheme
        listed = (scheme.only is None or path.endswith(scheme.only)) and path.startswith(scheme.blocks or "")
        inside = listed and any(part.isdigit() for part in path.split("."))
        if inside and (type(module) is nn.Linear or isinstance(module, Conv1D)):
            _put(model, path, GroupedLinear(module, scheme, dtype, indices=True))


def pack_awq(model: nn.Module, quantization: Quantization, dtype: torch.dtype) -> None:
    """Replaces all linear layers but the output head, also of derived classes. Source: transformers,
    `integrations/awq.py` (replace_with_awq_linear), `quantizer_awq.py` (add_default_skips)."""
    for path, module in _converted(model, quantization, always=True):
        if isinstance(module, nn.Linear):
            _put(model, path, GroupedLinear(module, quantization.scheme, dtype, indices=False))


FORMATS: Final[Mapping[str, Packer]] = {
    "nf4": pack_bitsandbytes,
    "fp4": pack_bitsandbytes,
    "int8": pack_bitsandbytes,
    "fp8": pack_fp8,
    "mxfp4": pack_mxfp4,
    "gptq": pack_gptq,
    "awq": pack_awq,
}
"""The packers by format; one name may stand for all numbers of bits ("gptq" for "gptq-int4")."""


def left_out(model: Any, quantization: Quantization, always: bool = False) -> list[str]:
    """Returns the modules that are not packed: those that the config names, else tied weights and the output head
    (`always`: also these), and those that the class keeps in float32 (T5's `wo`).

    Source: transformers, `quantizers/base.py` (get_modules_to_not_convert).
    """
    named = quantization.scheme.left_out
    default = output_head(model) if named is None or always else []
    return [*default, *(named or ()), *(model._keep_in_fp32_modules or ())]


def _converted(model: Any, quantization: Quantization, always: bool = False) -> Iterator[tuple[str, nn.Module]]:
    """Yields the modules that are not left out, with their paths."""
    from transformers.quantizers.quantizers_utils import should_convert_module

    kept = left_out(model, quantization, always)
    embedding = model.get_input_embeddings()
    for path, module in list(model.named_modules()):
        # A tied head gets the embedding's weight again when the model is loaded, packed or not.
        tied = module is not embedding and getattr(module, "weight", None) is embedding.weight
        if not tied and should_convert_module(path, kept):
            yield path, module


def _put(model: nn.Module, path: str, module: nn.Module) -> None:
    parent, _, name = path.rpartition(".")
    setattr(model.get_submodule(parent), name, module)
