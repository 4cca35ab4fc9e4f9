"""Decoders before Llama: GPT-2 and its successors, with fused queries, keys and values, or linear biases."""

from __future__ import annotations

from dataclasses import replace

from slidegen.estimate.quick.attention import Scores
from slidegen.estimate.quick.decoder import Family
from slidegen.estimate.quick.families.base import Facts, Model, decoder, refused, rotated_share


def gpt2(facts: Facts) -> Model:
    family = Family(
        norm="layer",
        norms=("ln_1", "ln_2"),
        projections=("attn.c_attn",),
        split="chunks",
        out="attn.c_proj",
        rope="none",
        mlp=("mlp.c_fc", "mlp.c_proj"),
        is_gated=False,
        activation=facts.activation("activation_function", default="gelu_new"),
        dropout=float(facts.get("resid_pdrop", 0.1)),
    )
    return decoder(
        facts,
        family,
        embedding="transformer.wte.weight",
        positions="transformer.wpe.weight",
        longest=facts.parameters.find("transformer.wpe.weight")[0].shape[0],
        final_norm="transformer.ln_f",
        scores=Scores("eager", float32=facts.get("model_type", "gpt2") != "gpt2"),
        embedding_dropout=float(facts.get("embd_pdrop", 0.1)),
        attention_dropout=float(facts.get("attn_pdrop", 0.1)),
    )


def bigcode(facts: Facts) -> Model:
    return gpt2(replace(facts, config={"activation_function": "gelu_pytorch_tanh", **facts.config}))


def gpt_neox(facts: Facts) -> Model:
    family = Family(
        norm="layer",
        order="parallel" if facts.get("use_parallel_residual", True) else "pre",
        norms=("input_layernorm", "post_attention_layernorm"),
        projections=("attention.query_key_value",),
        split="chunks",
        out="attention.dense",
        mlp=("mlp.dense_h_to_4h", "mlp.dense_4h_to_h"),
        is_gated=False,
        activation=facts.activation("hidden_act", default="gelu"),
        rotated=rotated_share(facts, 0.25),
        dropout=float(facts.get("hidden_dropout", 0.0)),
    )
    return decoder(
        facts,
        family,
        embedding="gpt_neox.embed_in.weight",
        final_norm="gpt_neox.final_layer_norm",
        embedding_dropout=float(facts.get("hidden_dropout", 0.0)),
    )


def gptj(facts: Facts) -> Model:
    size = facts.parameters.find(".attn.q_proj.weight")[0].shape[0] // facts.heads()
    family = Family(
        norm="layer",
        order="parallel",
        norms=("ln_1",),
        projections=("attn.q_proj", "attn.k_proj", "attn.v_proj"),
        out="attn.out_proj",
        mlp=("mlp.fc_in", "mlp.fc_out"),
        is_gated=False,
        activation=facts.activation("activation_function", default="gelu_new"),
        rotated=facts.get("rotary_dim", 64) / size,
        dropout=float(facts.get("resid_pdrop", 0.0)),
    )
    return decoder(
        facts,
        family,
        embedding="transformer.wte.weight",
        final_norm="transformer.ln_f",
        scores=Scores("eager", float32_queries=True, returned=True),
        eager=True,
        flash=False,
        embedding_dropout=float(facts.get("embd_pdrop", 0.0)),
        attention_dropout=float(facts.get("attn_pdrop", 0.0)),
    )


def falcon(facts: Facts) -> Model:
    if facts.get("alibi", False):
        raise refused("Falcon with linear biases instead of rotary positions (alibi)")
    new = facts.get("new_decoder_architecture", False)
    if not new and not facts.get("parallel_attn", True):
        raise refused("Falcon without parallel attention (parallel_attn)")
    two = new and facts.get("num_ln_in_parallel_attn", 2) == 2
    family = Family(
        norm="layer",
        order="parallel",
        norms=("ln_attn", "ln_mlp") if two else ("input_layernorm",),
        projections=("self_attention.query_key_value",),
        split="falcon-new" if new else "falcon",
        out="self_attention.dense",
        mlp=("mlp.dense_h_to_4h", "mlp.dense_4h_to_h"),
        is_gated=False,
        activation=facts.activation("activation", default="gelu"),
    )
    return decoder(
        facts,
        family,
        embedding="transformer.word_embeddings.weight",
        final_norm="transformer.ln_f",
        scores=Scores("eager", float32=False, scaled=False, shares=not new, returned=True),
        always_masked=True,
        flash=False,
    )


def bloom(facts: Facts) -> Model:
    if facts.get("apply_residual_connection_post_layernorm", False):
        raise refused("BLOOM with residuals after the norm (apply_residual_connection_post_layernorm)")
    family = Family(
        norm="layer",
        projections=("self_attention.query_key_value",),
        split="slices",
        out="self_attention.dense",
        rope="none",
        mlp=("mlp.dense_h_to_4h", "mlp.dense_4h_to_h"),
        is_gated=False,
        activation="bloom",
        dropout=float(facts.get("hidden_dropout", 0.0)),
    )
    return decoder(
        facts,
        family,
        embedding="transformer.word_embeddings.weight",
        embedding_norm="transformer.word_embeddings_layernorm",
        final_norm="transformer.ln_f",
        scores=Scores("eager", scaled=False, flattened=True, returned=True),
        eager=True,
        flash=False,
    )


def mpt(facts: Facts) -> Model:
    attention = facts.get("attn_config", {})
    if attention.get("clip_qkv"):
        raise refused("MPT with clipped queries, keys and values (clip_qkv)")
    family = Family(
        norm="layer",
        norms=("norm_1", "norm_2"),
        projections=("attn.Wqkv",),
        split="chunks",
        out="attn.out_proj",
        rope="none",
        mlp=("ffn.up_proj", "ffn.down_proj"),
        is_gated=False,
        activation="gelu",
        dropout=float(facts.get("resid_pdrop", 0.0)),
    )
    return decoder(
        facts,
        family,
        embedding="transformer.wte.weight",
        final_norm="transformer.norm_f",
        scores=Scores("eager", biased=True, returned=True),
        eager=True,
        flash=False,
        longest=facts.get("max_seq_len", 2048),
        attention_dropout=float(attention.get("attn_pdrop", 0.0)),
    )


def opt(facts: Facts) -> Model:
    if not facts.get("do_layer_norm_before", True) or facts.get("word_embed_proj_dim", 0) not in (
        0,
        facts.get("hidden_size", 0),
    ):
        raise refused("OPT with norms after the layers or projected embeddings (do_layer_norm_before)")
    family = Family(
        norm="layer",
        norms=("self_attn_layer_norm", "final_layer_norm"),
        out="self_attn.out_proj",
        rope="none",
        mlp=("fc1", "fc2"),
        is_gated=False,
        activation=facts.activation("activation_function", default="relu"),
        dropout=float(facts.get("dropout", 0.1)),
        scales_queries=True,
    )
    table = facts.parameters.find("decoder.embed_positions.weight")[0]
    return decoder(
        facts,
        family,
        positions="model.decoder.embed_positions.weight",
        longest=table.shape[0] - 2,
        final_norm="model.decoder.final_layer_norm",
    )
