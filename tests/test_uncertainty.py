"""How errors spread through arithmetic: the farthest result of any operands within their errors, by hand."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from slidegen.model import Accuracy
from slidegen.uncertainty import MAX_EVIDENCE, Uncertainty, combined, of_number

MEASURED = Accuracy(0.1, "five runs")
FUNCTIONS = [operator.add, operator.sub, operator.mul, operator.truediv]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(("left", "right"), [(20.0, 4.0), (4.0, 20.0), (-3.0, 8.0)])
def test_the_error_is_that_of_the_farthest_corner(
    function: Callable[[Any, Any], float], left: float, right: float
) -> None:
    """Each operand is off by a tenth, up or down; the worst of the four results is as far away as is said."""
    errors = of_number(left, MEASURED, "a"), of_number(right, MEASURED, "b")
    found = combined(function, left, right, errors)
    corners = product((left * 0.9, left * 1.1), (right * 0.9, right * 1.1))
    worst = max(abs(function(*corner) - function(left, right)) for corner in corners)
    assert found is not None
    assert found.error == pytest.approx(worst)


def test_a_typed_number_is_exact() -> None:
    """24 GiB minus 20 that may be off by 2 is 4 that may be off by 2; two exact numbers have an exact sum."""
    found = combined(operator.sub, 24, 20, (None, of_number(20, MEASURED, "allocated")))
    assert found is not None
    assert found.error == pytest.approx(2)
    assert [one.source for one in found.evidence] == ["allocated"]
    assert combined(operator.sub, 24, 20, (None, None)) is None


def test_a_divisor_that_may_be_0_leaves_no_bound() -> None:
    """Nor does a number that no float can hold."""
    near = Uncertainty(0.5, ())
    for left, right in ((1, 0.4), (10**400, 3)):
        found = combined(operator.truediv, left, right, (None, near))
        assert found is not None
        assert math.isinf(found.error)


def test_the_sources_are_few() -> None:
    """A sum over many rows names the first of them, each once."""
    total = of_number(1, MEASURED, "a")
    for index in range(10):
        for _ in range(2):
            added = combined(operator.add, 1, 1, (total, of_number(1, MEASURED, f"s{index}")))
            assert added is not None
            total = added
    assert [one.source for one in total.evidence] == ["a", "s0", "s1", "s2"][:MAX_EVIDENCE]
    assert total.error == pytest.approx(2.1)
