"""The methods by name, one line each. Each family's arithmetic is in its own module, imported when it first runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from slidegen.errors import MissingExtraError, Problem, SlidegenError, nearest
from slidegen.quantize.base import Granularities, Granularity, Quantized, Quantizer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Weights = NDArray[np.float32]

_ROWS: Final = Granularities("row")
_BLOCKS: Final = Granularities(64)
_OF_16: Final = Granularities(16, fixed=True)
_OF_32: Final = Granularities(32, fixed=True)


def _symmetric(bits: int) -> Quantizer:
    def run(weights: Weights, granularity: Granularity) -> Quantized:
        from slidegen.quantize import integers

        return integers.symmetric(weights, granularity, bits)

    def levels() -> Weights:
        from slidegen.quantize import integers

        return integers.symmetric_levels(bits)

    source = "Dettmers et al. 2022, LLM.int8(), section 2.1, absmax quantization"
    allowed = _ROWS if bits == 8 else _BLOCKS
    return Quantizer(f"int{bits}", f"INT{bits}", bits, allowed, source, True, levels, run)


def _asymmetric(bits: int) -> Quantizer:
    def run(weights: Weights, granularity: Granularity) -> Quantized:
        from slidegen.quantize import integers

        return integers.asymmetric(weights, granularity, bits)

    source = "Jacob et al. 2018, Quantization and Training, sections 2.1 and 3"
    allowed = _ROWS if bits == 8 else _BLOCKS
    return Quantizer(f"int{bits}-asym", f"INT{bits} (zero point)", bits, allowed, source, True, None, run)


def _code_book(name: str, title: str, book: str, source: str, double: bool = False) -> Quantizer:
    def run(weights: Weights, granularity: Granularity) -> Quantized:
        from slidegen.quantize import codebooks

        return codebooks.blockwise(weights, granularity, name, book, double)

    def levels() -> Weights:
        from slidegen.quantize import codebooks

        return codebooks.levels(book)

    return Quantizer(name, title, 4, _BLOCKS, source, False, levels, run)


def _scaled_floats(name: str, title: str, bits: int, element: str, allowed: Granularities, source: str) -> Quantizer:
    def run(weights: Weights, granularity: Granularity) -> Quantized:
        from slidegen.quantize import floats

        return floats.scaled(weights, granularity, name, element)

    return Quantizer(name, title, bits, allowed, source, False, _element_levels(element), run)


def _mx(name: str, title: str, bits: int, element: str) -> Quantizer:
    def run(weights: Weights, granularity: Granularity) -> Quantized:  # noqa: ARG001 - its blocks are always of 32
        from slidegen.quantize import microscaling

        return microscaling.mx(weights, name, element)

    source = "OCP Microscaling Formats (MX) 1.0, sections 5.2 and 6.3"
    return Quantizer(name, title, bits, _OF_32, source, False, _element_levels(element), run)


def _nvfp4(weights: Weights, granularity: Granularity) -> Quantized:  # noqa: ARG001 - its blocks are always of 16
    from slidegen.quantize import microscaling

    return microscaling.nvfp4(weights)


def _element_levels(element: str) -> Callable[[], Weights]:
    def levels() -> Weights:
        from slidegen.quantize import elements

        return elements.levels(element)

    return levels


def _gguf(name: str, bits: int, symmetric: bool) -> Quantizer:
    def run(weights: Weights, granularity: Granularity) -> Quantized:  # noqa: ARG001 - its blocks are always of 32
        from slidegen.quantize import ggml

        return ggml.blocks_of_32(weights, name)

    def levels() -> Weights:
        from slidegen.quantize import ggml

        return ggml.levels(name)

    source = f"llama.cpp, ggml-common.h, block_{name}, by the package gguf"
    return Quantizer(name, name.upper(), bits, _OF_32, source, True, levels if symmetric else None, run)


_QLORA: Final = "Dettmers et al. 2023, QLoRA, section 3"
_BITSANDBYTES: Final = "bitsandbytes, get_4bit_type"
_FP8: Final = "Micikevicius et al. 2022, FP8 Formats for Deep Learning, section 3"
_MX: Final = "OCP Microscaling Formats (MX) 1.0, section 5.3"
_E3M0: Final = "Kuzmin et al. 2022, FP8 Quantization: The Power of the Exponent, section 2, without a mantissa"
_NVFP4: Final = "NVIDIA 2025, Pretraining Large Language Models with NVFP4, appendix B"

_ALL: Final = (
    *(_symmetric(bits) for bits in range(8, 1, -1)),
    *(_asymmetric(bits) for bits in range(8, 1, -1)),
    _code_book("nf4", "NF4", "nf4", _QLORA),
    _code_book("nf4-dq", "NF4, double quantization", "nf4", _QLORA, double=True),
    _code_book("fp4-bnb", "FP4 (bitsandbytes)", "fp4", _BITSANDBYTES),
    _code_book("fp4-bnb-dq", "FP4 (bitsandbytes), double quantization", "fp4", _BITSANDBYTES, double=True),
    _scaled_floats("fp4-e2m1", "FP4 E2M1", 4, "e2m1", _BLOCKS, _MX),
    _scaled_floats("fp4-e3m0", "FP4 E3M0", 4, "e3m0", _BLOCKS, _E3M0),
    _scaled_floats("fp8-e4m3", "FP8 E4M3", 8, "e4m3", _ROWS, _FP8),
    _scaled_floats("fp8-e5m2", "FP8 E5M2", 8, "e5m2", _ROWS, _FP8),
    _mx("mxfp8", "MXFP8 E4M3", 8, "e4m3"),
    _mx("mxfp8-e5m2", "MXFP8 E5M2", 8, "e5m2"),
    _mx("mxfp6", "MXFP6 E2M3", 6, "e2m3"),
    _mx("mxfp6-e3m2", "MXFP6 E3M2", 6, "e3m2"),
    _mx("mxfp4", "MXFP4", 4, "e2m1"),
    Quantizer("nvfp4", "NVFP4", 4, _OF_16, _NVFP4, False, _element_levels("e2m1"), _nvfp4),
    _gguf("q8_0", 8, symmetric=True),
    _gguf("q5_0", 5, symmetric=True),
    _gguf("q5_1", 5, symmetric=False),
    _gguf("q4_0", 4, symmetric=True),
    _gguf("q4_1", 4, symmetric=False),
)

QUANTIZERS: Final[dict[str, Quantizer]] = {quantizer.name: quantizer for quantizer in _ALL}
INTEGERS: Final = tuple(name for name in QUANTIZERS if name.startswith("int"))
"""The integer methods, with (`-asym`) and without a zero point."""


def find_quantizer(name: str) -> Quantizer:
    """Returns the method `name`. Raises SlidegenError, with the nearest name, if it does not exist."""
    if name not in QUANTIZERS:
        raise SlidegenError(
            [Problem(f"unknown quantization method {name!r}; {nearest(name, QUANTIZERS)}", code="wrong-value")]
        )
    return QUANTIZERS[name]


def quantize(
    weights: ArrayLike, method: str, granularity: Granularity | None = None, *, name: str = "weights"
) -> Quantized:
    """Quantizes `weights` by `method`; returns what is stored and the dequantized values.

    Weights are an array of any shape, in float16, bfloat16, float32 or float64; the last axis is a row, also in a
    stack of matrices (fused experts). `granularity` defaults to the method's own. An empty tensor stores nothing.
    Errors call the weights `name`.

    Raises:
        SlidegenError: the method is unknown, the granularity is not one of its own, or the weights are not
            floating-point numbers, are NaN, infinite or larger than 2**126, or too large for the float16 scales of
            GGUF's methods.
        MissingExtraError: the packages that quantize are not installed.
    """
    quantizer = find_quantizer(method)
    allowed = quantizer.granularities
    if granularity is None:
        granularity = allowed.default
    elif not allowed.allows(granularity):
        raise SlidegenError(
            [Problem(f"{method}: granularity {granularity!r} is not allowed; allowed: {allowed}", code="wrong-value")]
        )
    try:
        from slidegen.quantize.checks import checked

        numbers = checked(weights, name)
        if numbers.size == 0:
            return Quantized(method, granularity, {}, numbers)
        return quantizer.run(numbers, granularity)
    except ModuleNotFoundError:
        raise MissingExtraError(f"the quantization method {method!r}", "models") from None
