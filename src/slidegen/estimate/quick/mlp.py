"""Feed-forward layers: plain, gated, and mixtures of experts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from slidegen.estimate.quick.graph import Tape, Tensor
from slidegen.estimate.quick.linear import linear, product
from slidegen.estimate.quick.operations import (
    FLOAT,
    add,
    cast,
    chunks,
    matmul,
    multiply,
    part,
    power,
    result,
    scale,
    softmax,
    unary,
)
from slidegen.estimate.quick.parameters import Layer

SAVES_INPUT: Final = frozenset({"silu", "swish", "gelu", "gelu_pytorch_tanh", "gelu_fast_tanh"})
SAVES_OUTPUT: Final = frozenset({"relu"})
COMPOSED: Final = frozenset({"gelu_new", "gelu_fast"})
ACTIVATIONS: Final = SAVES_INPUT | SAVES_OUTPUT | COMPOSED | {"bloom"}


def activate(tape: Tape, x: Tensor, name: str) -> Tensor:
    """Returns the activation of each number.

    silu and gelu save their input, relu its output. `gelu_new` is written out, 0.5 x (1 + tanh(c (x + 0.044715 x^3))),
    and saves the cube's base, the tanh and both factors of the product. `gelu_fast` has products in place of the cube,
    and saves the factors of each. Source: transformers, `activations.py` (NewGELUActivation, FastGELUActivation).
    BLOOM's function saves its input and computes the derivative in single operations (`bloom_gelu_back`).
    """
    if name in COMPOSED:
        half = scale(tape, x)
        if name == "gelu_fast":
            inner = scale(tape, multiply(tape, scale(tape, x), x))
            inner = multiply(tape, scale(tape, x), inner)
        else:
            inner = scale(tape, add(tape, x, scale(tape, power(tape, x))))
        inner = unary(tape, inner, "output")
        inner = scale(tape, inner)
        return multiply(tape, half, inner)
    if name == "bloom":
        out = scale(tape, scale(tape, x))
        return result(tape, (x,), out.numel, out.width, (x,), extra=3 * x.bytes)
    return unary(tape, x, "output" if name in SAVES_OUTPUT else "input")


def gated(tape: Tape, x: Tensor, layer: Layer, names: tuple[str, ...], activation: str) -> Tensor:
    """down(act(gate(x)) * up(x)); with two names gate and up are one matrix."""
    if len(names) == 2:
        whole = linear(tape, x, layer.projection(names[0]))
        gate, up = chunks(tape, whole, (whole.numel // 2, whole.numel // 2))
        del whole
        return linear(tape, multiply(tape, up, activate(tape, gate, activation)), layer.projection(names[1]))
    first, second, down = (layer.projection(name) for name in names)
    inner = multiply(tape, activate(tape, linear(tape, x, first), activation), linear(tape, x, second))
    return linear(tape, inner, down)


def plain(tape: Tape, x: Tensor, layer: Layer, names: tuple[str, ...], activation: str) -> Tensor:
    """down(act(up(x)))."""
    up, down = (layer.projection(name) for name in names)
    inner = linear(tape, x, up)
    inner = activate(tape, inner, activation)
    return linear(tape, inner, down)


RouterKind = Literal["softmax", "top-softmax", "sigmoid", "softmax-float32", "sigmoid-float32", "repeated"]
"""How a token's experts are weighted: by the softmax or sigmoid of its logits in float32, by the softmax of the chosen
ones (gpt-oss), or with the router's product itself in float32 (DeepSeek); or all tokens go to all experts, weighted by
zero but for the chosen ones (Llama 4)."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """Experts whose weights are fused, and their router.

    `chosen` is the number of experts for each token. `weights` and `bias` name the fused tensors, `router` its matrix.
    """

    experts: int
    chosen: int
    router: str
    weights: tuple[str, str]
    kind: RouterKind = "softmax"
    activation: str = "silu"
    biased: bool = False
    shared: str | None = None


def mixture(tape: Tape, x: Tensor, layer: Layer, how: Mixture, tokens: int) -> Tensor:
    """transformers' `grouped_mm_experts_forward`: tokens sorted by expert, two grouped products, summed per token."""
    out = _routed(tape, x, layer, how, tokens)
    if how.shared is None:
        return out
    names = tuple(f"{how.shared}.{name}" for name in ("gate_proj", "up_proj", "down_proj"))
    return add(tape, out, gated(tape, x, layer, names, how.activation))


def _routed(tape: Tape, x: Tensor, layer: Layer, how: Mixture, tokens: int) -> Tensor:
    experts = tuple(_adapted(tape, layer, how, place) for place in range(2))
    scores = _route(tape, x, layer, how, tokens)
    second = layer.group(how.weights[1])
    assert second is not None
    width = x.numel // tokens
    rows = tokens * how.chosen
    inner = second.shape[-1] if second.shape[-2] == width else second.shape[-2]
    hidden = result(tape, (x,), rows * width, x.width, extra=0)  # index: the gradient is added into zeros
    order = [tape.new(rows, 8) for _ in range(4)]
    scores = result(tape, (scores,), rows, scores.width)
    out = _grouped(tape, hidden, experts[0], rows * 2 * inner, layer, how, 0)
    out = _gate(tape, out, how)
    out = _grouped(tape, out, experts[1], rows * width, layer, how, 1)
    weighted = multiply(tape, out, scores)
    weighted = result(tape, (weighted,), weighted.numel, weighted.width)
    summed = result(tape, (weighted,), tokens * width, weighted.width)
    del order, hidden, out, weighted
    return cast(tape, summed, x.width)


