"""Dense decoders with the structure of Llama, and what each does otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from slidegen.estimate.quick.attention import Scores
from slidegen.estimate.quick.decoder import Family
from slidegen.estimate.quick.families.base import Facts, Model, decoder, refused, rotated_share, window

QWEN3: Final = Family(query_norms=("self_attn.q_norm", "self_attn.k_norm"))
GEMMA: Final = Family(norm="gemma")
SANDWICH: Final = Family(
    norm="gemma",
    order="sandwich",
    norms=(
        "input_layernorm",
        "post_attention_layernorm",
        "pre_feedforward_layernorm",
        "post_feedforward_layernorm",
    ),
)


def qwen(facts: Facts, family: Family) -> Model:
    """Qwen 2 and 3, and SmolLM 3, without windows."""
    if facts.get("use_sliding_window", False):
        raise refused("sliding windows from a layer on (max_window_layers)")
    return decoder(facts, family)


def gemma(facts: Facts) -> Model:
    return replace(decoder(facts, GEMMA), scaled=True)


def gemma2(facts: Facts) -> Model:
    if not facts.config.get("attn_logit_softcapping", 50.0) or not facts.config.get("final_logit_softcapping", 30.0):
        raise refused("Gemma 2 without capped scores or logits")
    size = facts.get("sliding_window", 4096)
    model = decoder(facts, SANDWICH, windows=lambda number: None if number % 2 else size)
    return replace(model, scaled=True, scores=Scores("eager", capped=True), eager=True, capped_logits=True)


def gemma3(facts: Facts) -> Model:
    size = facts.get("sliding_window", 4096)
    every = int(facts.get("sliding_window_pattern", 6))
    family = replace(SANDWICH, query_norms=("self_attn.q_norm", "self_attn.k_norm"))
    model = decoder(facts, family, windows=lambda number: size if (number + 1) % every else None)
    return replace(model, scaled=True, capped_logits=bool(facts.get("final_logit_softcapping", None)))


def olmo2(facts: Facts) -> Model:
    family = Family(
        norm="olmo",
        order="post",
        norms=("post_attention_layernorm", "post_feedforward_layernorm"),
        query_norms=("self_attn.q_norm", "self_attn.k_norm"),
        rope="float32",
    )
    return decoder(facts, family)


def phi3(facts: Facts) -> Model:
    family = Family(
        projections=("self_attn.qkv_proj",),
        split="slices",
        mlp=("mlp.gate_up_proj", "mlp.down_proj"),
        rotated=float(facts.get("partial_rotary_factor", 1.0)),
        dropout=float(facts.get("resid_pdrop", 0.0)),
    )
    return decoder(facts, family, windows=window(facts, None))


def stablelm(facts: Facts) -> Model:
    if facts.get("qk_layernorm", False):
        raise refused("a norm of its own for each head (qk_layernorm)")
    order: Any = "parallel" if facts.get("use_parallel_residual", False) else "pre"
    norms = ("input_layernorm",) if order == "parallel" else ("input_layernorm", "post_attention_layernorm")
    family = Family(norm="layer", order=order, norms=norms, rotated=rotated_share(facts, 0.25))
    return decoder(facts, family)


def cohere(facts: Facts) -> Model:
    if facts.get("use_qk_norm", False):
        raise refused("Cohere's norms of queries and keys (use_qk_norm)")
    family = Family(norm="cohere", order="parallel", norms=("input_layernorm",), rope="float32")
    return replace(decoder(facts, family), scaled_logits=True)


def starcoder2(facts: Facts) -> Model:
    family = Family(
        norm="layer",
        mlp=("mlp.c_fc", "mlp.c_proj"),
        is_gated=False,
        activation=facts.activation("hidden_act", default="gelu_pytorch_tanh"),
        dropout=float(facts.get("residual_dropout", 0.0)),
    )
    return decoder(facts, family, windows=window(facts, None))


def phi(facts: Facts) -> Model:
    if facts.get("qk_layernorm", False):
        raise refused("Phi's norms of queries and keys (qk_layernorm)")
    family = Family(
        norm="layer",
        order="parallel",
        norms=("input_layernorm",),
        out="self_attn.dense",
        mlp=("mlp.fc1", "mlp.fc2"),
        is_gated=False,
        activation=facts.activation("hidden_act", default="gelu_new"),
        rotated=rotated_share(facts, 0.5),
        dropout=float(facts.get("resid_pdrop", 0.0)),
    )
    model = decoder(facts, family)
    root = model.prefix.removesuffix("layers.*.")
    return replace(model, final_norm=f"{root}final_layernorm", embedding_dropout=float(facts.get("embd_pdrop", 0.0)))
