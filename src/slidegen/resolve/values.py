"""The values in a deck's text: numbers with their provenance, and rows and tables of them."""

from __future__ import annotations

import datetime as dt
import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import StrictUndefined, Undefined
from jinja2.filters import do_batch, do_round

from slidegen.codes import Code
from slidegen.judgments import Judgment, merged
from slidegen.model import ColumnKind, Provenance
from slidegen.resolved import PlacedValue
from slidegen.uncertainty import Uncertainty, combined
from slidegen.units import BYTES_PER_UNIT, NOT_AVAILABLE

MAX_DIGITS = 20
MAX_BATCH = 1000
UNIT_SIZES: Final = frozenset(BYTES_PER_UNIT.values()) - {1}
"""What bytes are divided by to get a number of GiB, ..."""
ADDITIVE: Final = frozenset({"bytes", "count", "percent"})
"""The kinds that sums and multiples of numbers keep."""
TOO_LARGE = "the expression holds a number that is too large"


class ValueProblem(Exception):
    """A mistake in how a deck's text uses a value; the expander adds path and line."""

    def __init__(self, message: str, *, code: Code) -> None:
        self.code: Final = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A computed cell: its exact value (bytes stay integers), where it comes from, and how it is shown.

    Arithmetic and comparisons work as on the number. A result keeps the provenance of all its operands. Its `kind` is
    None where that of the operands no longer fits.
    """

    value: Any
    provenance: tuple[Provenance, ...]
    kind: ColumnKind | None = None
    uncertainty: Uncertainty | None = None

    def _with(self, other: object, function: Callable[[Any, Any], Any], swap: bool = False) -> Quantity:
        operand, sources = (other.value, other.provenance) if isinstance(other, Quantity) else (other, ())
        if self.value is None or operand is None:
            result = None
        else:
            result = function(operand, self.value) if swap else function(self.value, operand)
        kind = self._kind_with(other, function, swap)
        return Quantity(result, merged(self.provenance, sources), kind, self._uncertain(other, operand, function, swap))

    def _uncertain(
        self, other: object, operand: Any, function: Callable[[Any, Any], Any], swap: bool
    ) -> Uncertainty | None:
        """Returns how far a result may be off."""
        theirs = other.uncertainty if isinstance(other, Quantity) else None
        if self.uncertainty is theirs is None or self.value is None or operand is None:
            return None
        if swap:
            return combined(function, operand, self.value, (theirs, self.uncertainty))
        return combined(function, self.value, operand, (self.uncertainty, theirs))

    def _kind_with(self, other: object, function: Callable[[Any, Any], Any], swap: bool) -> ColumnKind | None:
        """Returns the kind of a result: a sum keeps it, and so does a multiple, but not a ratio."""
        if self.kind not in ADDITIVE:
            return None
        if function in (operator.add, operator.sub):
            same = not isinstance(other, Quantity) or other.kind == self.kind
            return self.kind if same else None
        if isinstance(other, Quantity) or (function is not operator.mul and (swap or other in UNIT_SIZES)):
            return None
        return self.kind

    def __add__(self, other: object) -> Quantity:
        return self._with(other, operator.add)

    def __radd__(self, other: object) -> Quantity:
        return self._with(other, operator.add, swap=True)

    def __sub__(self, other: object) -> Quantity:
        return self._with(other, operator.sub)

    def __rsub__(self, other: object) -> Quantity:
        return self._with(other, operator.sub, swap=True)

    def __mul__(self, other: object) -> Quantity:
        return self._with(other, operator.mul)

    def __rmul__(self, other: object) -> Quantity:
        return self._with(other, operator.mul, swap=True)

    def __truediv__(self, other: object) -> Quantity:
        return self._with(other, operator.truediv)

    def __rtruediv__(self, other: object) -> Quantity:
        return self._with(other, operator.truediv, swap=True)

    def __floordiv__(self, other: object) -> Quantity:
        return self._with(other, operator.floordiv)

    def __lt__(self, other: object) -> bool:
        return self._compare(other, operator.lt)

    def __le__(self, other: object) -> bool:
        return self._compare(other, operator.le)

    def __gt__(self, other: object) -> bool:
        return self._compare(other, operator.gt)

    def __ge__(self, other: object) -> bool:
        return self._compare(other, operator.ge)

    def __eq__(self, other: object) -> bool:
        return bool(self.value == plain(other))

    def __hash__(self) -> int:
        return hash(self.value)

    def __neg__(self) -> Quantity:
        return self._with(0, operator.sub, swap=True)

    def __abs__(self) -> Quantity:
        return self.changed(abs)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __str__(self) -> str:
        return NOT_AVAILABLE if self.value is None else str(self.value)

    def changed(self, function: Callable[[Any], Any]) -> Quantity:
        """Returns the quantity with `function` applied to its number; n/a stays n/a."""
        return Quantity(
            None if self.value is None else function(self.value), self.provenance, self.kind, self.uncertainty
        )

    def _compare(self, other: object, function: Callable[[Any, Any], bool]) -> bool:
        operand = plain(other)
        return self.value is not None and operand is not None and function(self.value, operand)


def plain(value: object) -> Any:
    """Returns the number or text inside a Quantity, the truth value of a Judgment, a text as plain `str`, and anything
    else as it is."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Judgment):
        return value.holds
    return value.value if isinstance(value, Quantity) else value


