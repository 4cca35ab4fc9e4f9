"""Rotary positions, in the forms that transformers' models have."""

from __future__ import annotations

from typing import Literal

from slidegen.estimate.quick.graph import Tape, Tensor
from slidegen.estimate.quick.operations import FLOAT, add, cast, chunks, join, multiply, part, scale

RopeKind = Literal["half", "float32", "chunks", "halves", "complex", "none"]
"""How numbers are rotated:

- half: as in Llama, cosines in the dtype of the hidden states
- float32: in float32, then cast back (OLMo 2: float32 cosines; Cohere: float32 numbers)
- chunks: two halves, multiplied each (gpt-oss)
- halves: the same of slices (DeepSeek V3)
- complex: as complex numbers of float32 (DeepSeek V2, Llama 4)
"""


def rotate(tape: Tape, x: Tensor, cosines: tuple[Tensor, Tensor], kind: RopeKind, share: float = 1.0) -> Tensor:
    """Returns queries or keys with their positions; `share` is the part of each head that is rotated."""
    if kind == "none":
        return x
    if share < 1.0:
        numel = int(x.numel * share)
        turned, rest = part(tape, x, numel), part(tape, x, x.numel - numel)
        return join(tape, (rotate(tape, turned, cosines, kind), rest))
    cosine, sine = cosines
    if kind == "complex":
        whole = cast(tape, x, FLOAT)
        return cast(tape, multiply(tape, whole, Tensor(cosine.numel * 2, FLOAT, cosine.storage)), x.width)
    if kind in ("chunks", "halves"):
        half = x.numel // 2
        first, second = chunks(tape, x, (half, half)) if kind == "chunks" else (part(tape, x, half) for _ in range(2))
        one = add(tape, multiply(tape, first, cosine), multiply(tape, second, sine))
        other = add(tape, multiply(tape, second, cosine), multiply(tape, first, sine))
        return join(tape, (one, other))
    width = x.width
    out = add(tape, multiply(tape, x, cosine), multiply(tape, _half_turned(tape, x), sine))
    return cast(tape, out, width)


def _half_turned(tape: Tape, x: Tensor) -> Tensor:
    """`rotate_half`: the second half negated, joined with the first."""
    first, second = part(tape, x, x.numel // 2), part(tape, x, x.numel // 2)
    return join(tape, (scale(tape, second), first))


def cosines(tape: Tape, length: int, size: int, width: int, kind: RopeKind) -> tuple[Tensor, Tensor]:
    """Returns cosines and sines of all positions; they have no gradient."""
    width = FLOAT if kind in ("float32", "complex") else width
    numel = length * size // (2 if kind in ("chunks", "halves") else 1)
    return Tensor(numel, width, tape.new(numel, width)), Tensor(numel, width, tape.new(numel, width))
