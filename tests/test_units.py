"""Units: sizes and counts as people read them."""

from __future__ import annotations

import pytest

from slidegen.units import (
    BYTES_PER_UNIT,
    UNITS,
    Unit,
    fixed,
    format_bytes,
    format_count,
    in_unit,
    number_format,
    typeset,
)


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
        (-1, "GiB", 2, "0.00"),
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


@pytest.mark.parametrize(
    ("kind", "cells", "shown"),
    [
        ("number", [1, 2.345, None], ["1.00", "2.35"]),
        ("ratio", [0.9996, -1.0], ["0.9996", "-1.0000"]),
        ("measure", [0.0913, 0.25, 0.0, None], ["0.0913", "0.2500", "0.0000"]),
        ("measure", [4.127, 18.5], ["4.13", "18.50"]),
        ("measure", [119.96, 1202.0], ["120", "1,202"]),
        ("measure", [6.06e-5, 1.09], ["0.000061", "1.090000"]),
        ("measure", [0], ["0.00"]),
        ("significant", [65504.0, 3.4028235e38, 0.0009765625, 5.96e-8, 0, -0.42, 3.140625],
         ["65,504", "3.403e+38", "0.0009765625", "5.96e-08", "0", "-0.42", "3.140625"]),
        ("number", [-0.001, -0.0], ["0.00", "0.00"]),
    ],
)  # fmt: skip
def test_numbers_of_a_column(kind: str, cells: list[float | None], shown: list[str]) -> None:
    """As many decimals as the kind asks for, or the column needs; no zero has a sign."""
    written = number_format(kind, cells, 2)
    assert [written(cell) for cell in cells if cell is not None] == shown


@pytest.mark.parametrize(
    ("value", "digits", "grouped", "text"),
    [
        (-1e-8, 2, True, "0.00"),
        (-0.4, 0, True, "0"),
        (-0.006, 2, True, "-0.01"),
        (-0.0, 1, False, "0.0"),
        (-1234.5, 1, True, "-1,234.5"),
        (-1234.5, 1, False, "-1234.5"),
    ],
)
def test_what_is_rounded_to_zero_has_no_sign(value: float, digits: int, grouped: bool, text: str) -> None:
    """Every other number keeps its own."""
    assert fixed(value, digits, grouped) == text


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("-0.42", "\N{MINUS SIGN}0.42"),
        ("3.403e+38", "3.403·10³⁸"),
        ("-5.96e-08", "\N{MINUS SIGN}5.96·10⁻⁸"),
        ("-1.0\u00a0GiB", "\N{MINUS SIGN}1.0\u00a0GiB"),
        ("1,234.50", "1,234.50"),
        ("n/a", "n/a"),
    ],
)
def test_numbers_are_set_as_in_print(text: str, printed: str) -> None:
    """With a minus sign instead of a hyphen, and a power of ten instead of Python's exponent."""
    assert typeset(text) == printed
