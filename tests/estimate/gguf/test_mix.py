"""Which tensor gets which type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from slidegen.estimate.gguf.mix import Facts, Tensor, is_quantized, more_bits, tensor_types
from slidegen.estimate.gguf.types import FileType


def model(layers: int, *, width: int = 4096, output: bool = True, experts: int = 0) -> list[Tensor]:
    """Returns the tensors of a small llama with these blocks."""
    found = [Tensor("token_embd.weight", (32000, width)), Tensor("output_norm.weight", (width,), "f32")]
    found += [Tensor("output.weight", (32000, width))] if output else []
    for at in range(layers):
        names = ("attn_q", "attn_k", "attn_v", "attn_output")
        found += [Tensor(f"blk.{at}.{name}.weight", (width, width)) for name in names]
        if experts:
            found.append(Tensor(f"blk.{at}.ffn_gate_inp.weight", (experts, width), "f32"))
            found += [
                Tensor(f"blk.{at}.ffn_{name}_exps.weight", (experts, 64, width)) for name in ("up", "gate", "down")
            ]
        else:
            found += [Tensor(f"blk.{at}.ffn_{name}.weight", (64, width)) for name in ("up", "gate", "down")]
    return found


def types(tensors: list[Tensor], facts: Facts, file_type: FileType, part: str) -> Mapping[str, int]:
    """Returns how many tensors with this part in their names have which type."""
    chosen = tensor_types(tensors, facts, file_type)
    return Counter(kind for name, kind in chosen.items() if part in name)


def test_half_of_the_layers_get_more_bits() -> None:
    """Of 32 layers: 4 at each end, and every third between, which makes 16. (TheBloke: "half of the tensors".)"""
    assert [layer for layer in range(32) if more_bits(layer, 32)] == [
        0,
        1,
        2,
        3,
        6,
        9,
        12,
        15,
        18,
        21,
        24,
        27,
        *range(28, 32),
    ]


def test_q4_k_m() -> None:
    """Values and down projections of half of the layers are Q6_K, the output too, norms float32, the rest Q4_K."""
    tensors, facts = model(32), Facts("llama", 32)
    assert types(tensors, facts, "q4_k_m", "attn_v") == {"q6_k": 16, "q4_k": 16}
    assert types(tensors, facts, "q4_k_m", "ffn_down") == {"q6_k": 16, "q4_k": 16}
    assert types(tensors, facts, "q4_k_m", "attn_k") == {"q4_k": 32}
    assert types(tensors, facts, "q4_k_m", "output.weight") == {"q6_k": 1, "q4_k": 32}
    assert types(tensors, facts, "q4_k_m", "norm") == {"f32": 1}


def test_a_70b_has_larger_values() -> None:
    """With 80 layers and shared key-value heads, values that would be Q4_K are Q5_K; a 65B shares no heads."""
    assert types(model(80), Facts("llama", 80, 0, 8), "q4_k_m", "attn_v") == {"q6_k": 40, "q5_k": 40}
    assert types(model(80), Facts("llama", 80, 0, 1), "q4_k_m", "attn_v") == {"q6_k": 40, "q4_k": 40}


def test_tied_embeddings_have_the_type_of_the_output() -> None:
    """Without an output matrix the embedding is stored once, as Q6_K, and as Q4_K with one."""
    facts = Facts("llama", 2)
    assert types(model(2, output=False), facts, "q4_k_s", "token_embd") == {"q6_k": 1}
    assert types(model(2), facts, "q4_k_s", "token_embd") == {"q4_k": 1}


@pytest.mark.parametrize(
    ("file_type", "usual", "output"),
    [("q4_k_s", "q5_0", "q8_0"), ("q5_k_s", "q5_1", "q8_0"), ("q6_k", "q8_0", "q8_0"), ("q3_k_s", "q4_0", "q8_0")],
)
def test_rows_that_256_does_not_divide(file_type: FileType, usual: str, output: str) -> None:
    """SmolLM2's rows of 576 numbers fall back to blocks of 32, which are larger."""
    tensors, facts = model(8, width=576), Facts("llama", 8)
    assert types(tensors, facts, file_type, "attn_q") == {usual: 8}
    assert types(tensors, facts, file_type, "output.weight")[output] >= 1


def test_rows_that_32_does_not_divide_stay_float16() -> None:
    """No block fits into a row of 100 numbers."""
    assert types(model(2, width=100), Facts("llama", 2), "q4_0", "attn_q") == {"f16": 2}


def test_eight_experts() -> None:
    """With eight experts, keys and values are Q8_0 and the attention's output Q5_K; the router stays float32."""
    tensors, facts = model(32, experts=8), Facts("llama", 32, 8, 4)
    assert types(tensors, facts, "q4_k_m", "attn_k") == types(tensors, facts, "q4_k_m", "attn_v") == {"q8_0": 32}
    assert types(tensors, facts, "q4_k_m", "attn_output") == {"q5_k": 32}
    assert types(tensors, facts, "q4_k_m", "ffn_gate_inp") == {"f32": 32}
    assert types(tensors, facts, "q4_k_m", "ffn_down_exps") == {"q6_k": 16, "q4_k": 16}


def test_an_importance_matrix_changes_q4_0() -> None:
    """With one, the down projections of the first eighth of the layers are Q4_1."""
    chosen = tensor_types(model(32), Facts("llama", 32), "q4_0", imatrix=True)
    assert Counter(kind for name, kind in chosen.items() if "ffn_down" in name) == {"q4_1": 4, "q4_0": 28}


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("blk.0.attn_norm.weight", (8,)),
        ("blk.0.attn_q.bias", (8,)),
        ("blk.0.ffn_gate_inp.weight", (4, 8)),
        ("blk.0.ffn_gate_inp_shexp.weight", (1, 8)),
        ("position_embd.weight", (4, 8)),
        ("blk.0.ssm_conv1d.weight", (8, 4)),
        ("blk.0.ffn_up_exps.bias", (4, 8)),
    ],
)
def test_what_is_not_quantized(name: str, shape: tuple[int, ...]) -> None:
    """Vectors, matrices of one row, norms, routers, positions and biases keep their type."""
    assert not is_quantized(Tensor(name, shape))
