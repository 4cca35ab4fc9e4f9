"""The table of `accelerate estimate-memory`: the largest layer, the total size and training with Adam for each dtype.

Source: accelerate 1.15, `commands/estimate.py` (`gather_data`, `estimate_training_usage`), applied to
`utils.modeling.calculate_maximum_sizes` of the float32 `AutoModel` build, which a census contains. For a config whose
`auto_map` names an `AutoModelFor...` accelerate measures that build, with its output head: Phi-3.5-mini is 14.23 GB.

One thing differs on purpose. accelerate's command builds its empty model by registering every parameter again, which
unties shared ones, so that it counts T5's embedding three times. Here, as everywhere in slidegen, tied parameters count
once, as in accelerate's functions when the model is built on the meta device from the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from slidegen.estimate.census import check_dtype
from slidegen.model import Census

ACCOUNTING: Final = "accelerate"
ACCELERATE_DTYPES: Final[dict[str, int]] = {"float32": 1, "float16": 2, "int8": 4, "int4": 8}
"""The dtypes that accelerate prints, and the divisor of the float32 bytes (of everything, buffers included)."""

LEAVES_OUT: Final = (
    "the output head, activations and temporary buffers; int8 and int4 are the float32 bytes over 4 and 8 for every "
    "tensor, also those that no quantizer touches"
)


def leaves_out(with_head: Sequence[str]) -> str:
    """Returns what the table leaves out; `with_head` are the models whose output head accelerate does measure."""
    if not with_head:
        return LEAVES_OUT
    exception = f"the output head (but that of {', '.join(with_head)} is in: its config's auto_map asks for it)"
    return LEAVES_OUT.replace("the output head", exception, 1)


@dataclass(frozen=True, slots=True)
class AccelerateRow:
    """One row of accelerate's table, in bytes; `training_bytes` is None where accelerate prints N/A."""

    dtype: str
    largest_layer_bytes: int
    total_bytes: int
    training_bytes: int | None


def accelerate_row(census: Census, dtype: str) -> AccelerateRow:
    """Returns accelerate's figures at `dtype`. Fractions of a byte (accelerate divides floats) are rounded up.

    Raises SlidegenError for an unknown dtype, ValueError for bfloat16, which accelerate does not offer.
    """
    check_dtype(dtype)
    if dtype not in ACCELERATE_DTYPES:
        raise ValueError(dtype)
    divisor = ACCELERATE_DTYPES[dtype]
    return AccelerateRow(
        dtype,
        -(-census.largest_layer_bytes // divisor),
        -(-census.total_bytes // divisor),
        training_bytes(census.total_bytes, dtype),
    )


def accelerate_table(census: Census) -> tuple[AccelerateRow, ...]:
    """Returns all rows that `accelerate estimate-memory` prints, in its order."""
    return tuple(accelerate_row(census, dtype) for dtype in ACCELERATE_DTYPES)


def training_bytes(float32_bytes: int, dtype: str) -> int | None:
    """Returns the peak of training with Adam; None for integer dtypes.

    float32: model, gradients and two moments at the optimizer's step: 4 x. float16 means mixed precision: a float32
    model, gradients of 1.5 x, moments of 2 x; accelerate takes the largest of these, not their sum: 2 x.
    """
    return {"float32": 4 * float32_bytes, "float16": 2 * float32_bytes}.get(dtype)
