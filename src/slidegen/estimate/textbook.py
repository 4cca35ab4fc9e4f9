"""The accounting `textbook`: the arithmetic that people show on slides.

The model is what `AutoModel` builds, without its output head. Source: the tables of the EuroPython 2024 talk on
fine-tuning large models on local hardware, which these formulas reproduce to the last printed digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, get_args

from slidegen.errors import Problem, SlidegenError, nearest
from slidegen.estimate.census import (
    INTEGER_BITS,
    adapter_parameters,
    check_dtype,
    count_parameters,
    weights_bytes,
)
from slidegen.estimate.setting import Method
from slidegen.model import Census

ACCOUNTING: Final = "textbook"
METHODS: Final[tuple[str, ...]] = get_args(Method)
ADAPTER_METHODS: Final[tuple[str, ...]] = ("lora", "qlora")
DEFAULT_RANK: Final = 16

ALWAYS_LEFT_OUT: Final = "the output head, activations, temporary buffers, the framework’s context and fragmentation"
LEAVES_OUT: Final[dict[tuple[str, str], str]] = {
    (ACCOUNTING, "full"): "a float32 master copy of half-precision weights",
    (ACCOUNTING, "lora"): "the adapter’s gradients, quantization constants of an integer dtype",
    (ACCOUNTING, "qlora"): "the adapter’s gradients, quantization constants",
    (ACCOUNTING, "inference"): "the KV cache, quantization constants of an integer dtype",
}
"""What an accounting and method leave out, in addition to ALWAYS_LEFT_OUT."""


@dataclass(frozen=True, slots=True)
class MemoryEstimate:
    """The memory that one method needs for one model, in bytes; the parts sum to `total_bytes`.

    A part is None where the method is impossible, and then `note` says why. `rank` is None without an adapter.
    """

    model: str
    method: str
    dtype: str
    rank: int | None
    accounting: str
    parameters: int
    trainable_parameters: int | None
    weights_bytes: int
    adapter_bytes: int | None
    gradient_bytes: int | None
    optimizer_bytes: int | None
    total_bytes: int | None
    note: str | None = None


def estimate(
    census: Census, *, model: str, method: str = "full", dtype: str = "float16", rank: int | None = None
) -> MemoryEstimate:
    """Estimates the memory to run or train a model, in the accounting `textbook`.

    full: weights, as many bytes of gradients, two Adam moments: 4 x weights. lora: weights + 3 x the float32 adapter
    (itself and two moments). qlora: lora over int4 weights, regardless of `dtype`. inference: the weights.
    `rank` is that of the adapter (default: 16) and has no effect without one.
    Raises SlidegenError for an unknown method or dtype, or a rank that is not a positive integer.
    """
    if method not in METHODS:
        raise SlidegenError([Problem(f"unknown method {method!r}; {nearest(method, METHODS)}")])
    check_dtype(dtype)
    if rank is not None:
        check_rank(rank)
    if method == "full":
        return _full(census, model, dtype)
    if method == "inference":
        weights = weights_bytes(census, dtype)
        parameters = count_parameters(census)
        return MemoryEstimate(model, method, dtype, None, ACCOUNTING, parameters, 0, weights, 0, 0, 0, weights)
    return _lora(census, model, method, "int4" if method == "qlora" else dtype, rank or DEFAULT_RANK)


def check_rank(rank: object) -> None:
    """Raises SlidegenError if a rank is not a positive integer."""
    if isinstance(rank, bool) or not isinstance(rank, int) or rank < 1:
        raise SlidegenError([Problem(f"the rank of an adapter must be a positive integer, not {rank!r}")])


def leaves_out(*methods: str) -> str:
    """Returns what the estimates of `methods` leave out, as one text: first what all leave out, then what each does."""
    texts = {method: LEAVES_OUT[ACCOUNTING, method] for method in dict.fromkeys(methods)}
    if len(texts) == 1:
        return f"{ALWAYS_LEFT_OUT}, {texts[methods[0]]}"
    return "; ".join([ALWAYS_LEFT_OUT, *(f"{method}: {text}" for method, text in texts.items())])


def _full(census: Census, model: str, dtype: str) -> MemoryEstimate:
    """Weights + gradients + two Adam moments (Kingma & Ba 2015, algorithm 1), all in the weights' dtype."""
    parameters = count_parameters(census)
    weights = weights_bytes(census, dtype)
    if dtype in INTEGER_BITS:
        note = f"{dtype} weights cannot be trained without an adapter; use lora or qlora"
        return MemoryEstimate(
            model, "full", dtype, None, ACCOUNTING, parameters, None, weights, None, None, None, None, note
        )
    return MemoryEstimate(
        model, "full", dtype, None, ACCOUNTING, parameters, parameters, weights, 0, weights, 2 * weights, 4 * weights
    )


def _lora(census: Census, model: str, method: str, dtype: str, rank: int) -> MemoryEstimate:
    """Weights + 3 x the float32 adapter; the talk's arithmetic leaves the adapter’s gradients out."""
    trainable = adapter_parameters(census, rank)
    adapter = 4 * trainable
    weights = weights_bytes(census, dtype)
    return MemoryEstimate(
        model=model,
        method=method,
        dtype=dtype,
        rank=rank,
        accounting=ACCOUNTING,
        parameters=count_parameters(census),
        trainable_parameters=trainable,
        weights_bytes=weights,
        adapter_bytes=adapter,
        gradient_bytes=0,
        optimizer_bytes=2 * adapter,
        total_bytes=weights + 3 * adapter,
    )
