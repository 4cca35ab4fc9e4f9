"""Units: sizes and counts as people read them."""

from __future__ import annotations

import pytest

from slidegen.units import BYTES_PER_UNIT, UNITS, Unit, format_bytes, format_count, in_unit


def test_binary_and_decimal_units_are_told_apart() -> None:
    """IEC 80000-13 and the SI."""
    assert [BYTES_PER_UNIT[unit] for unit in UNITS] == [
        1,
        *(1024**n for n in range(1, 5)),
        *(1000**n for n in range(1, 5)),
    ]
    assert in_unit(3 * 2**29, "GiB") == 1.5


@pytest.mark.parametrize(
    ("size", "unit", "digits", "text"),
    [
        (0, "GiB", 2, "0.00"),
        (60_039_086_080, "GiB", 2, "55.92"),
        (10**12, "GB", 0, "1,000"),
        (1, "B", 0, "1"),
        (-(2**30), "GiB", 1, "-1.0"),
        (2**100, "TiB", 0, "1,152,921,504,606,846,976"),
    ],
)
def test_a_size_has_decimals_and_thousands(size: int, unit: Unit, digits: int, text: str) -> None:
    """Without the unit, which stands once in a heading."""
    assert format_bytes(size, unit, digits) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.00 K"),
        (12_345, "12.3 K"),
        (83_886_080, "83.9 M"),
        (124_439_808, "124 M"),
        (7_504_924_672, "7.50 B"),
        (69_503_033_344, "69.5 B"),
        (1_500_000_000_000, "1.50 T"),
    ],
)
def test_a_count_has_three_digits(count: int, text: str) -> None:
    """As models are called by their size."""
    assert format_count(count) == text
