"""What every method does with weights out of the ordinary, and what the registry promises."""

from __future__ import annotations

import subprocess
import sys
import warnings

import numpy as np
import pytest

from slidegen.errors import MissingExtraError, SlidegenError
from slidegen.quantize import QUANTIZERS, Granularity, find_quantizer, quantize
from tests.quantize.bits import normal

ALL = sorted(QUANTIZERS)
FREE = sorted(name for name, method in QUANTIZERS.items() if not method.granularities.fixed)


def granularities(method: str) -> list[Granularity]:
    """Some that the method allows."""
    return [QUANTIZERS[method].granularities.default] if method not in FREE else ["tensor", "row", 1, 7, 64, 10**9]


@pytest.fixture(autouse=True)
def _warnings_are_errors() -> None:
    """A division by zero or an overflow in numpy only warns."""
    warnings.simplefilter("error", RuntimeWarning)


@pytest.mark.parametrize("method", ALL)
def test_zeros_stay_zeros(method: str) -> None:
    """A tensor of zeros, and a row of zeros beside others."""
    beside = normal(4, 96)
    beside[2] = 0
    for granularity in granularities(method):
        assert not quantize(np.zeros((3, 40)), method, granularity).dequantized.any()
        assert not quantize(beside, method, granularity).dequantized[2].any()


@pytest.mark.parametrize("method", ALL)
@pytest.mark.parametrize("shape", [(0,), (0, 8), (8, 0), (2, 0, 3)])
def test_an_empty_tensor_stores_nothing(method: str, shape: tuple[int, ...]) -> None:
    """No arrays, no bytes, and 0 bits per parameter rather than a division by zero."""
    quantized = quantize(np.zeros(shape), method)
    assert quantized.dequantized.shape == shape
    assert quantized.dequantized.dtype == np.float32
    assert (dict(quantized.arrays), quantized.nbytes, quantized.bits_per_parameter) == ({}, 0, 0.0)


@pytest.mark.parametrize("method", ALL)
@pytest.mark.parametrize("shape", [(1,), (37,), (1, 1), (3, 33), (5, 64), (2, 3, 40), (2, 2, 2, 5)])
def test_any_shape_reads_back_in_that_shape(method: str, shape: tuple[int, ...]) -> None:
    """Whatever the method and granularity; no weight is lost by more than a method of two bits may."""
    weights = normal(*shape)
    for granularity in granularities(method):
        quantized = quantize(weights, method, granularity)
        assert (quantized.method, quantized.granularity) == (method, granularity)
        assert quantized.dequantized.shape == shape
        assert quantized.dequantized.dtype == np.float32
        assert np.abs(quantized.dequantized - weights).max() <= 0.51 * np.abs(weights).max()
        assert quantized.nbytes == sum(array.nbytes for array in quantized.arrays.values())
        assert quantized.bits_per_parameter == 8 * quantized.nbytes / weights.size
        assert quantized.bits_per_parameter >= QUANTIZERS[method].bits


@pytest.mark.parametrize("method", ALL)
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_other_dtypes_are_taken_as_float32(method: str, dtype: str) -> None:
    """The same bytes as for the same numbers in float32."""
    ml_dtypes = pytest.importorskip("ml_dtypes")
    given = normal(4, 64).astype(ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype)
    ours, as_float32 = quantize(given, method), quantize(given.astype(np.float32), method)
    assert ours.dequantized.dtype == np.float32
    for name, array in ours.arrays.items():
        assert np.array_equal(array, as_float32.arrays[name])


@pytest.mark.parametrize("method", ALL)
def test_the_weights_are_left_as_they_are(method: str) -> None:
    """Also a matrix that lies in memory by columns, or backwards; those give what a plain copy gives."""
    weights = normal(48, 64)
    before = weights.copy()
    quantize(weights, method)
    assert np.array_equal(weights, before)
    for view in (weights.T, weights[::-1, ::2]):
        assert np.array_equal(quantize(view, method).dequantized, quantize(view.copy(), method).dequantized)


