"""The types of a tensor in a GGUF file, and the file types that `llama-quantize` makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

BLOCKS: Final[Mapping[str, tuple[int, int]]] = {
    "f32": (1, 4),
    "f16": (1, 2),
    "bf16": (1, 2),
    "i32": (1, 4),
    "q4_0": (32, 18),
    "q4_1": (32, 20),
    "q5_0": (32, 22),
    "q5_1": (32, 24),
    "q8_0": (32, 34),
    "q2_k": (256, 84),
    "q3_k": (256, 110),
    "q4_k": (256, 144),
    "q5_k": (256, 176),
    "q6_k": (256, 210),
    "iq1_s": (256, 50),
    "iq1_m": (256, 56),
    "iq2_xxs": (256, 66),
    "iq2_xs": (256, 74),
    "iq2_s": (256, 82),
    "iq3_xxs": (256, 98),
    "iq3_s": (256, 110),
    "iq4_nl": (32, 18),
    "iq4_xs": (256, 136),
    "mxfp4": (32, 17),
}
"""The numbers in a block of each type, and its bytes. Source: `block_...` in ggml's ggml-common.h. A block of Q4_K
holds 256 numbers of 4 bits, eight scales and eight minima of 6 bits, and two float16: 128 + 12 + 4 bytes."""

FileType = Literal[
    "q2_k",
    "q2_k_s",
    "q3_k_s",
    "q3_k_m",
    "q3_k_l",
    "q4_0",
    "q4_1",
    "q4_k_s",
    "q4_k_m",
    "q5_0",
    "q5_1",
    "q5_k_s",
    "q5_k_m",
    "q6_k",
    "q8_0",
    "iq1_s",
    "iq1_m",
    "iq2_xxs",
    "iq2_xs",
    "iq2_s",
    "iq2_m",
    "iq3_xxs",
    "iq3_xs",
    "iq3_s",
    "iq3_m",
    "iq4_nl",
    "iq4_xs",
    "mxfp4_moe",
    "f16",
    "bf16",
]
FILE_TYPES: Final[tuple[FileType, ...]] = get_args(FileType)

_DEFAULTS: Final[Mapping[FileType, str]] = {
    "q2_k_s": "q2_k",
    "q3_k_s": "q3_k",
    "q3_k_m": "q3_k",
    "q3_k_l": "q3_k",
    "q4_k_s": "q4_k",
    "q4_k_m": "q4_k",
    "q5_k_s": "q5_k",
    "q5_k_m": "q5_k",
    "iq2_s": "iq2_xs",
    "iq2_m": "iq2_s",
    "iq3_xs": "iq3_s",
    "iq3_m": "iq3_s",
    "mxfp4_moe": "mxfp4",
}
IMATRIX_NEEDED: Final[frozenset[FileType]] = frozenset(
    {"q2_k_s", "iq1_s", "iq1_m", "iq2_xxs", "iq2_xs", "iq2_s", "iq2_m", "iq3_xxs", "iq3_xs"}
)
"""File types that `llama-quantize` refuses to make without an importance matrix (`tensor_requires_imatrix`)."""


def default_type(file_type: FileType) -> str:
    """Returns the type of a file's tensors that no rule treats otherwise (`llama_ftype_get_default_type`)."""
    return _DEFAULTS.get(file_type, file_type)


def row_bytes(tensor_type: str, columns: int) -> int:
    """Returns the bytes of a row. Raises ValueError if the row is not a whole number of blocks."""
    numbers, size = BLOCKS[tensor_type]
    if columns % numbers:
        raise ValueError(f"a row of {columns} numbers is not a whole number of {tensor_type} blocks of {numbers}")
    return columns // numbers * size
