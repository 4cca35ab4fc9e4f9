"""A decoder layer: norms, attention with its cache, and the feed-forward layer, in the order of its family."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from slidegen.estimate.quick.attention import Heads, Scores, attend
from slidegen.estimate.quick.graph import Tape, Tensor
from slidegen.estimate.quick.linear import linear
from slidegen.estimate.quick.mlp import Mixture, gated, mixture, plain, repeated_mixture
from slidegen.estimate.quick.norms import NormKind, norm
from slidegen.estimate.quick.operations import (
    FLOAT,
    add,
    cast,
    chunks,
    copy,
    dropped,
    join,
    multiply,
    part,
    result,
    scale,
)
from slidegen.estimate.quick.parameters import Layer
from slidegen.estimate.quick.rope import RopeKind, rotate

Order = Literal["pre", "post", "sandwich", "parallel"]
"""Where the norms are: before attention and feed-forward (Llama), after them (OLMo 2), before and after (Gemma 2), or
one before both, which run side by side (GPT-J, Phi, Cohere) with an own norm each if there are two (GPT-NeoX)."""
Split = Literal["separate", "slices", "chunks", "falcon", "falcon-new"]
"""How queries, keys and values come out of their matrices: of three, or of one, by slices, `split`, or Falcon's
indexing, which copies keys and values, and repeats them for all heads in its newer models."""


@dataclass(frozen=True, slots=True)
class Latent:
    """Multi-head latent attention (DeepSeek): numbers of the latent, of the rotated and the other part of a key, and of
    a value in each head."""

    rank: int
    rotated: int
    plain: int
    values: int


@dataclass(frozen=True, slots=True)
class Family:
    """How the layers of a kind of model are built. Names are those of parameters in a layer.

    `unscaled_norms` of queries and keys have no weight, `temperature` scales queries by position (Llama 4).
    """

    norm: NormKind = "llama"
    order: Order = "pre"
    norms: tuple[str, ...] = ("input_layernorm", "post_attention_layernorm")
    projections: tuple[str, ...] = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")
    out: str = "self_attn.o_proj"
    split: Split = "separate"
    query_norms: tuple[str, str] | None = None
    unscaled_norms: bool = False
    temperature: bool = False
    rope: RopeKind = "half"
    rotated: float = 1.0
    mlp: tuple[str, ...] = ("mlp.gate_proj", "mlp.up_proj", "mlp.down_proj")
    is_gated: bool = True
    activation: str = "silu"
    mixture: Mixture | None = None
    latent: Latent | None = None
    dropout: float = 0.0
    scales_queries: bool = False


@dataclass(slots=True)
class Cache:
    """The keys and values that one layer keeps: whole, or a view of their last tokens in a storage of its own."""

    kept: list[Tensor] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """What a layer needs beside its input: the sizes and form of its attention, positions, mask, and its cache.

    `kept` receives what the layer returns beside its output.
    """

    heads: Heads
    scores: Scores
    cosines: tuple[Tensor, Tensor] | None
    mask: Tensor | None
    cache: Cache | None = None
    window: int | None = None
    kept: list[Tensor] = field(default_factory=list)


def decoder_layer(tape: Tape, x: Tensor, layer: Layer, family: Family, place: Place) -> Tensor:
    """Returns the output of a layer."""
    if family.order == "parallel":
        return _parallel(tape, x, layer, family, place)
    names = family.norms
    residual = x
    if family.order != "post":
        x = normed(tape, x, layer, names[0], family.norm)
    x = attention(tape, x, layer, family, place)
    if family.order in ("post", "sandwich"):
        x = normed(tape, x, layer, names[0 if family.order == "post" else 1], family.norm)
    x = add(tape, residual, dropped(tape, x, family.dropout))
    residual = x
    if family.order != "post":
        x = normed(tape, x, layer, names[1 if family.order == "pre" else 2], family.norm)
    x = feed_forward(tape, x, layer, family, place)
    if family.order in ("post", "sandwich"):
        x = normed(tape, x, layer, names[1 if family.order == "post" else 3], family.norm)
    return add(tape, residual, dropped(tape, x, family.dropout))


def _parallel(tape: Tape, x: Tensor, layer: Layer, family: Family, place: Place) -> Tensor:
    residual = x
    first = normed(tape, x, layer, family.norms[0], family.norm)
    attended = dropped(tape, attention(tape, first, layer, family, place), family.dropout)
    if len(family.norms) > 1:
        first = normed(tape, x, layer, family.norms[1], family.norm)
    out = dropped(tape, feed_forward(tape, first, layer, family, place), family.dropout)
    return add(tape, add(tape, attended, out), residual)


def normed(tape: Tape, x: Tensor, layer: Layer, name: str, kind: NormKind) -> Tensor:
    """Returns a tensor after the norm of this name."""
    return norm(tape, x, layer.tensor(f"{name}.weight"), kind, layer.tensor(f"{name}.bias"))


def feed_forward(tape: Tape, x: Tensor, layer: Layer, family: Family, place: Place) -> Tensor:
    """Returns the output of the feed-forward layer."""
    if family.mixture is not None and family.mixture.kind == "repeated":
        return repeated_mixture(tape, x, layer, family.mixture, place.heads.batch * place.heads.length)
    if family.mixture is not None:
        return mixture(tape, x, layer, family.mixture, place.heads.batch * place.heads.length)
    run = gated if family.is_gated else plain
    return run(tape, x, layer, family.mlp, family.activation)


def attention(tape: Tape, x: Tensor, layer: Layer, family: Family, place: Place) -> Tensor:
    """Returns the output of the attention layer."""
    if family.latent is not None:
        q, k, v = _latent(tape, x, layer, family, family.latent, place)
    else:
        q, k, v = _queries(tape, x, layer, family, place.heads)
        if family.query_norms is not None:
            q = normed(tape, q, layer, family.query_norms[0], family.norm)
            k = normed(tape, k, layer, family.query_norms[1], family.norm)
        if place.cosines is not None:
            q = rotate(tape, q, place.cosines, family.rope, family.rotated)
            k = rotate(tape, k, place.cosines, family.rope, family.rotated)
        if family.unscaled_norms:
            q = norm(tape, q, None, "unscaled", size=place.heads.size)
            k = norm(tape, k, None, "unscaled", size=place.heads.size)
        if family.temperature:
            scales = Tensor(place.heads.batch * place.heads.length, FLOAT)
            q = cast(tape, multiply(tape, q, scales), q.width)
        if place.cache is not None:
            k, v = cached(tape, place.cache, (k, v), place)
    out = attend(tape, q, k, v, place.heads, place.scores, place.mask, place.kept)
    del q, k, v
    return linear(tape, out, layer.projection(family.out))


def _latent(
    tape: Tape, x: Tensor, layer: Layer, family: Family, sizes: Latent, place: Place
) -> tuple[Tensor, Tensor, Tensor]:
    """Queries and keys in two parts, of which one is rotated; keys and values expanded from a latent, which is cached.

    Source: transformers 5, `models/deepseek_v3/modeling_deepseek_v3.py` (DeepseekV3Attention).
    """
    heads = place.heads
    tokens, all_heads = heads.batch * heads.length, heads.batch * heads.length * heads.heads
    if layer.has("self_attn.q_proj.weight"):
        q = linear(tape, x, layer.projection("self_attn.q_proj"))
    else:
        low = linear(tape, x, layer.projection("self_attn.q_a_proj"))
        low = normed(tape, low, layer, "self_attn.q_a_layernorm", family.norm)
        q = linear(tape, low, layer.projection("self_attn.q_b_proj"))
        del low
    plain, turned = chunks(tape, q, (all_heads * sizes.plain, all_heads * sizes.rotated))
    del q
    both = linear(tape, x, layer.projection("self_attn.kv_a_proj_with_mqa"))
    latent, key = chunks(tape, both, (tokens * sizes.rank, tokens * sizes.rotated))
    latent = normed(tape, latent, layer, "self_attn.kv_a_layernorm", family.norm)
    assert place.cosines is not None
    turned = rotate(tape, turned, place.cosines, family.rope)
    key = rotate(tape, key, place.cosines, family.rope)
    if place.cache is not None:
        latent, key = cached(tape, place.cache, (latent, key), place)
    query = join(tape, (plain, turned))
    del plain, turned
    expanded = linear(tape, latent, layer.projection("self_attn.kv_b_proj"))
    every = heads.batch * heads.keys * heads.heads
    keys, values = chunks(tape, expanded, (every * sizes.plain, every * sizes.values))
    whole = result(tape, (keys, key), every * (sizes.plain + sizes.rotated), keys.width)
    return query, whole, values


def cached(tape: Tape, cache: Cache, new: tuple[Tensor, ...], place: Place) -> list[Tensor]:
    """Appends to a cache: a copy of what it has and what is new, of which a window keeps a view of its last tokens.

    Source: transformers 5, `cache_utils.py` (DynamicLayer.update, DynamicSlidingWindowLayer.update).
    """
    before = cache.kept or [Tensor(0, one.width) for one in new]
    cache.kept = list(before)
    found = []
    for number, one in enumerate(new):
        numel = before[number].numel + one.numel
        whole = Tensor(numel, one.width, tape.new(numel, one.width, "kv_cache"))
        most = numel
        if place.window is not None:
            most = min(numel, one.numel // place.heads.length * (place.window - 1))
        cache.kept[number] = whole.reshaped(most)
        before[number] = whole
        found.append(whole)
    return found


def _queries(tape: Tape, x: Tensor, layer: Layer, family: Family, heads: Heads) -> tuple[Tensor, Tensor, Tensor]:
    if family.split == "separate":
        first, second, third = (layer.projection(name) for name in family.projections)
        q = linear(tape, x, first)
        if family.scales_queries:
            q = scale(tape, q)
        return q, linear(tape, x, second), linear(tape, x, third)
    whole = linear(tape, x, layer.projection(family.projections[0]))
    tokens = heads.batch * heads.length
    queries = tokens * heads.heads * heads.size
    sizes = queries, (whole.numel - queries) // 2, (whole.numel - queries) // 2
    if family.split == "chunks":
        q, k, v = chunks(tape, whole, sizes)
        return q, k, v
    q, k, v = (part(tape, whole, size) for size in sizes)
    if family.split == "falcon":
        k, v = copy(tape, k), copy(tape, v)
    if family.split == "falcon-new":
        q = copy(tape, q)
        k, v = (copy(tape, copy(tape, one), queries) for one in (k, v))
    return q, k, v
