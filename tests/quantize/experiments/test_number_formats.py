"""Number formats, against the tables of the specifications and against Python's own struct."""

from __future__ import annotations

import struct
from math import pi

import pytest
import torch

from slidegen.errors import SlidegenError
from slidegen.quantize.experiments import FORMATS, number_formats


def test_the_tables_of_the_specifications() -> None:
    """OCP MX 1.0, section 5.3, tables 1 to 5 (FP8, FP6, FP4); IEEE 754; NVIDIA's A100 paper (TF32)."""
    found = {format.name: format for format in number_formats()}
    assert tuple(found) == tuple(FORMATS)
    expected = {
        "fp8-e4m3": (8, 4, 3, 448, 2**-6, 2**-9),
        "fp8-e5m2": (8, 5, 2, 57344, 2**-14, 2**-16),
        "fp6-e2m3": (6, 2, 3, 7.5, 1, 0.125),
        "fp6-e3m2": (6, 3, 2, 28, 0.25, 0.0625),
        "fp4-e2m1": (4, 2, 1, 6, 1, 0.5),
        "fp16": (16, 5, 10, 65504, 2**-14, 2**-24),
        "bf16": (16, 8, 7, (2 - 2**-7) * 2.0**127, 2**-126, 2**-133),
        "fp32": (32, 8, 23, (2 - 2**-23) * 2.0**127, 2**-126, 2**-149),
        "tf32": (19, 8, 10, (2 - 2**-10) * 2.0**127, 2**-126, 2**-136),
    }
    for name, numbers in expected.items():
        f = found[name]
        assert (f.bits, f.exponent_bits, f.mantissa_bits, f.largest, f.smallest_normal, f.smallest_subnormal) == numbers
        assert f.epsilon == 2.0 ** -numbers[2]


@pytest.mark.parametrize(("name", "dtype"), [("fp16", "float16"), ("bf16", "bfloat16"), ("fp8-e4m3", "float8_e4m3fn")])
def test_torch_agrees(name: str, dtype: str) -> None:
    """torch's finfo, and its pi, are the same."""
    (found,) = number_formats([name])
    kind = getattr(torch, dtype)
    info = torch.finfo(kind)
    assert (found.largest, found.smallest_normal, found.epsilon) == (info.max, info.smallest_normal, info.eps)
    assert found.pi == torch.tensor(pi, dtype=torch.float64).to(kind).item()


def test_pi_as_stored() -> None:
    """pi through the bytes of struct; TF32 has FP16's mantissa; FP4 knows 3 and 4, FP6 E2M3 steps of 1/4 there."""
    found = {format.name: format.pi for format in number_formats()}
    assert found["fp32"] == struct.unpack("<f", struct.pack("<f", pi))[0]
    assert found["fp16"] == found["tf32"] == struct.unpack("<e", struct.pack("<e", pi))[0]
    # FP32's pi is 0x40490FDB, and what BF16 cuts off is less than a half.
    assert found["bf16"] == struct.unpack("<f", bytes([0, 0, 0x49, 0x40]))[0]
    assert [found[name] for name in ("fp6-e2m3", "fp6-e3m2", "fp4-e2m1", "int8", "int4")] == [3.25, 3, 3, 3, 3]


def test_integers() -> None:
    """Integers have a largest number and no fractions at all."""
    eight, four = number_formats(["int8", "int4"])
    assert (eight.bits, eight.largest, four.bits, four.largest) == (8, 127, 4, 7)
    assert {eight.exponent_bits, eight.smallest_normal, eight.smallest_subnormal, eight.epsilon} == {None}


def test_an_unknown_format() -> None:
    """The nearest name is offered."""
    with pytest.raises(SlidegenError, match=r"unknown number format 'fp8e4m3'; did you mean 'fp8-e4m3'\?"):
        number_formats(["fp8e4m3"])
