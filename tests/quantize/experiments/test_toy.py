"""The toy: ten numbers by hand."""

from __future__ import annotations

import pytest

from slidegen.errors import SlidegenError
from slidegen.quantize.experiments import toy


def test_symmetric_by_hand() -> None:
    """int4 with the largest magnitude 3.5: the scale is 0.5, and halves are rounded to even codes."""
    found = toy([3.5, -3.5, 0.0, 1.1, 0.25, 0.75, -0.2], "int4")
    assert (found.scale, found.zero_point, found.lowest_code, found.highest_code, found.bits) == (0.5, 0, -7, 7, 4)
    assert [step.code for step in found.steps] == [7, -7, 0, 2, 0, 2, 0]
    assert [step.dequantized for step in found.steps] == [3.5, -3.5, 0.0, 1.0, 0.0, 1.0, 0.0]
    assert [step.scaled for step in found.steps] == pytest.approx([7, -7, 0, 2.2, 0.5, 1.5, -0.4])
    assert [step.error for step in found.steps] == pytest.approx([0, 0, 0, -0.1, -0.25, 0.25, 0.2])


def test_asymmetric_by_hand() -> None:
    """int4 with a zero point over -2.5 to 5: the scale is 7.5 / 15 = 0.5, zero has code 5."""
    found = toy([-2.5, 5.0, 0.0, 1.1, 4.3], "int4-asym")
    assert (found.scale, found.zero_point, found.lowest_code, found.highest_code) == (0.5, 5, 0, 15)
    assert [step.code for step in found.steps] == [0, 15, 5, 7, 14]
    assert [step.dequantized for step in found.steps] == [-2.5, 5.0, 0.0, 1.0, 4.5]


@pytest.mark.parametrize("bits", range(2, 9))
@pytest.mark.parametrize("kind", ["int{}", "int{}-asym"])
def test_every_step_follows_from_the_one_before(bits: int, kind: str) -> None:
    """For ten numbers: the code is the rounded quotient, and the number that comes back is the code's."""
    found = toy(method=kind.format(bits))
    assert len(found.steps) == 10
    for step in found.steps:
        assert found.lowest_code <= step.code <= found.highest_code
        assert step.dequantized == pytest.approx((step.code - found.zero_point) * found.scale, abs=1e-6)
        wanted = min(max(round(step.scaled) + found.zero_point, found.lowest_code), found.highest_code)
        assert step.code == wanted
        assert step.error == step.dequantized - step.value


def test_only_zeros() -> None:
    """Zeros have scale 0 and come back as zeros."""
    assert [(step.code, step.dequantized) for step in toy([0.0, 0.0], "int8").steps] == [(0, 0.0), (0, 0.0)]


@pytest.mark.parametrize(
    ("values", "method", "message"),
    [
        ([1.0], "nf4", "toy: method 'nf4' has no integer codes; available: int2, int2-asym, int3"),
        ([], "int4", "toy: 0 values; allowed: 1 to 64"),
        ([1.0] * 65, "int4", "toy: 65 values; allowed: 1 to 64"),
        ([1.0, float("nan")], "int4", "toy: nan at [1]; weights must be finite"),
    ],
)
def test_what_is_refused(values: list[float], method: str, message: str) -> None:
    """Other methods, no numbers, too many and NaN are told in one line."""
    with pytest.raises(SlidegenError) as caught:
        toy(values, method)
    assert str(caught.value).startswith(message)
