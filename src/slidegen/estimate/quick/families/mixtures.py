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


def llama4(facts: Facts) -> Model:
    """Chunked attention with rotary positions in three layers of four, attention to all tokens in the fourth."""
    if facts.parameters.setting.adapter is not None:
        raise refused("adapters on Llama 4, whose router PEFT does not adapt")
    mix = experts_of(facts, "feed_forward.router", "feed_forward.experts", kind="repeated")
    mix = replace(mix, shared="feed_forward.shared_expert")
    dense = tuple(f"feed_forward.{name}" for name in ("gate_proj", "up_proj", "down_proj"))
    chunk = facts.get("attention_chunk_size", 8192)
    rotated = Family(rope="complex", unscaled_norms=facts.get("use_qk_norm", True), mlp=dense)
    whole = Family(rope="none", temperature=facts.get("attn_temperature_tuning", True), mlp=dense)
    count = len(decoder(facts, rotated).layers)
    turns = facts.get("no_rope_layers", [(n + 1) % facts.get("no_rope_layer_interval", 4) for n in range(count)])
    every = facts.get("interleave_moe_layer_step", 1)
    mixed = set(facts.get("moe_layers", range(every - 1, count, every)))
    model = decoder(facts, rotated, windows=lambda number: chunk if turns[number] else None)
    layers = []
    for number, kind in enumerate(model.layers):
        family = replace(rotated if turns[number] else whole, activation=kind.family.activation)
        layers.append(replace(kind, family=replace(family, mixture=mix) if number in mixed else family))
    return replace(model, layers=tuple(layers), flash=False)
