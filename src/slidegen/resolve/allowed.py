"""What expressions may use, and its price in steps: attributes and methods by type, filters, tests.

The lists are closed: what a later version of Python or Jinja adds is refused until it has a price here.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterator, Mapping, Sized
from typing import Any, cast

from jinja2 import pass_environment
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.filters import _GroupTuple, ignore_case, make_attrgetter
from jinja2.runtime import BlockReference, LoopContext, Macro
from jinja2.tests import TESTS as JINJA_TESTS
from jinja2.utils import Namespace
from markupsafe import Markup

from slidegen.judgments import Operator
from slidegen.resolve import values
from slidegen.resolve.judging import TESTS as COMPARING
from slidegen.resolve.judging import about, compare
from slidegen.resolve.meter import JUDGMENT, Meter, size
from slidegen.resolve.number_filters import number_filters
from slidegen.resolve.table_view import Row, TableView
from slidegen.resolved import PlacedFigure, PlacedTable, PlacedValue

Read = Callable[[Any], Any]
Price = Callable[[Any, tuple[Any, ...]], int]
"""The steps of a method, from its object and its arguments; of a filter, from its value and its other arguments."""


def constant(_owner: Any, given: tuple[Any, ...]) -> int:
    """The price of what reads neither its object nor the contents of its arguments, or pays for itself."""
    return 1 + len(given)


def arguments(_owner: Any, given: tuple[Any, ...]) -> int:
    """The price of what reads only its arguments."""
    return 1 + sum(map(size, given))


def linear(owner: Any, given: tuple[Any, ...]) -> int:
    """The price of what reads its object and its arguments once."""
    return size(owner) + sum(map(size, given))


def quadratic(owner: Any, given: tuple[Any, ...]) -> int:
    """The price of searching from the end, or for any of several characters: Python compares each with each."""
    others = 1 + sum(len(other) for other in given if isinstance(other, str))
    return size(owner) * others


def sorting(owner: Any, given: tuple[Any, ...]) -> int:
    """The price of sorting a list: each item is compared several times."""
    count = len(owner) if isinstance(owner, Sized) else 1
    return size(owner) * (1 + count.bit_length()) + sum(map(size, given))


def claiming(owner: Any, given: tuple[Any, ...]) -> int:
    """The price of a claim about the rows of a table: it reads all their cells, compares a number of each, and finds
    rows by its arguments."""
    return size(owner) * (len(owner.table.columns) + JUDGMENT + sum(map(size, given)))


def batching(owner: Any, given: tuple[Any, ...]) -> int:
    """The price of `batch`, which fills up the last list."""
    return linear(owner, given) + (min(given[0], values.MAX_BATCH) if isinstance(given[0], int) else 0)


def date_format(_owner: Any, given: tuple[Any, ...]) -> int:
    """The price of `strftime`: the C library writes up to 256 characters for each one of the format."""
    return 1 + 256 * sum(map(size, given))


_DATE = {
    **dict.fromkeys(("ctime", "isocalendar", "isoformat", "isoweekday", "replace", "toordinal", "weekday"), constant),
    "strftime": date_format,
}

METHODS: Mapping[type, Mapping[str, Price]] = {
    str: {
        **dict.fromkeys(("capitalize", "casefold", "count", "endswith", "find", "index", "isalnum"), linear),
        **dict.fromkeys(("isalpha", "isdigit", "islower", "isspace", "isupper", "lower", "partition"), linear),
        **dict.fromkeys(("removeprefix", "removesuffix", "split", "splitlines"), linear),
        **dict.fromkeys(("startswith", "swapcase", "title", "upper"), linear),
        **dict.fromkeys(("lstrip", "rfind", "rpartition", "rsplit", "rstrip", "strip"), quadratic),
        **dict.fromkeys(("join", "replace"), constant),
    },
    list: {"copy": linear, "count": linear, "index": linear},
    tuple: {"count": linear, "index": linear},
    range: {"count": linear, "index": linear},
    dict: {"copy": linear, "get": arguments, "items": constant, "keys": constant, "values": constant},
    dt.datetime: {**_DATE, "date": constant, "time": constant},
    dt.date: _DATE,
    TableView: {
        "row": linear,
        **dict.fromkeys(("least", "most", "rank", "ordered", "only", "all", "none", "count"), claiming),
    },
    LoopContext: {"changed": arguments, "cycle": constant},
}
"""The methods that a text may call, with their prices."""

ATTRIBUTES: Mapping[type, frozenset[str]] = {
    range: frozenset({"start", "stop", "step"}),
    _GroupTuple: frozenset({"grouper", "list"}),
    dt.datetime: frozenset({"year", "month", "day", "hour", "minute", "second"}),
    dt.date: frozenset({"year", "month", "day"}),
    values.Quantity: frozenset({"value"}),
    TableView: frozenset({"rows"}),
    PlacedValue: frozenset({"text", "value"}),
    PlacedTable: frozenset({"name"}),
    PlacedFigure: frozenset({"name", "kind"}),
    LoopContext: frozenset(
        [
            *("depth", "depth0", "first", "index", "index0", "last", "length"),
            *("nextitem", "previtem", "revindex", "revindex0"),
        ]
    ),
    Macro: frozenset({"arguments", "caller", "catch_kwargs", "catch_varargs", "name"}),
    BlockReference: frozenset({"super"}),
}
"""The attributes that a text may read. Each is stored already, or costs next to nothing."""

NAMED = (Row, Namespace)
"""Types whose names the deck gives: all may be read but those that begin with an underscore."""


def allowed(owner: object, name: str) -> bool:
    """Returns whether a text may use an attribute."""
    if isinstance(owner, NAMED):
        return not name.startswith("_")
    kinds = type(owner).__mro__
    return any(name in METHODS.get(kind, ()) or name in ATTRIBUTES.get(kind, ()) for kind in kinds)


class Method:
    """A method of a value that pays whenever it is called, even if it was passed on first."""

    __slots__ = ("_meter", "_name", "_owner", "_price")

    def __init__(self, meter: Meter, owner: Any, name: str) -> None:
        self._meter = meter
        self._owner = str(owner) if isinstance(owner, Markup) else owner
        self._name = name
        self._price = next(METHODS[kind][name] for kind in type(owner).__mro__ if name in METHODS.get(kind, ()))

    def __call__(self, *given: Any, **named: Any) -> Any:
        self._meter.spend(self._price(self._owner, (*given, *named.values())))
        if isinstance(self._owner, str) and self._name == "replace":
            return self._meter.replace(self._owner, *given, **named)
        if isinstance(self._owner, str) and self._name == "join":
            (parts,) = given
            return self._meter.join(parts, self._owner)
        return paid(self._meter, getattr(self._owner, self._name)(*given, **named))


def paid(meter: Meter, result: Any) -> Any:
    """Pays for the memory of a result that is a text or a list, and returns it."""
    if isinstance(result, (str, list, tuple)):
        meter.spend(len(result))
    return result


# --- filters and tests -------------------------------------------------------------------------


def _of_jinja(price: Price, *names: str) -> dict[str, tuple[Callable[..., Any], Price]]:
    return {name: (cast(Callable[..., Any], JINJA_FILTERS[name]), price) for name in names}


def filters(meter: Meter, read: Read, lang: str) -> dict[str, Callable[..., Any]]:
    """Returns all filters by name. `read` turns what they work on into data; numbers are shown as in a language.

    Filters of Jinja that make long texts from short ones, or markup from text, are left out.
    """

    @pass_environment
    def unique(environment: Any, items: Any, case_sensitive: bool = False, attribute: Any = None) -> Iterator[Any]:
        getter = make_attrgetter(environment, attribute, None if case_sensitive else ignore_case)
        seen = set()
        for item in items:
            key = meter.key(getter(item))
            if key not in seen:
                seen.add(key)
                yield item

    def join(parts: Any, separator: object = "") -> str:
        return meter.join(parts, separator)

    def replace(text: object, old: object, new: object, count: int | None = None) -> str:
        return meter.replace(text, old, new, count)

    @pass_environment
    def total(environment: Any, items: Any, attribute: Any = None, start: Any = 0) -> Any:
        return meter.sum(items if attribute is None else map(make_attrgetter(environment, attribute), items), start)

    priced: dict[str, tuple[Callable[..., Any], Price]] = {
        **_of_jinja(constant, "attr", "d", "default", "first", "last", "length"),
        **_of_jinja(linear, "abs", "capitalize", "e", "escape", "filesizeformat", "forceescape", "items", "list"),
        **_of_jinja(linear, "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "safe", "select"),
        **_of_jinja(linear, "selectattr", "title", "truncate", "upper", "urlencode", "wordcount"),
        **_of_jinja(sorting, "dictsort", "groupby", "sort"),
        **_of_jinja(quadratic, "trim"),
        **{name: (function, linear) for name, function in {**values.FILTERS, **number_filters(lang)}.items()},
        "batch": (values.batch_filter, batching),
        "join": (join, constant),
        "replace": (replace, constant),
        "sum": (total, constant),
        "unique": (unique, constant),
    }
    return {name: _priced(meter, read, function, price) for name, (function, price) in priced.items()}


TESTS = (
    *("!=", "<", "<=", "==", ">", ">=", "boolean", "callable", "defined", "divisibleby", "eq", "equalto", "escaped"),
    *("even", "false", "filter", "float", "ge", "greaterthan", "gt", "in", "integer", "iterable", "le", "lessthan"),
    *("lower", "lt", "mapping", "ne", "none", "number", "odd", "sameas", "sequence", "string", "test", "true"),
    *("undefined", "upper"),
)


def tests(meter: Meter, read: Read) -> dict[str, Callable[..., Any]]:
    """Returns all tests by name. Each pays for what it compares."""

    def comparing(operator: Operator) -> Callable[[Any, Any], Any]:
        def test(left: Any, right: Any) -> Any:
            meter.sources(left, right)
            return compare(operator, left, right)

        return test

    known = {name: cast(Callable[..., Any], JINJA_TESTS[name]) for name in TESTS}
    known |= {name: comparing(operator) for name, operator in COMPARING.items()}
    return {name: _priced(meter, read, test, linear) for name, test in (known | {"about": about}).items()}


def _priced(meter: Meter, read: Read, function: Callable[..., Any], price: Price) -> Callable[..., Any]:
    """Returns a filter or test that pays for its arguments and its result."""
    leading = 1 if hasattr(function, "jinja_pass_arg") else 0

    @functools.wraps(function)
    def run(*given: Any, **named: Any) -> Any:
        given, named = tuple(map(read, given)), {name: read(value) for name, value in named.items()}
        arguments = (*given[leading:], *named.values())
        if price is sorting and isinstance(arguments[0], Iterator):
            arguments = (meter.items(arguments[0]), *arguments[1:])
            given = (*given[:leading], arguments[0], *given[leading + 1 :])
        meter.spend(price(arguments[0], arguments[1:]))
        return paid(meter, function(*given, **named))

    return run
