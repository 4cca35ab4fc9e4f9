"""The table of methods in the documentation says what the methods do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from slidegen.quantize import QUANTIZERS, quantize
from tests.quantize.bits import normal

PAGE = Path(__file__).parents[2] / "docs" / "quantization.md"


def documented() -> dict[str, float]:
    """Bits per parameter by method, as the page has them."""
    bits: dict[str, float] = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 5 and cells[0].startswith("`"):
            names = re.findall(r"`([^`]+)`", cells[0])
            bits.update(zip(names, map(float, cells[3].split(",")), strict=True))
    return bits


def test_every_method_is_in_the_table() -> None:
    """And no other."""
    assert sorted(documented()) == sorted(QUANTIZERS)


@pytest.mark.parametrize("method", QUANTIZERS)
def test_bits_per_parameter_are_those_of_the_table(method: str) -> None:
    """For rows of 4096, rounded to three digits."""
    bits = quantize(normal(256, 4096), method).bits_per_parameter
    assert bits == pytest.approx(documented()[method], abs=0.0006)
