"""How far a computed number may be from what is measured, through the arithmetic that is done with it.

Errors are bounds, not deviations, so they are added and not averaged: a number from arithmetic may be off by all that
its operands may be. Two numbers of one source are no exception. Their errors may have the same cause and cancel, but
what is known of a source is the size of its errors, not their sign.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from slidegen.model import Accuracy

MAX_EVIDENCE: Final = 4
"""The most sources that an uncertainty names."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The accuracy of numbers of a table source."""

    source: str
    accuracy: Accuracy


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """How far a number may be off, in its own unit, and the sources that this comes from."""

    error: float
    evidence: tuple[Evidence, ...]


def of_number(number: float, accuracy: Accuracy, source: str) -> Uncertainty:
    """Returns the uncertainty of a number of a table source."""
    return Uncertainty(abs(number) * accuracy.error, (Evidence(source, accuracy),))


def combined(
    function: Callable[[Any, Any], Any], left: Any, right: Any, errors: tuple[Uncertainty | None, Uncertainty | None]
) -> Uncertainty | None:
    """Returns the uncertainty of what an operator gives for two numbers with these `errors`; None if both are exact."""
    known = [one for one in errors if one is not None]
    spread = SPREADS.get(function)
    if not known or spread is None:
        return None
    of_left, of_right = (0.0 if one is None else one.error for one in errors)
    try:
        error = float(spread(left, of_left, right, of_right))
    except (OverflowError, TypeError):
        error = math.inf
    return Uncertainty(error, evidence(*known))


def evidence(*uncertainties: Uncertainty) -> tuple[Evidence, ...]:
    """Returns the sources of uncertainties, each once."""
    return tuple(dict.fromkeys(found for one in uncertainties for found in one.evidence))[:MAX_EVIDENCE]


def _of_product(left: Any, of_left: float, right: Any, of_right: float) -> float:
    return float(abs(left) * of_right + abs(right) * of_left + of_left * of_right)


def _of_quotient(left: Any, of_left: float, right: Any, of_right: float) -> float:
    """The farthest quotient of any two numbers within their errors; no bound if the divisor may be 0."""
    least = abs(right) - of_right
    return math.inf if least <= 0 else float((of_left + abs(left / right) * of_right) / least)


def _of_sum(_left: Any, of_left: float, _right: Any, of_right: float) -> float:
    return of_left + of_right


SPREADS: Final[Mapping[Callable[[Any, Any], Any], Callable[[Any, float, Any, float], float]]] = {
    operator.add: _of_sum,
    operator.sub: _of_sum,
    operator.mul: _of_product,
    operator.truediv: _of_quotient,
    operator.floordiv: _of_quotient,
}
"""How errors spread through each operator."""
