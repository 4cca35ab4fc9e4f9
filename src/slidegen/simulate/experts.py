"""The experts of a mixture as linear modules, as in transformers 4 and unsloth: bitsandbytes can pack those."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


def unfuse_experts(model: nn.Module) -> None:
    """Replaces fused experts by a linear module for each of their matrices.

    Raises ValueError if the model has no fused experts, or if they are not in the common form of transformers.
    """
    found = [(path, module) for path, module in model.named_modules() if is_fused(module)]
    if not found:
        raise ValueError("quantize_experts: it has no fused experts; leave it out")
    for path, module in found:
        if not hasattr(module, "is_transposed"):
            raise ValueError(f"quantize_experts: the experts of {type(module).__name__} are not in the common form")
        parent, _, name = path.rpartition(".")
        setattr(model.get_submodule(parent), name, LinearExperts(module))


def is_fused(module: Any) -> bool:
    """Returns whether a module holds the weights of all experts as 3-D parameters."""
    return any(one.ndim == 3 and name.endswith("proj") for name, one in module.named_parameters(recurse=False))


class LinearExpert(nn.Module):
    """One expert: an MLP with a gate, with gate and rows of the MLP in one matrix (`joint`), or without a gate."""

    def __init__(self, size: int, inner: int, gate: bool, joint: bool, **options: Any) -> None:
        super().__init__()
        if joint:
            self.gate_up_proj = nn.Linear(size, 2 * inner, **options)
        else:
            self.up_proj = nn.Linear(size, inner, **options)
            if gate:
                self.gate_proj = nn.Linear(size, inner, **options)
        self.down_proj = nn.Linear(inner, size, **options)


class LinearExperts(nn.ModuleList):
    """Experts that run one after another, each on its share of the tokens, which is the same for all here.

    Source: transformers 4.57, `models/qwen3_moe/modeling_qwen3_moe.py` (Qwen3MoeSparseMoeBlock.forward). The gate of a
    family of its own (gpt-oss) is computed from one matrix, as in its fused form.
    """

    def __init__(self, fused: Any) -> None:
        from transformers.integrations.moe import _default_apply_gate

        down = fused.down_proj
        inner, size = down.shape[1:] if fused.is_transposed else reversed(down.shape[1:])
        joint = fused.has_gate and type(fused)._apply_gate is not _default_apply_gate
        options = {"bias": fused.has_bias, "dtype": down.dtype, "device": "meta"}
        super().__init__(LinearExpert(size, inner, fused.has_gate, joint, **options) for _ in range(down.shape[0]))
        self._fused = (fused,)  # in a tuple, so that it is not one of the modules

    def forward(
        self, hidden_states: torch.Tensor, top_k_index: torch.Tensor, top_k_weights: torch.Tensor
    ) -> torch.Tensor:
        """Returns the weighted sum of the experts' outputs for each token."""
        out = torch.zeros_like(hidden_states)
        with torch.no_grad():
            mask = nn.functional.one_hot(top_k_index, num_classes=len(self)).permute(2, 1, 0)
        rows = top_k_index.numel()
        active = min(len(self), rows)
        for number in range(active):
            share = rows // active + (number < rows % active)
            token = top_k_index.new_empty(share, dtype=torch.int64)
            weight = top_k_weights[token, token.new_empty(share), None]
            out.index_add_(0, token, (self._run(self[number], hidden_states[token]) * weight).to(out.dtype))
        del mask
        return out

    def _run(self, expert: Any, inputs: torch.Tensor) -> torch.Tensor:
        (fused,) = self._fused
        if hasattr(expert, "gate_up_proj"):
            inner = fused._apply_gate(expert.gate_up_proj(inputs))
        elif hasattr(expert, "gate_proj"):
            inner = fused.act_fn(expert.gate_proj(inputs)) * expert.up_proj(inputs)
        else:
            inner = fused.act_fn(expert.up_proj(inputs))
        out: torch.Tensor = expert.down_proj(inner)
        return out
