"""Attention in its three forms: the kernels flash and memory-efficient, and the matrix of scores.

Sources: PyTorch 2.13, `aten/src/ATen/native/transformers/cuda/sdp_utils.cpp` (which kernel), `.../flash_attn/
flash_api.cpp` (`mha_fwd`, `mha_bwd`), `.../attention.cu` and `attention_backward.cu`; transformers 5,
`integrations/sdpa_attention.py` (use_gqa_in_sdpa, repeat_kv), `models/llama/modeling_llama.py`
(eager_attention_forward).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from slidegen.estimate.quick.graph import Storage, Tape, Tensor
from slidegen.estimate.quick.operations import (
    FLOAT,
    add,
    cast,
    copy,
    dropped,
    join,
    lowered,
    matmul,
    part,
    result,
    scale,
    softmax,
    unary,
)
from slidegen.estimate.setting import Attention

LARGEST_HEAD: Final = 256
HALF: Final = 2


@dataclass(frozen=True, slots=True)
class Heads:
    """The sizes of an attention: sequences, tokens of queries and of keys, heads of either, numbers in a head.

    `values` is the numbers in a head of the values, None if as many as in one of the keys.
    """

    batch: int
    length: int
    keys: int
    heads: int
    shared: int
    size: int
    values: int | None = None

    @property
    def value_size(self) -> int:
        """Returns the numbers in a head of the values."""
        return self.size if self.values is None else self.values


@dataclass(frozen=True, slots=True)
class Scores:
    """How scores are computed: which form of attention, on which GPU, and what a model does to them.

    `float16` says that the numbers have this dtype, from which CUDA's softmax needs no copy. `dropout` is the rate of
    dropout on the scores. The others describe a model's own form of eager attention: `capped` scores pass through tanh
    (Gemma 2), `sinks` adds a column for each head (gpt-oss), `float32` computes the softmax in float32, `scaled`
    multiplies scores into a new tensor in place of the first, `biased` adds a bias for each head (MPT),
    `float32_queries` makes queries and keys float32 (GPT-J), `flattened` copies queries, keys and values to three axes
    (BLOOM), `returned` weights stay until the next layer has run, `shares` gives the kernel fewer keys than queries
    (Falcon).
    """

    form: Attention
    modern: bool = True
    float16: bool = False
    capped: bool = False
    sinks: bool = False
    float32: bool = True
    scaled: bool = True
    biased: bool = False
    float32_queries: bool = False
    flattened: bool = False
    shares: bool = False
    returned: bool = False
    dropout: float = 0.0


def attend(
    tape: Tape,
    q: Tensor,
    k: Tensor,
    v: Tensor,
    heads: Heads,
    how: Scores,
    mask: Tensor | None = None,
    kept: list[Tensor] | None = None,
) -> Tensor:
    """Returns the attention's output. A mask, if there is one, is bool for sdpa and of the queries' dtype for eager.

    What the layer returns beside it is added to `kept`.
    """
    if how.form == "eager":
        out, weights = _eager(tape, q, k, v, heads, how, mask)
        if how.returned and kept is not None:
            kept.append(weights)
        return out
    if how.form == "flash":
        return _packaged(tape, q, k, v, heads)
    if how.shares:  # Falcon, which calls the kernel itself
        q, k, v = lowered(tape, q), lowered(tape, k), lowered(tape, v)
        return _math(tape, q, k, v, heads, mask, 0.0, repeats=heads.batch > 1)
    groups = heads.heads // heads.shared
    if groups > 1 and not (mask is None and heads.size == heads.value_size <= LARGEST_HEAD):
        if heads.length > 1:
            k, v = copy(tape, k, k.numel * groups), copy(tape, v, v.numel * groups)
            heads = replace(heads, shared=heads.heads)
        else:  # a single query takes the place of the heads that share keys
            heads = replace(heads, heads=heads.shared)
    q, k, v = lowered(tape, q), lowered(tape, k), lowered(tape, v)
    fits = mask is None and heads.size == heads.value_size <= LARGEST_HEAD
    if q.width == HALF and how.modern and fits:
        return _flash(tape, q, k, v, heads)
    if (q.width != HALF or how.modern or how.float16) and heads.heads == heads.shared:
        return _efficient(tape, q, k, v, heads, mask)
    return _math(tape, q, k, v, heads, mask, how.dropout, repeats=True)


def _up(number: int, to: int) -> int:
    return -(-number // to) * to


def _packaged(tape: Tape, q: Tensor, k: Tensor, v: Tensor, heads: Heads) -> Tensor:
    """The package flash-attn: half precision only, values padded to the size of keys."""
    if q.width != HALF:
        q, k, v = cast(tape, q, HALF), cast(tape, k, HALF), cast(tape, v, HALF)
    if heads.value_size != heads.size:
        v = copy(tape, v, v.numel // heads.value_size * heads.size)
    out = _flash(tape, q, k, v, replace(heads, values=None))
    return out.reshaped(out.numel // heads.size * heads.value_size)


def _flash(tape: Tape, q: Tensor, k: Tensor, v: Tensor, heads: Heads) -> Tensor:
    """Saves query, key, value, output and the float32 logarithm of each row's sum.

    Going back it sums the query's gradient in float32 (heads padded to 32 numbers, positions to 128). Where heads share
    keys it holds a gradient of key and value for each query head.
    """
    missing = -heads.size % 8
    if missing:
        padded = heads.size + missing
        q, k, v = (copy(tape, one, one.numel // heads.size * padded) for one in (q, k, v))
        out = _flash(tape, q, k, v, replace(heads, size=padded))
        return out.reshaped(out.numel // padded * heads.size)
    numel = heads.batch * heads.length * heads.heads * heads.size
    out = Tensor(numel, q.width, tape.new(numel, q.width))
    rows = heads.batch * heads.heads * heads.length
    sums = Tensor(rows, FLOAT, tape.new(rows, FLOAT))
    sizes = tuple((one.node is not None, one.numel, one.width) for one in (q, k, v))
    padded_rows = heads.batch * heads.heads * _up(heads.length, 128)
    accumulator, width = padded_rows * _up(heads.size, 32), q.width
    expanded = heads.batch * heads.keys * heads.heads * heads.size if heads.heads != heads.shared else 0

    def recipe(_: Storage) -> list[Storage | None]:
        held = [tape.new(padded_rows, FLOAT), tape.new(accumulator, FLOAT)]
        found: list[Storage | None] = [tape.new(numel, width) for _, numel, width in sizes]
        more = [tape.new(expanded, width) for _ in range(2)] if expanded else []
        del more, held
        return [one if wanted else None for one, (wanted, _, _) in zip(found, sizes, strict=True)]

    node = tape.node((q, k, v), (q, k, v, out, sums), recipe)
    return Tensor(numel, out.width, out.storage, node)


def _efficient(tape: Tape, q: Tensor, k: Tensor, v: Tensor, heads: Heads, mask: Tensor | None) -> Tensor:
    """Saves query, key, value, mask, output and the float32 logarithm of each row's sum, padded to 32 positions.

    A bool mask becomes one of the query's dtype for each sequence. Going back the kernel sums the query's gradient in
    float32, and multiplies output and gradient of float32 tensors. A mask with a gradient (T5's position bias) gets one
    for each head, rows padded to 16.
    """
    bias = None
    if mask is not None:
        bias = mask
        if mask.width == 1:
            numel = heads.batch * heads.length * heads.keys
            bias = Tensor(numel, q.width, tape.new(numel, q.width))
        if heads.keys % 8:
            bias = copy(tape, bias, bias.numel // heads.keys * _up(heads.keys, 8))
    rows = heads.batch * heads.heads
    numel = rows * heads.length * heads.value_size
    out = Tensor(numel, q.width, tape.new(numel, q.width))
    padded = rows * _up(heads.length, 32)
    sums = Tensor(padded, FLOAT, tape.new(padded, FLOAT))
    inputs = (q, k, v) if bias is None else (q, k, v, bias)
    sizes = tuple((one.node is not None, one.numel, one.width) for one in (q, k, v))
    width, trained = q.width, bias is not None and bias.node is not None
    whole_bias = rows * heads.length * _up(heads.keys, 16)
    accumulator = rows * heads.length * _up(heads.size, 32)

    def recipe(_: Storage) -> list[Storage | None]:
        held = [tape.new(whole_bias, width)] if trained else []
        if width == FLOAT:
            tape.new(numel, width)
        delta = tape.new(rows * heads.length, FLOAT)
        found: list[Storage | None] = [tape.new(numel, width) for _, numel, width in sizes]
        summed = tape.new(accumulator, FLOAT)
        del summed, delta
        wanted = [one if need else None for one, (need, _, _) in zip(found, sizes, strict=True)]
        return wanted if bias is None else [*wanted, held[0] if trained else None]

    saves = (q, k, v, out, sums) if bias is None else (q, k, v, out, sums, bias)
    node = tape.node(inputs, saves, recipe)
    return Tensor(numel, out.width, out.storage, node)


def _math(
    tape: Tape,
    q: Tensor,
    k: Tensor,
    v: Tensor,
    heads: Heads,
    mask: Tensor | None,
    dropout: float,
    *,
    repeats: bool,
) -> Tensor:
    """PyTorch's form without a kernel, in float32 (`aten/src/ATen/native/transformers/attention.cpp`,
    `_scaled_dot_product_attention_math`). `_safe_softmax` looks for rows without any score, a byte for each number.
    Autocast does not reach inside. Keys that heads share are repeated, or views that a product may copy."""
    width = q.width
    q, k, v = cast(tape, q, FLOAT), cast(tape, k, FLOAT), cast(tape, v, FLOAT)
    bias = tape.new(heads.length * heads.keys, FLOAT) if mask is not None or heads.length > 1 else None
    q, k = scale(tape, q), scale(tape, k)
    groups = heads.heads // heads.shared
    if groups > 1 and repeats:
        k, v = copy(tape, k, k.numel * groups), copy(tape, v, v.numel * groups)
    numel = heads.batch * heads.heads * heads.length * heads.keys
    scores = result(tape, (q, k), numel, FLOAT, (q, k))
    weights = result(tape, (scores,), numel, FLOAT, keeps_output=True, extra=numel * FLOAT)
    masked = tape.new(numel, 1)
    del scores, masked, bias
    weights = dropped(tape, weights, dropout)
    given = tape.new(numel, width)
    out = result(tape, (weights, v), heads.batch * heads.heads * heads.length * heads.value_size, FLOAT, (weights, v))
    del weights
    out = cast(tape, out, width)
    del given
    return out


def _eager(
    tape: Tape, q: Tensor, k: Tensor, v: Tensor, heads: Heads, how: Scores, mask: Tensor | None
) -> tuple[Tensor, Tensor]:
    """transformers' own form: scores, scaled, masked, softmax in float32, cast back, times the values."""
    groups = heads.heads // heads.shared
    if groups > 1 and not (how.shares and heads.batch == 1):
        k, v = copy(tape, k, k.numel * groups), copy(tape, v, v.numel * groups)
    width = v.width
    numel = heads.batch * heads.heads * heads.length * heads.keys
    if how.float32_queries:
        q, k = cast(tape, q, FLOAT), cast(tape, k, FLOAT)
    if how.flattened:
        q, k, v = copy(tape, q), copy(tape, k), copy(tape, v)
    weights = matmul(tape, q, k, numel)
    first = None if how.scaled else weights
    if how.biased:
        weights = scale(tape, weights)
    if how.scaled:
        weights = scale(tape, weights)
    if how.capped:
        weights = scale(tape, weights)
        weights = unary(tape, weights, "output")
        weights = scale(tape, weights)
    if mask is not None:
        weights = add(tape, weights, mask)
    if how.sinks:
        weights = _with_sinks(tape, weights, heads)
    elif how.float32 and not how.float32_queries:
        weights = cast(tape, softmax(tape, weights, FLOAT, copies=not how.float16), width)
    else:
        weights = softmax(tape, weights, None)
        weights = cast(tape, weights, width)
    weights = dropped(tape, weights, how.dropout)
    del first
    out = matmul(tape, weights, v, heads.batch * heads.heads * heads.length * heads.value_size)
    return copy(tape, out), weights


def _with_sinks(tape: Tape, weights: Tensor, heads: Heads) -> Tensor:
    """gpt-oss: a column for each head's sink, the maximum subtracted, softmax in the scores' dtype, the column cut."""
    rows = heads.batch * heads.heads * heads.length
    combined = join(tape, (weights, Tensor(rows, weights.width)))
    combined = result(tape, (combined,), combined.numel, combined.width, passes=True)
    probabilities = softmax(tape, combined, combined.width)
    return part(tape, probabilities, weights.numel)
