"""Norms as transformers computes them."""

from __future__ import annotations

from typing import Literal

from slidegen.estimate.quick.graph import Tape, Tensor
from slidegen.estimate.quick.operations import FLOAT, add, cast, floated, mean, multiply, power, result, scale, unary

NormKind = Literal["llama", "olmo", "gemma", "layer", "cohere", "unscaled", "t5"]
"""Which operations a norm is made of:

- llama: the weight times the normed numbers, cast to the input's dtype before (`LlamaRMSNorm`)
- olmo: cast after the product (`Olmo2RMSNorm`, `GptOssRMSNorm`)
- gemma: the normed numbers times one plus the weight in float32, then cast (`GemmaRMSNorm`)
- layer: `nn.LayerNorm`, a single kernel
- cohere: a layer norm of single operations in float32 (`CohereLayerNorm`)
- unscaled: without weight
- t5: the input times the root of float32 variances, so the product is float32, then cast (`T5LayerNorm`)
"""


def norm(
    tape: Tape, x: Tensor, weight: Tensor | None, kind: NormKind, bias: Tensor | None = None, *, size: int = 1
) -> Tensor:
    """Returns the normed tensor; `weight` is of the size of a row, without weight a row has `size` numbers."""
    if kind == "layer":
        return _layer_norm(tape, x, weight, bias)
    rows = x.numel // (weight.numel if weight is not None else size)
    if kind == "cohere":
        return _cohere(tape, x, weight, rows)
    out = _normed(tape, x, rows, kind)
    if weight is None:
        return cast(tape, out, x.width)
    if kind == "gemma":
        shifted = scale(tape, cast(tape, weight, FLOAT))
        return cast(tape, multiply(tape, out, shifted), x.width)
    if kind == "olmo":
        return cast(tape, multiply(tape, weight, out), x.width)
    return multiply(tape, weight, cast(tape, out, x.width))


def _normed(tape: Tape, x: Tensor, rows: int, kind: NormKind) -> Tensor:
    """The float32 numbers over the root of their mean square; saves the float32 numbers."""
    whole = cast(tape, x, FLOAT)
    variance = mean(tape, power(tape, whole), rows)
    root = unary(tape, scale(tape, variance), "output")
    return multiply(tape, x if kind == "t5" else whole, root)


def _layer_norm(tape: Tape, x: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    """`native_layer_norm`: saves its input, and float32 mean and deviation of each row; float32 under autocast."""
    x = floated(tape, x)
    inputs = tuple(floated(tape, one) if tape.lower is not None else one for one in (weight, bias) if one is not None)
    rows = x.numel // (weight.numel if weight is not None else 1)
    spread = [Tensor(rows, FLOAT, tape.new(rows, FLOAT)) for _ in range(2)]
    return result(tape, (x, *inputs), x.numel, x.width, (x, *spread))


def _cohere(tape: Tape, x: Tensor, weight: Tensor | None, rows: int) -> Tensor:
    whole = cast(tape, x, FLOAT)
    average = mean(tape, whole, rows)
    variance = mean(tape, power(tape, add(tape, whole, average)), rows)
    out = multiply(tape, add(tape, whole, average), unary(tape, scale(tape, variance), "output"))
    if weight is not None:
        out = multiply(tape, cast(tape, weight, FLOAT), out)
    return cast(tape, out, x.width)
