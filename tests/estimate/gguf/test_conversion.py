"""The tensors that llama.cpp's converter makes of a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from slidegen.errors import ModelError
from slidegen.estimate.gguf.conversion import ARCHITECTURES, gguf_tensors
from slidegen.estimate.gguf.mix import Tensor

Shapes = Mapping[str, tuple[int, ...]]
CONFIG = {"num_attention_heads": 4, "num_key_value_heads": 2, "hidden_size": 64}


def converted(class_name: str, checkpoint: Shapes, **config: object) -> dict[str, Tensor]:
    """Returns the tensors of the file by name."""
    _, tensors = gguf_tensors("org/model", class_name, CONFIG | config, checkpoint)
    return {tensor.name: tensor for tensor in tensors}


def test_names_of_llama() -> None:
    """Names are GGUF's; norms and other vectors are float32."""
    found = converted(
        "LlamaForCausalLM",
        {
            "model.embed_tokens.weight": (99, 64),
            "model.layers.0.mlp.down_proj.weight": (64, 128),
            "model.norm.weight": (64,),
        },
    )
    assert [(one.name, one.source) for one in found.values()] == [
        ("token_embd.weight", "f16"),
        ("blk.0.ffn_down.weight", "f16"),
        ("output_norm.weight", "f32"),
    ]


def test_experts_are_stacked() -> None:
    """Eight experts of a layer are one tensor; Mixtral's w2 is the down projection. The router is float32."""
    checkpoint = {f"model.layers.0.block_sparse_moe.experts.{at}.w2.weight": (64, 128) for at in range(8)}
    found = converted(
        "MixtralForCausalLM",
        {**checkpoint, "model.layers.0.block_sparse_moe.gate.weight": (8, 64)},
        num_local_experts=8,
    )
    assert found["blk.0.ffn_down_exps.weight"].shape == (8, 64, 128)
    assert found["blk.0.ffn_gate_inp.weight"].source == "f32"


def test_fused_experts_are_split() -> None:
    """gpt-oss stores gate and up as one, transposed, with biases."""
    found = converted(
        "GptOssForCausalLM",
        {
            "model.layers.0.mlp.experts.gate_up_proj": (32, 64, 256),
            "model.layers.0.mlp.experts.gate_up_proj_bias": (32, 256),
            "model.layers.0.mlp.experts.down_proj": (32, 128, 64),
            "model.layers.0.self_attn.sinks": (4,),
        },
    )
    shapes = {name: one.shape for name, one in found.items()}
    assert shapes == {
        "blk.0.ffn_gate_exps.weight": (32, 128, 64),
        "blk.0.ffn_up_exps.weight": (32, 128, 64),
        "blk.0.ffn_gate_exps.bias": (32, 128),
        "blk.0.ffn_up_exps.bias": (32, 128),
        "blk.0.ffn_down_exps.weight": (32, 64, 128),
        "blk.0.attn_sinks.weight": (4,),
    }


def test_latent_attention_is_split() -> None:
    """kv_b_proj becomes the part of the keys, transposed, and the part of the values, for each head."""
    found = converted(
        "DeepseekV3ForCausalLM",
        {"model.layers.0.self_attn.kv_b_proj.weight": (4 * (16 + 24), 32)},
        kv_lora_rank=32,
        qk_nope_head_dim=16,
        v_head_dim=24,
    )
    assert {name: one.shape for name, one in found.items()} == {
        "blk.0.attn_k_b.weight": (4, 32, 16),
        "blk.0.attn_v_b.weight": (4, 24, 32),
    }


def test_vision_towers_are_left_out() -> None:
    """They go to a file of their own."""
    found = converted(
        "Gemma3ForConditionalGeneration",
        {
            "vision_tower.vision_model.post_layernorm.weight": (8,),
            "language_model.model.layers.0.self_attn.q_proj.weight": (64, 64),
        },
    )
    assert list(found) == ["blk.0.attn_q.weight"]


def test_gpt2_is_transposed() -> None:
    """The rows of its Conv1D are its inputs; a row in GGUF is what is multiplied."""
    found = converted("GPT2LMHeadModel", {"transformer.h.0.mlp.c_fc.weight": (64, 256)})
    assert found["blk.0.ffn_up.weight"].shape == (256, 64)


def test_llama_3_1_has_a_tensor_for_its_positions() -> None:
    """Half a head of float32 factors."""
    found = converted("LlamaForCausalLM", {"model.norm.weight": (64,)}, rope_scaling={"rope_type": "llama3"})
    assert found["rope_freqs.weight"] == Tensor("rope_freqs.weight", (8,), "f32")


@pytest.mark.parametrize(
    ("class_name", "what"),
    [
        (
            "OPTForCausalLM",
            "slidegen does not know a GGUF architecture for OPTForCausalLM; leave the GGUF file type out",
        ),
        (
            "DeepseekV32ForCausalLM",
            "its GGUF file has layers for multi-token prediction, which transformers does not build; leave the GGUF "
            "file type out",
        ),
    ],
)
def test_models_without_a_file(class_name: str, what: str) -> None:
    """One line says why."""
    with pytest.raises(ModelError, match=f"^model 'org/model': {what}$"):
        converted(class_name, {})


def test_a_tensor_without_a_place() -> None:
    """A checkpoint that is not as expected is refused, not counted wrongly."""
    with pytest.raises(
        ModelError, match=r"its tensor model\.layers\.0\.surprise\.weight has no place in a GGUF file of llama"
    ):
        converted("LlamaForCausalLM", {"model.layers.0.surprise.weight": (4, 4)})


def test_architectures_are_llama_cpps() -> None:
    """Each name is one of the package gguf."""
    import gguf

    assert set(ARCHITECTURES.values()) <= set(gguf.MODEL_ARCH_NAMES.values())
