"""The kind of a parameter, module by module."""

from __future__ import annotations

import pytest

from slidegen.models.kinds import parameter_kind, without_numbers


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("layers.0.mlp.experts.17.up.weight", "layers.*.mlp.experts.*.up.weight"),
        ("0.weight", "*.weight"),
        ("conv1.weight", "conv1.weight"),
        ("mlp.experts.3", "mlp.experts.*"),
    ],
)
def test_numbers_are_masked(name: str, masked: str) -> None:
    """Numbers of layers and experts are masked, those that belong to a word are not."""
    assert without_numbers(name) == masked


def test_kinds() -> None:
    """What multiplies activations by a matrix is linear, whoever holds the matrix; tables, norms and biases are not."""
    import torch
    from torch import nn
    from transformers.pytorch_utils import Conv1D

    def kind(module: nn.Module, name: str) -> str:
        return parameter_kind(module, name, dict(module.named_parameters(recurse=False))[name])

    class Experts(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.gate_up_proj = nn.Parameter(torch.empty(4, 6, 3))
            self.down_proj_bias = nn.Parameter(torch.empty(4, 3))
            self.position_embeddings = nn.Parameter(torch.empty(4, 3))
            self.rel_pos_w = nn.Parameter(torch.empty(4, 3))
            self.cls_token = nn.Parameter(torch.empty(1, 1, 3))
            self.A_log = nn.Parameter(torch.empty(4, 3))

    class TopKRouter(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.empty(4, 3))

    class MyRMSNorm(TopKRouter):
        pass

    with torch.device("meta"):
        experts = Experts()
        expected = {
            (nn.Linear(3, 3), "weight"): "linear",
            (nn.Linear(3, 3), "bias"): "bias",
            (Conv1D(3, 3), "weight"): "linear",
            (nn.Embedding(3, 3), "weight"): "embedding",
            (nn.LayerNorm(3), "bias"): "norm",
            (MyRMSNorm(), "weight"): "norm",
            (nn.Conv2d(3, 3, 2), "weight"): "conv",
            (nn.LSTM(3, 3), "weight_ih_l0"): "linear",
            (TopKRouter(), "weight"): "linear",
            (experts, "gate_up_proj"): "linear",
            (experts, "down_proj_bias"): "bias",
            (experts, "position_embeddings"): "embedding",
            (experts, "rel_pos_w"): "other",
            (experts, "cls_token"): "other",
            (experts, "A_log"): "other",
        }
        assert {key: kind(*key) for key in expected} == expected
