"""Which tensors are linear weights, held against the modules of real architectures."""

from __future__ import annotations

import numpy as np
import pytest

from slidegen.models import catalogue
from slidegen.quantize.weights.linear import is_head, is_linear, is_linear_gguf, matrices_of


@pytest.mark.parametrize("name", sorted(catalogue.entries()))
def test_names_tell_what_modules_tell(name: str) -> None:
    """For every model of the catalogue the names tell the same linear weights as transformers' modules do."""
    groups = [group for group in catalogue.census(name).groups if not is_head(group.name)]
    assert groups
    for group in groups:
        assert is_linear(group.name, group.shape) == (group.kind == "linear"), group


@pytest.mark.parametrize(
    "name", ["lm_head.weight", "language_model.lm_head.weight", "embed_out.weight", "cls.predictions.decoder.weight"]
)
def test_the_output_head_is_left_out(name: str) -> None:
    """The matrix that makes the logits is no linear weight here."""
    assert is_head(name)
    assert not is_linear(name, (100, 8))


@pytest.mark.parametrize(
    ("name", "shape", "linear"),
    [
        ("blk.0.attn_q.weight", (8, 8), True),
        ("blk.11.ffn_down_exps.weight", (4, 8, 8), True),
        ("blk.0.attn_norm.weight", (8,), False),
        ("blk.0.attn_q.bias", (8,), False),
        ("token_embd.weight", (100, 8), False),
        ("output.weight", (100, 8), False),
    ],
)
def test_names_of_gguf(name: str, shape: tuple[int, ...], linear: bool) -> None:
    """In a GGUF file the matrices of the blocks are linear weights."""
    assert is_linear_gguf(name, shape) == linear


def test_matrices_have_outputs_first() -> None:
    """GPT-2's transposed weights and stacks of experts come out as matrices (outputs, inputs), sharing their memory."""
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    ((name, turned),) = matrices_of("h.0.attn.c_attn.weight", values, "gpt2")
    assert (name, turned.shape) == ("h.0.attn.c_attn.weight", (3, 2))
    assert np.shares_memory(turned, values)
    experts = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
    found = dict(matrices_of("mlp.experts.down_proj", experts, "mixtral"))
    assert {name: matrix.shape for name, matrix in found.items()} == {
        "mlp.experts.down_proj[0]": (2, 3),
        "mlp.experts.down_proj[1]": (2, 3),
    }
    ((_, first), _) = matrices_of("mlp.experts.down_proj", experts, "gpt_oss")
    assert first.shape == (3, 2)
