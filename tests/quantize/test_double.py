"""Double quantization: the scales of NF4 in a byte each, held to bitsandbytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from slidegen.quantize import quantize
from slidegen.quantize.codebooks import double_quantized, dynamic_map
from tests.quantize.bits import Floats, normal


def random_scales(count: int) -> Floats:
    """The largest magnitudes of blocks of 64 normal weights."""
    scales: Floats = np.abs(normal(count, 64)).max(axis=1)
    return scales


def test_the_map_is_that_of_bitsandbytes() -> None:
    """256 levels, sorted, each within two float32 steps of its own, which depend on the processor."""
    functional = pytest.importorskip("bitsandbytes.functional")
    theirs = functional.create_dynamic_map().numpy()
    assert dynamic_map().shape == (256,)
    np.testing.assert_array_max_ulp(dynamic_map(), theirs, maxulp=2)


def test_the_map_reaches_from_below_a_millionth_to_one() -> None:
    """By hand: 0.55e-6 is the middle between 0.1e-6 and 1e-6; the 64 levels of the last decade are 0.9 / 64 apart."""
    values = dynamic_map()
    assert values[128] == pytest.approx(0.55e-6)
    assert values[-2:].tolist() == pytest.approx([1 - 0.9 / 128, 1.0])
    assert values[-3] == pytest.approx(1 - 0.9 / 128 - 0.9 / 64)
    assert values[127] == 0
    assert np.all(np.diff(values) > 0)


def reference_kernel(numbers: Floats) -> tuple[Floats, Floats]:
    """Codes and largest magnitudes by bitsandbytes' own PyTorch kernel, which runs where it has no compiled one."""
    torch = pytest.importorskip("torch")
    functional = pytest.importorskip("bitsandbytes.functional")
    keys = torch._C.DispatchKeySet(torch._C.DispatchKey.CompositeExplicitAutograd)
    codes, seconds = torch.ops.bitsandbytes.quantize_blockwise.default.redispatch(
        keys, torch.from_numpy(numbers), functional.create_dynamic_map(), 256
    )
    return codes.numpy(), seconds.numpy()


@pytest.mark.parametrize("count", [2, 200, 256, 300, 4800])
def test_bytes_are_those_of_bitsandbytes_reference_kernel(count: int) -> None:
    """Each scale's byte and each second scale, whole blocks of 256 or not."""
    scales = random_scales(count)
    stored, _ = double_quantized(scales)
    codes, seconds = reference_kernel(scales - stored["offset"].astype(np.float32))
    assert np.array_equal(stored["scales"], codes)
    assert np.array_equal(stored["scales_of_scales"], seconds)


def test_bytes_are_next_to_those_of_bitsandbytes_compiled_kernel() -> None:
    """quantize_4bit with compress_statistics: the same codes and mean, and 99 in 100 scales the same byte.

    Its compiled CPU kernel looks scales up in coarse steps, so that some get a neighbouring level; none is further off.
    """
    torch = pytest.importorskip("torch")
    functional = pytest.importorskip("bitsandbytes.functional")
    torch.set_num_threads(1)
    weights = normal(256, 1024)
    packed, state = functional.quantize_4bit(
        torch.from_numpy(weights), quant_type="nf4", blocksize=64, compress_statistics=True
    )
    ours = quantize(weights, "nf4-dq", 64)
    assert np.array_equal(ours.arrays["codes"], packed.numpy().reshape(-1))
    np.testing.assert_array_max_ulp(ours.arrays["offset"], state.offset.numpy().reshape(1), maxulp=1)
    np.testing.assert_allclose(ours.arrays["scales_of_scales"], state.state2.absmax.numpy(), rtol=1e-6)
    apart = np.abs(ours.arrays["scales"].astype(int) - state.absmax.numpy().astype(int))
    assert apart.max() <= 1
    assert (apart == 0).mean() > 0.99


def test_bitsandbytes_reads_our_bytes_as_we_do() -> None:
    """Its dequantize_4bit, given our codes, scales, second scales and mean, gives our dequantized weights."""
    torch = pytest.importorskip("torch")
    functional = pytest.importorskip("bitsandbytes.functional")
    torch.set_num_threads(1)
    weights = normal(256, 1024)
    ours = quantize(weights, "nf4-dq", 64)
    tensors = {name: torch.from_numpy(array.copy()) for name, array in ours.arrays.items()}
    second: Any = functional.QuantState(
        absmax=tensors["scales_of_scales"], blocksize=256, code=functional.create_dynamic_map(), dtype=torch.float32
    )
    state = functional.QuantState(
        absmax=tensors["scales"],
        shape=torch.Size(weights.shape),
        dtype=torch.float32,
        blocksize=64,
        code=functional.get_4bit_type("nf4", "cpu"),
        quant_type="nf4",
        offset=tensors["offset"][0],
        state2=second,
    )
    theirs = functional.dequantize_4bit(tensors["codes"].reshape(-1, 1), state).numpy()
    np.testing.assert_allclose(ours.dequantized, theirs, rtol=1e-6)


def test_bits_per_parameter_are_those_of_the_paper() -> None:
    """QLoRA: 0.5 bits a weight for scales become 0.127; the bytes of a 4096 x 4096 matrix, counted by hand."""
    quantized = quantize(normal(4096, 4096), "nf4-dq")
    assert quantized.nbytes == 4096 * 4096 // 2 + 4096 * 64 + 4 * 1024 + 4
    assert round(quantized.bits_per_parameter, 3) == 4.127


def test_double_quantization_is_nearly_free() -> None:
    """The scales read back a little off, which costs far less error than the four bits do."""
    weights = normal(512, 1024)
    error = {
        method: float(np.sqrt(np.mean((quantize(weights, method).dequantized - weights) ** 2)))
        for method in ("nf4", "nf4-dq")
    }
    assert error["nf4"] < error["nf4-dq"] < 1.01 * error["nf4"]


def test_scales_that_are_all_alike_read_back_as_they_are() -> None:
    """Nothing is left of them after the mean is taken away, and no division by zero happens."""
    stored, read_back = double_quantized(np.full(300, 0.25, dtype=np.float32))
    assert read_back.tolist() == [0.25] * 300
    assert stored["scales_of_scales"].tolist() == [0.0, 0.0]
    assert stored["offset"].tolist() == [0.25]