@pytest.mark.parametrize("method", [name for name in ALL if not name.startswith("q")])
@pytest.mark.parametrize("magnitude", [1e-30, 1e30, 8e37])
def test_tiny_and_huge_weights(method: str, magnitude: float) -> None:
    """Scales are float32 or powers of two: nothing overflows, and the error is as small beside the weights as ever."""
    weights = (np.random.default_rng(0).uniform(-1, 1, (4, 64)) * magnitude).astype(np.float32)
    for granularity in granularities(method):
        read_back = quantize(weights, method, granularity).dequantized.astype(np.float64)
        assert np.abs(read_back - weights).max() <= 0.51 * np.abs(weights).max()


@pytest.mark.parametrize("method", ALL)
@pytest.mark.parametrize("magnitude", [1e-38, 1e-40, 1e-44, 1e-45])
def test_subnormal_weights(method: str, magnitude: float) -> None:
    """Where float32 runs out of digits, what reads back is still finite and no larger than twice the weights."""
    weights = (np.random.default_rng(0).uniform(-1, 1, (4, 64)) * magnitude).astype(np.float32)
    for granularity in granularities(method):
        read_back = quantize(weights, method, granularity).dequantized
        assert np.abs(read_back).max() <= 2 * np.abs(weights).max()


@pytest.mark.parametrize("bits", range(2, 9))
def test_subnormal_weights_as_integers(bits: int) -> None:
    """A subnormal scale is rounded up, so that the codes still reach the largest weight."""
    weights = np.array([[3e-44, -7e-45, 1.4e-45, 0.0]], dtype=np.float32)
    for method in (f"int{bits}", f"int{bits}-asym"):
        quantized = quantize(weights, method, "row")
        scale = float(quantized.arrays["scales"][0])
        assert np.all(np.abs(quantized.dequantized.astype(np.float64) - weights) <= scale / 2)


@pytest.mark.parametrize("method", FREE)
def test_a_block_longer_than_what_it_runs_over_is_all_of_it(method: str) -> None:
    """A huge block size is a row, or the tensor for the methods whose blocks run over the flattened tensor."""
    weights = normal(4, 64)
    all_of_it: Granularity = "tensor" if method.startswith(("nf4", "fp4-bnb")) else "row"
    huge, whole = quantize(weights, method, 10**12), quantize(weights, method, all_of_it)
    assert np.array_equal(huge.dequantized, whole.dequantized)
    assert huge.nbytes == whole.nbytes


def message(*arguments: object, **more: str) -> str:
    """The one line that `quantize` ends with."""
    with pytest.raises(SlidegenError) as caught:
        quantize(*arguments, **more)  # type: ignore[arg-type]
    return str(caught.value)


def test_weights_that_are_not_finite_are_refused() -> None:
    """The first of them, where it is, and how many more."""
    weights = normal(4, 8)
    weights[2, 5] = np.nan
    ends = "weights must be finite and at most 2**126"
    assert message(weights, "nf4") == f"weights: nan at [2, 5]; {ends}"
    weights[3, 0] = -np.inf
    assert message(weights, "int8", name="layer.0.up") == f"layer.0.up: nan at [2, 5] and 1 more; {ends}"
    assert message(np.array([1.0, 1e39]), "int8") == f"weights: 1e+39 at [1]; {ends}"
    assert message(np.array([[1.0, -9e37]], dtype=np.float32), "int8") == f"weights: -9e+37 at [0, 1]; {ends}"
    assert message(np.array([1.0, np.inf], dtype=np.float16), "q8_0") == f"weights: inf at [1]; {ends}"


def test_only_floating_point_arrays_are_quantized() -> None:
    """Integers are codes already; a single number has no row."""
    allowed = "allowed: float16, bfloat16, float32, float64"
    assert message(np.array([1, 2], dtype=np.int8), "int4") == f"weights: cannot quantize int8; {allowed}"
    assert message(np.array(["a"]), "int4") == f"weights: cannot quantize str32; {allowed}"
    assert message(np.array(1.0), "int4") == "weights: cannot quantize a single number; an array is needed"


