"""Mixtures of experts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slidegen.estimate.quick.attention import Scores
from slidegen.estimate.quick.decoder import Family, Latent
from slidegen.estimate.quick.families.base import Facts, Kind, Model, decoder, experts_of, refused, window
from slidegen.estimate.quick.families.dense import QWEN3, qwen


def mixtral(facts: Facts) -> Model:
    family = Family(mixture=experts_of(facts, "mlp.gate", "mlp.experts"))
    return decoder(facts, family, windows=window(facts, None))


def qwen3_moe(facts: Facts) -> Model:
    if facts.get("decoder_sparse_step", 1) != 1 or facts.get("mlp_only_layers", []):
        raise refused("mixtures in only some layers (decoder_sparse_step, mlp_only_layers)")
    return qwen(facts, replace(QWEN3, mixture=experts_of(facts, "mlp.gate", "mlp.experts")))


def minimax(facts: Facts) -> Model:
    size = facts.parameters.find(".self_attn.q_proj.weight")[0].shape[0] // facts.heads()
    share = facts.get("rotary_dim", size) / size
    mix = experts_of(facts, "mlp.gate", "mlp.experts", kind="sigmoid")
    return decoder(facts, replace(QWEN3, mixture=mix, rotated=share))


def gpt_oss(facts: Facts) -> Model:
    mix = experts_of(facts, "mlp.router", "mlp.experts", kind="top-softmax", biased=True)
    size = facts.get("sliding_window", 128)
    family = Family(norm="olmo", rope="chunks", mixture=mix)
    model = decoder(facts, family, windows=lambda number: None if number % 2 else size)
    return replace(model, scores=Scores("eager", sinks=True), eager=True)


def deepseek(facts: Facts, kind: Any) -> Model:
    """Multi-head latent attention: the cache holds a latent and a rotated key for all heads of a token."""
    sizes = tuple(facts.get(name, 0) for name in ("kv_lora_rank", "qk_rope_head_dim", "qk_nope_head_dim", "v_head_dim"))
    if not all(sizes):
        raise refused("latent attention without kv_lora_rank, qk_rope_head_dim, qk_nope_head_dim and v_head_dim")
    complex_rope = kind == "softmax-float32"
    rope: Any = "complex" if complex_rope else "halves" if facts.get("rope_interleave", True) else "half"
    dense = Family(latent=Latent(*sizes), rope=rope, activation=facts.activation("hidden_act", default="silu"))
    mix = experts_of(facts, "mlp.gate", "mlp.experts", kind=kind, shared="mlp.shared_experts")
    first = facts.get("first_k_dense_replace", 3)
    model = decoder(facts, dense)
    layers = tuple(Kind(dense if n < first else replace(dense, mixture=mix)) for n in range(len(model.layers)))
    return replace(model, layers=layers)
