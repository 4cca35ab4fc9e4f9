"""Comparisons in expressions: those of computed values give judgments, all others truth values."""

from __future__ import annotations

import datetime as dt
import math
import operator
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

from slidegen.judgments import Comparison, Judgment, Operand, Operator, merged
from slidegen.resolve.counting import Count, deciding
from slidegen.resolve.values import Quantity, ValueProblem, plain, shown
from slidegen.units import BYTES_PER_UNIT

OPERATORS: Final[Mapping[Operator, Callable[[Any, Any], Any]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "in": lambda left, right: left in right,
    "not in": lambda left, right: left not in right,
}
TESTS: Final[Mapping[str, Operator]] = {
    "<": "<",
    "lt": "<",
    "lessthan": "<",
    "<=": "<=",
    "le": "<=",
    ">": ">",
    "gt": ">",
    "greaterthan": ">",
    ">=": ">=",
    "ge": ">=",
    "==": "==",
    "eq": "==",
    "equalto": "==",
    "!=": "!=",
    "ne": "!=",
    "in": "in",
}
"""The operators of Jinja's tests that compare."""
ORDERING: Final = frozenset({"<", "<=", ">", ">="})
WRITTEN: Final = re.compile(r"\s*([+-]?[0-9]{1,30})(?:\.([0-9]{1,30}))?\s*(%|[KMGT]?i?B)?\s*")
"""A number as a slide shows it, with its unit."""
MAX_TEXT: Final = 60
"""Characters of a wrong argument that a message quotes."""
MAX_ITEMS: Final = 4
"""Items of a list that an operand shows."""


def compare(name: Operator, left: Any, right: Any, *, judged: bool = False) -> Any:
    """Returns whether two values compare so: a Judgment if one of them is computed, or if it is to be `judged`."""
    if judged and name in ORDERING and (plain(left) is None or plain(right) is None):
        truth = False  # n/a has no order
    else:
        truth = OPERATORS[name](left, right)
    if not judged and not isinstance(left, Quantity) and not isinstance(right, Quantity):
        return truth
    sides = _operand(left), _operand(right)
    provenance = merged(sides[0].provenance, sides[1].provenance)
    whole = Comparison(sides[0], name, sides[1], bool(truth))
    return Judgment(bool(truth), (_of_rows(left, name, right) if truth else ()) or (whole,), provenance)


def _of_rows(left: Any, name: Operator, right: Any) -> tuple[Comparison, ...]:
    """Returns the comparisons in rows on which one of a number of rows depends."""
    function = OPERATORS[name]
    if isinstance(left, Count):
        return tuple(deciding(left, function, plain(right)))
    if isinstance(right, Count):
        return tuple(deciding(right, lambda number, limit: function(limit, number), plain(left)))
    return ()


def is_true(value: Quantity) -> Judgment:
    """Returns the judgment of a computed truth value."""
    return compare("==", value, True)  # type: ignore[no-any-return]


def about(value: Any, number: Any, within: Any = None) -> Judgment:
    """The test ``x is about(2.5)``: whether a number rounds to another one, as that is written.

    ``about("25.1 GiB")`` and ``about("2.50")`` say digits and unit by a text. `within` is a relative tolerance instead.
    """
    left = _operand(value)
    if left.value is not None and left.number is None:
        raise ValueProblem(f"about() compares a number, not {left.value!r}", code="wrong-expression")
    limit, half = _written(plain(number), left)
    if within is not None:
        share = plain(within)
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share < math.inf:
            message = f"about(): within is {str(share)[:MAX_TEXT]!r}; allowed: a share such as 0.05"
            raise ValueProblem(message, code="wrong-expression")
        half = abs(limit) * Fraction(share)
    right = Operand(_number(limit), left.kind, number.provenance if isinstance(number, Quantity) else ())
    holds = left.number is not None and abs(Fraction(left.number) - limit) <= half
    comparison = Comparison(left, "about", right, holds, float(half))
    return Judgment(holds, (comparison,), merged(left.provenance, right.provenance))


def _written(value: Any, left: Operand) -> tuple[Fraction, Fraction]:
    """Returns a number as it is written, and half of its last digit."""
    unit = Fraction(1)
    if isinstance(value, str):
        match = WRITTEN.fullmatch(value)
        if match is None or (match[3] not in (None, "%", *BYTES_PER_UNIT)):
            message = f"about({value[:MAX_TEXT]!r}): that is not a number; write it as '2.50' or '25.1 GiB'"
            raise ValueProblem(message, code="wrong-expression")
        if match[3] is not None:
            unit = Fraction(1, 100) if match[3] == "%" else Fraction(BYTES_PER_UNIT[match[3]])  # type: ignore[index]
        whole, decimals = match[1], match[2] or ""
        return Fraction(f"{whole}.{decimals or 0}") * unit, unit / 10 ** len(decimals) / 2
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        message = f"about() takes a number such as 2.5, or one as a text: '25.1 GiB', not {str(value)[:MAX_TEXT]!r}"
        raise ValueProblem(message, code="wrong-expression")
    if left.kind == "bytes":
        message = "about() of a size needs the digits that are shown; write it as a text: about('25.1 GiB')"
        raise ValueProblem(message, code="wrong-expression")
    digits = repr(value).partition("e")
    decimals = len(digits[0].partition(".")[2])
    return Fraction(value), Fraction(10) ** (int(digits[2] or 0) - decimals) / 2


def _number(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else float(value)


def _shown(value: Any) -> str:
    """Returns a value that is not one of a cell as a text."""
    if isinstance(value, (list, tuple)):
        items = [shown(item) if _is_single(item) else "..." for item in map(plain, value[:MAX_ITEMS])]
        return f"[{', '.join([*items, '...'] if len(value) > MAX_ITEMS else items)}]"
    return str(value) if isinstance(value, dt.date) else f"a {type(value).__name__}"


def _is_single(value: object) -> bool:
    """Returns whether a value is a number, a text, a truth value or n/a."""
    return value is None or isinstance(value, str | int | float)


def _operand(value: Any) -> Operand:
    computed = value if isinstance(value, Quantity) else Quantity(None, ())
    value = plain(value)
    if not _is_single(value):
        value = _shown(value)
    return Operand(value, computed.kind, computed.provenance, computed.uncertainty)