def unwrapped(value: object) -> Any:
    """Returns a value with every Quantity and Judgment in it replaced by its number, text or truth value."""
    if isinstance(value, (list, tuple)):
        return [unwrapped(item) for item in value]
    if isinstance(value, dict):
        return {key: unwrapped(item) for key, item in value.items()}
    return plain(value)


def sources_of(value: object) -> Iterator[Provenance]:
    """Yields the provenance of every computed value in lists and mappings."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from sources_of(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from sources_of(item)
    elif isinstance(value, (Quantity, Judgment, PlacedValue)):
        yield from value.provenance


def shown(value: object) -> str:
    """Returns a value as text.

    Raises:
        ValueProblem: the value is not a text or number, or is infinite, as a number that is too large becomes.
    """
    if isinstance(value, float) and math.isinf(value):
        raise ValueProblem(TOO_LARGE, code="wrong-expression")
    if value is None or isinstance(value, (str, int, float, dt.date, Quantity, Judgment, PlacedValue)):
        return NOT_AVAILABLE if value is None else str(value)
    if isinstance(value, StrictUndefined):
        value._fail_with_undefined_error()
    if isinstance(value, Undefined):  # {{ "s" if condition }}: empty, as in Jinja
        return ""
    if isinstance(value, (list, tuple)):
        raise ValueProblem("a list is not shown as it is; join it: {{ models | join(', ') }}", code="wrong-expression")
    kind = "a function; call it" if callable(value) else f"a {type(value).__name__}; name one of its values"
    raise ValueProblem(f"only a text or a number can be shown, not {kind}", code="wrong-expression")


# --- filters -----------------------------------------------------------------------------------


def _number(value: object) -> Any:
    """Returns the number inside `value`, None for n/a. Raises ValueProblem for anything else."""
    if isinstance(value, StrictUndefined):
        value._fail_with_undefined_error()
    number = plain(value)
    if number is not None and (isinstance(number, bool) or not isinstance(number, (int, float))):
        raise ValueProblem(f"{number!r} is not a number", code="wrong-expression")
    return number


def checked_digits(digits: object) -> int:
    if not isinstance(digits, int) or not 0 <= digits <= MAX_DIGITS:
        raise ValueProblem(f"the number of decimals is {digits!r}; allowed: 0 to {MAX_DIGITS}", code="wrong-expression")
    return digits


def placed_number(value: object, text: Callable[[Any], str]) -> PlacedValue | str:
    """Returns a filter's result: a computed value keeps its provenance, a number typed in the deck becomes text."""
    number = _number(value)
    shown_text = NOT_AVAILABLE if number is None else text(number)
    return PlacedValue(shown_text, number, value.provenance) if isinstance(value, Quantity) else shown_text


def int_filter(value: object) -> Any:
    """Converts a number or a text of digits to a whole number."""
    return _converted(value, int)


def float_filter(value: object) -> Any:
    """Converts a number or a text to a floating-point number."""
    return _converted(value, float)


def _converted(value: object, kind: Callable[[Any], Any]) -> Any:
    if isinstance(value, Quantity):
        return value.changed(kind)
    try:
        return kind(value)
    except (TypeError, ValueError):
        raise ValueProblem(f"{repr(value)[:60]} is not a number", code="wrong-expression") from None


def round_filter(value: object, precision: object = 0, method: str = "common") -> Any:
    """Rounds a number to `precision` decimals by `method`: "common", "ceil" or "floor"."""
    digits = checked_digits(precision)
    _number(value)

    def rounded(number: Any) -> float:
        return do_round(number, digits, method) + 0  # type: ignore[arg-type]  # -0.0 + 0 is 0.0

    return value.changed(rounded) if isinstance(value, Quantity) else rounded(value)


def batch_filter(items: Any, count: object, fill_with: object = None) -> Any:
    """Splits items into lists of `count` each."""
    if not isinstance(count, int) or not 1 <= count <= MAX_BATCH:
        raise ValueProblem(f"batch takes {count!r} items; allowed: 1 to {MAX_BATCH}", code="wrong-expression")
    return do_batch(items, count, fill_with)


def short_filter(value: object) -> str:
    """A model's name without its organisation: "Meta-Llama-3-8B"."""
    return shown(value).rsplit("/", 1)[-1]


def spoken_filter(value: object) -> str:
    """A model's name as people say it: "Llama 3 8B" for "meta-llama/Meta-Llama-3-8B"."""
    words = short_filter(value).removeprefix("Meta-").removesuffix("-hf").removesuffix("-pt").split("-")
    shown = [word[:-1] + word[-1].upper() if word[:1].isdigit() and word[-1] in "bm" else word for word in words]
    text = " ".join(shown)
    return text[:1].upper() + text[1:]


FILTERS: dict[str, Callable[..., Any]] = {
    "short": short_filter,
    "spoken": spoken_filter,
    "int": int_filter,
    "float": float_filter,
    "round": round_filter,
    "string": shown,
}
"""slidegen's own filters that read their value once, besides those of `slidegen.resolve.number_filters`."""
