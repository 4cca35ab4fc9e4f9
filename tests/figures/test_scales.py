"""Scales, ticks, and how numbers are written on a figure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slidegen.figures.scales import Scale, linear_ticks, log_ticks, rounded_out, shown, significant, tick_texts


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [
        (0, 10, 6, [0, 2, 4, 6, 8, 10]),
        (0, 1, 6, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0, 1, 5, [0, 0.25, 0.5, 0.75, 1]),
        (-1, 1, 5, [-1, -0.5, 0, 0.5, 1]),
        (0.083, 0.164, 5, [0.1, 0.12, 0.14, 0.16]),
        (3, 3, 5, [3]),
        (0, 55.9, 6, [0, 10, 20, 30, 40, 50]),
        (0, 55.9, 5, [0, 20, 40]),
    ],
)
def test_linear_ticks_are_round_numbers(low: float, high: float, most: int, ticks: list[float]) -> None:
    """Multiples of 1, 2, 2.5 or 5 times a power of ten, without the dust of floating point."""
    assert linear_ticks(low, high, most) == ticks


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(3, 10))
def test_there_are_never_more_ticks_than_asked_for(low: float, extent: float, most: int) -> None:
    """And all of them lie in the range, but for rounding."""
    ticks = linear_ticks(low, low + extent, most)
    assert len(ticks) <= most
    assert all(low - 1e-6 * extent <= tick <= low + extent * (1 + 1e-6) for tick in ticks)


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [
        (0.0005, 3, 6, [0.001, 0.01, 0.1, 1]),
        (0.004, 0.6, 7, [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]),
        (20, 50, 6, [20, 30, 50]),
        (1e-8, 1e4, 6, [1e-8, 1e-5, 1e-2, 10, 1e4]),
    ],
)
def test_logarithmic_ticks_are_powers_of_ten_and_what_is_between_few(
    low: float, high: float, most: int, ticks: list[float]
) -> None:
    """Many powers of ten are thinned evenly."""
    assert log_ticks(low, high, most) == pytest.approx(ticks)


def test_a_scale_maps_its_ends_to_its_ends() -> None:
    """Linearly, or by the logarithm: 10 is in the middle of 1 and 100."""
    assert Scale(0, 10, 100, 200)(5) == 150
    assert Scale(0, 10, 200, 100)(2.5) == 175
    assert Scale(1, 100, 0, 50, log=True)(10) == pytest.approx(25)


def test_a_range_is_rounded_out_to_ticks() -> None:
    """So that the highest bar ends under a line."""
    assert rounded_out(0, 963, 6) == (0, 1000)
    assert rounded_out(-7.2, 12.5, 6) == (-10, 15)


@pytest.mark.parametrize(
    ("ticks", "texts"),
    [
        ([0, 0.25, 0.5], ["0.00", "0.25", "0.50"]),
        ([-1, 0, 1], ["−1", "0", "1"]),
        ([0, 5000, 10000], ["0", "5,000", "10,000"]),
        ([2017, 2018], ["2017", "2018"]),
        ([0, 2e-5, 4e-5], ["0·10⁻⁵", "2·10⁻⁵", "4·10⁻⁵"]),
    ],
)
def test_the_ticks_of_an_axis_are_written_alike(ticks: list[float], texts: list[str]) -> None:
    """With the same decimals; separators if one of them needs them."""
    assert tick_texts(ticks) == texts


def test_powers_of_ten_are_written_out_where_that_is_short() -> None:
    """Else with an exponent."""
    assert tick_texts([1e-7, 1e-3, 0.1, 1, 1000, 1e6], log=True) == ["10⁻⁷", "0.001", "0.1", "1", "1000", "10⁶"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((0, "0"), (0.09123, "0.0912"), (4.127, "4.13"), (4.5, "4.5"), (55.92, "55.9"), (8, "8")),
        *((-0.00041, "−0.00041"), (1234.5, "1230"), (65504, "65,500"), (3.4028e38, "3.4·10³⁸"), (1.19e-7, "1.19·10⁻⁷")),
    ],
)
def test_three_significant_digits(value: float, text: str) -> None:
    """Without zeros at the end."""
    assert significant(value) == text


def test_a_real_minus_sign_and_no_minus_zero() -> None:
    """As it is set in print."""
    assert (shown(-3.14159, 2), shown(-0.001, 2), shown(12345.6, 1)) == ("−3.14", "0.00", "12,345.6")