def _gate(tape: Tape, both: Tensor, how: Mixture) -> Tensor:
    """The activation of the gates times the other half; gpt-oss clamps both and writes its own activation."""
    if not how.biased:
        gate, up = chunks(tape, both, (both.numel // 2,) * 2)
        return multiply(tape, activate(tape, gate, how.activation), up)
    gate, up = (part(tape, both, both.numel // 2) for _ in range(2))
    gate, up = unary(tape, gate, "input"), unary(tape, up, "input")
    gate = multiply(tape, gate, unary(tape, scale(tape, gate), "output"))
    return multiply(tape, scale(tape, up), gate)


def _grouped(tape: Tape, x: Tensor, weight: Tensor, numel: int, layer: Layer, how: Mixture, place: int) -> Tensor:
    """A grouped product, which autocast does not touch: inputs in the weight's dtype; biases are picked and added."""
    x = cast(tape, x, weight.width)
    bias = layer.tensor(f"{how.weights[place]}_bias") if how.biased else None
    saves = tuple(mine for mine, its in ((x, weight), (weight, x)) if its.node is not None)
    if bias is None:
        return result(tape, (x, weight), numel, weight.width, saves)
    picked = result(tape, (bias,), numel, bias.width)
    out = result(tape, (x, weight), numel, weight.width, saves)
    node = tape.node((out, picked), (), lambda gradient: [gradient, gradient])
    return Tensor(out.numel, out.width, out.storage, node)


def _adapted(tape: Tape, layer: Layer, how: Mixture, place: int) -> Tensor:
    """The experts' weights. An adapter on them is added to a copy of all of them, in their dtype.

    Source: PEFT 0.21, `tuners/lora/layer.py` (ParamWrapper, _LoraFactorsProxy: `baddbmm`).
    """
    name = how.weights[place]
    weight = layer.tensor(name)
    assert weight is not None
    matrices = layer.matrices(name)
    if matrices is None:
        return weight
    first, second = (cast(tape, one, weight.width) for one in matrices)
    saves = tuple(one for one in (first, second) if one.node is not None)
    return result(tape, (first, second), weight.numel, weight.width, saves)


def _route(tape: Tape, x: Tensor, layer: Layer, how: Mixture, tokens: int) -> Tensor:
    """The weights of the chosen experts of each token."""
    weight = layer.tensor(f"{how.router}.weight")
    assert weight is not None
    matrices = layer.matrices(f"{how.router}.weight")
    if matrices is not None:
        weight = result(tape, matrices, weight.numel, weight.width, matrices)
    if how.kind.endswith("float32"):
        x, weight = cast(tape, x, FLOAT), cast(tape, weight, FLOAT)
    logits = product(tape, x, weight, tokens * how.experts, layer.tensor(f"{how.router}.bias"))
    numel = tokens * how.chosen
    if how.kind == "top-softmax":
        return softmax(tape, result(tape, (logits,), numel, logits.width), logits.width)
    if how.kind.startswith("sigmoid"):
        scores = unary(tape, cast(tape, logits, FLOAT), "output")
    else:
        scores = softmax(tape, logits, FLOAT)
    chosen = result(tape, (scores,), numel, FLOAT)
    chosen = multiply(tape, chosen, result(tape, (chosen,), tokens, FLOAT))
    return cast(tape, chosen, x.width) if how.kind == "softmax" else chosen


def repeated_mixture(tape: Tape, x: Tensor, layer: Layer, how: Mixture, tokens: int) -> Tensor:
    """Llama 4: every token, times its weight, through every expert in batched products.

    Source: transformers 5, `models/llama4/modeling_llama4.py` (Llama4TextMoe, Llama4TextExperts).
    """
    first, second = (layer.tensor(name) for name in how.weights)
    assert first is not None
    assert second is not None
    logits = linear(tape, x, layer.projection(how.router))
    chosen = result(tape, (logits,), tokens * how.chosen, logits.width)
    scores = result(tape, (chosen,), logits.numel, logits.width)
    scores = cast(tape, unary(tape, cast(tape, scores, FLOAT), "output"), logits.width)
    width = x.numel // tokens
    inner = second.numel // how.experts // width
    routed = result(tape, (x,), x.numel * how.experts, x.width)
    routed = multiply(tape, routed, scores)
    both = matmul(tape, routed, first, tokens * how.experts * 2 * inner)
    gate, up = chunks(tape, both, (both.numel // 2,) * 2)
    out = matmul(tape, multiply(tape, up, activate(tape, gate, how.activation)), second, routed.numel)
    assert how.shared is not None
    names = tuple(f"{how.shared}.{name}" for name in ("gate_proj", "up_proj", "down_proj"))
    del both, gate, up
    shared = gated(tape, x, layer, names, how.activation)
    summed = result(tape, (out,), x.numel, out.width)
    node = tape.node((shared, summed), (), lambda gradient: [gradient, gradient])
    return Tensor(shared.numel, shared.width, shared.storage, node)