def test_an_unknown_method_is_refused_with_the_nearest() -> None:
    """All names would be too many."""
    assert message(np.ones(4), "nf5") == "unknown quantization method 'nf5'; did you mean 'nf4'?"
    with pytest.raises(SlidegenError, match="did you mean 'mxfp4'"):
        find_quantizer("mx-fp4")


@pytest.mark.parametrize("granularity", [0, -1, True, 2.0, "column", ""])
def test_a_granularity_that_is_none_is_refused(granularity: object) -> None:
    """A block has at least one weight."""
    expected = (
        f"int4: granularity {granularity!r} is not allowed; allowed: 'tensor', 'row' or a block size of 1 or more"
    )
    assert message(np.ones(4), "int4", granularity) == expected


def test_formats_have_the_block_that_they_have() -> None:
    """32 for MXFP4 and llama.cpp's, 16 for NVFP4; asking for just that is fine."""
    expected = "mxfp4: granularity 16 is not allowed; allowed: 32, which is a part of the format"
    assert message(np.ones(4), "mxfp4", 16) == expected
    assert message(np.ones(4), "q4_0", "row").endswith("allowed: 32, which is a part of the format")
    assert message(np.ones(4), "nvfp4", 32).endswith("allowed: 16, which is a part of the format")
    assert quantize(np.ones(16), "nvfp4", 16).granularity == 16


@pytest.mark.parametrize("method", ALL)
def test_levels_are_what_weights_read_back_as(method: str) -> None:
    """Sorted, each once, within [-1, 1]; a block of many weights reads back as these times its scale and no other."""
    find = QUANTIZERS[method].levels
    if find is None:
        assert method.endswith(("-asym", "_1"))
        return
    levels = find()
    assert np.all(np.diff(levels) > 0)
    assert np.abs(levels).max() == 1
    assert levels.size <= 2 ** QUANTIZERS[method].bits
    largest = {"mxfp8": 448, "mxfp8-e5m2": 57344, "mxfp6": 7.5, "mxfp6-e3m2": 28, "mxfp4": 6}  # scales are powers of 2
    row = np.linspace(-1, 1, 16 if method == "nvfp4" else 32, dtype=np.float32) * np.float32(largest.get(method, 1))
    read_back = quantize(row, method).dequantized.astype(np.float64)
    scale = np.abs(read_back).max() if not method.endswith("-dq") else 1.0
    nearest = np.abs(levels[:, None] - read_back / scale).min(axis=0)
    mirrored = np.abs(levels[:, None] + read_back / scale).min(axis=0)  # q4_0 and q5_0 may turn the sign
    assert min(nearest.max(), mirrored.max()) < 1e-5


def test_every_method_says_what_it_is() -> None:
    """Names and titles are unique, and the default granularity is one that is allowed."""
    methods = list(QUANTIZERS.values())
    assert len({method.title for method in methods}) == len(methods)
    for name, method in QUANTIZERS.items():
        assert method.name == name
        assert method.source
        assert method.granularities.allows(method.granularities.default)
        assert method.affine == name.startswith(("int", "q"))


def test_names_cost_no_numpy() -> None:
    """A command that lists the methods imports neither numpy nor what quantizes."""
    script = """
import sys
from slidegen.quantize import QUANTIZERS
print(QUANTIZERS["nf4"].title, [name for name in ("numpy", "ml_dtypes", "gguf") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "NF4 []"


@pytest.mark.parametrize(("package", "method"), [("ml_dtypes", "mxfp4"), ("gguf", "q4_0")])
def test_a_missing_package_is_told_by_its_extra(package: str, method: str) -> None:
    """One line, with the command that installs it."""
    script = f"""
import sys
sys.modules[{package!r}] = None
from slidegen.errors import MissingExtraError
from slidegen.quantize import quantize
try:
    quantize([1.0], {method!r})
except MissingExtraError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(MissingExtraError(f"the quantization method {method!r}", "models"))
