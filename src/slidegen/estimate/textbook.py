"""The accounting `textbook`: the arithmetic that people show on slides.

The model is what `AutoModel` builds, without its output head. Source: the tables of the EuroPython 2024 talk on
fine-tuning large models on local hardware, which these formulas reproduce to the last printed digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, get_args

from slidegen.errors import Problem, SlidegenError, nearest
from slidegen.estimate.census import (
    FLOAT_BYTES,
    INTEGER_BITS,
    adapter_parameters,
    check_dtype,
    count_parameters,
    weights_bytes,
)
from slidegen.estimate.setting import Method
from slidegen.estimate.states import ADAM, check_optimizer, states_bytes
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

    A part is None where the method is impossible, and then `note` says why. `rank` and `train_embedding` are None
    without an adapter, `optimizer_name` without training.
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
    optimizer_name: str | None = None
    mixed_precision: str | None = None
    train_embedding: bool | None = None


def estimate(
    census: Census,
    *,
    model: str,
    method: str = "full",
    dtype: str = "float16",
    rank: int | None = None,
    optimizer: str = ADAM,
    mixed_precision: str | None = None,
    train_embedding: bool = False,
) -> MemoryEstimate:
    """Estimates the memory to run or train a model, in the accounting `textbook`.

    full: weights, as many bytes of gradients, two Adam moments: 4 x weights. lora: weights + 3 x the float32 adapter
    (itself and two moments). qlora: lora over int4 weights, regardless of `dtype`. inference: the weights.
    `rank` is that of the adapter (default: 16) and has no effect without one. `train_embedding` puts the adapter on
    embeddings as well. Another `optimizer` keeps other states than Adam's. `mixed_precision` is the dtype of a second
    copy of the weights in full; everything else is float32 then.
    Raises SlidegenError for an unknown method, dtype or optimizer, or a rank that is not a positive integer.
    """
    if method not in METHODS:
        raise SlidegenError([Problem(f"unknown method {method!r}; {nearest(method, METHODS)}", code="wrong-value")])
    check_dtype(dtype)
    check_optimizer(optimizer)
    if rank is not None:
        check_rank(rank)
    if method == "full":
        return _full(census, model, "float32" if mixed_precision else dtype, optimizer, mixed_precision)
    if method == "inference":
        weights = weights_bytes(census, dtype)
        parameters = count_parameters(census)
        return MemoryEstimate(model, method, dtype, None, ACCOUNTING, parameters, 0, weights, 0, 0, 0, weights)
    dtype = "int4" if method == "qlora" else dtype
    return _lora(census, model, method, dtype, rank or DEFAULT_RANK, optimizer, train_embedding)


def check_rank(rank: object) -> None:
    """Raises SlidegenError if a rank is not a positive integer."""
    if isinstance(rank, bool) or not isinstance(rank, int) or rank < 1:
        raise SlidegenError(
            [Problem(f"the rank of an adapter must be a positive integer, not {rank!r}", code="wrong-value")]
        )


def leaves_out(*methods: str, mixed_precision: bool = False) -> str:
    """Returns what the estimates of `methods` leave out, as one text: first what all leave out, then what each does.

    With `mixed_precision`, full counts its float32 weights.
    """
    texts = {method: LEAVES_OUT[ACCOUNTING, method] for method in dict.fromkeys(methods)}
    if mixed_precision:
        texts.pop("full", None)
    if len(texts) == 1 and texts.keys() == set(methods):
        return f"{ALWAYS_LEFT_OUT}, {texts[methods[0]]}"
    return "; ".join([ALWAYS_LEFT_OUT, *(f"{method}: {text}" for method, text in texts.items())])


def _full(census: Census, model: str, dtype: str, optimizer: str, mixed_precision: str | None) -> MemoryEstimate:
    """Weights + gradients + the optimizer's states, all in the weights' dtype: 4 x weights with Adam.

    Mixed precision adds a copy of the weights in half precision (Hugging Face, "Model training anatomy", Anatomy of
    Model's Memory: 4 + 2, 4 and 8 bytes).
    """
    parameters = count_parameters(census)
    weights = weights_bytes(census, dtype)
    if dtype in INTEGER_BITS:
        note = f"{dtype} weights cannot be trained without an adapter; use lora or qlora"
        return MemoryEstimate(
            *(model, "full", dtype, None, ACCOUNTING, parameters, None, weights, None, None, None, None, note),
            optimizer_name=optimizer,
        )
    copy = FLOAT_BYTES[mixed_precision] * parameters if mixed_precision else 0
    states = states_bytes(optimizer, parameters, FLOAT_BYTES[dtype])
    return MemoryEstimate(
        model=model,
        method="full",
        dtype=dtype,
        rank=None,
        accounting=ACCOUNTING,
        parameters=parameters,
        trainable_parameters=parameters,
        weights_bytes=weights + copy,
        adapter_bytes=0,
        gradient_bytes=weights,
        optimizer_bytes=states,
        total_bytes=2 * weights + copy + states,
        optimizer_name=optimizer,
        mixed_precision=mixed_precision,
    )


def _lora(
    census: Census, model: str, method: str, dtype: str, rank: int, optimizer: str, train_embedding: bool
) -> MemoryEstimate:
    """Weights + the float32 adapter and its states, 3 x with Adam. The talk's arithmetic leaves its gradients out."""
    trainable = adapter_parameters(census, rank, train_embedding)
    adapter = 4 * trainable
    states = states_bytes(optimizer, trainable, 4)
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
        optimizer_bytes=states,
        total_bytes=weights + adapter + states,
        optimizer_name=optimizer,
        train_embedding=train_embedding,
    )
