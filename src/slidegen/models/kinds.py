"""The rules that give a module's parameter its kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from slidegen.model import ParameterKind

if TYPE_CHECKING:
    import torch

_NUMBER: Final = re.compile(r"(?<=\.)\d+(?=\.|$)|^\d+(?=\.)")
_MATRIX: Final = re.compile(r"(?:^|_)(?:weights?(?:_[ih]h_l\d+\w*)?|proj|projection|kernel|gate|fn|[wv]\d)$", re.I)
"""Names of matrices that modules hold themselves, without an `nn.Linear`; also those of an LSTM (`weight_ih_l0`)."""


def without_numbers(name: str) -> str:
    """Returns a parameter's name with layer and expert numbers as ``*``: ``layers.*.mlp.up_proj.weight``."""
    return _NUMBER.sub("*", name)


def parameter_kind(module: torch.nn.Module, name: str, parameter: torch.nn.Parameter) -> ParameterKind:
    """Returns the kind of the parameter `name` of `module`.

    "linear" is what multiplies activations by a matrix: the weights of `nn.Linear` and its subclasses, of GPT-2's
    `Conv1D`, of routers and projectors that hold a bare matrix, and fused 3-D expert weights.
    """
    from torch import nn
    from transformers.pytorch_utils import Conv1D

    if isinstance(module, nn.Embedding) or (type(module).__name__.endswith("Embedding") and name == "weight"):
        return "embedding"
    if "norm" in type(module).__name__.lower():
        return "norm"
    if name.endswith("bias"):
        return "bias"
    if isinstance(module, nn.modules.conv._ConvNd):
        return "conv"
    if isinstance(module, (nn.Linear, Conv1D)):
        return "linear" if name == "weight" else "other"
    if "embed" in name.lower():
        return "embedding"
    return "linear" if parameter.ndim in (2, 3) and _MATRIX.search(name) else "other"
