"""What expressions may use, and its price: attributes and methods by type, filters, tests.

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

from slidegen.resolve import values
from slidegen.resolve.meter import Meter, size
from slidegen.resolved import PlacedFigure, PlacedTable, PlacedValue

Read = Callable[[Any], Any]
Price = Callable[[Any, tuple[Any, ...]], int]
"""The steps of a method, by its object and its arguments; of a filter, by its value and its other arguments."""


def nothing(_owner: Any, given: tuple[Any, ...]) -> int:
    """The price of what does not look at its object, nor into its arguments, or pays for itself."""
    return 1 + len(given)


def arguments(_owner: Any, given: tuple[Any, ...]) -> int:
    """The price of what looks at its arguments only."""
    return 1 + sum(map(size, given))


def everything(owner: Any, given: tuple[Any, ...]) -> int:
    """The price of what looks at its object and its arguments once."""
    return size(owner) + sum(map(size, given))


def backwards(owner: Any, given: tuple[Any, ...]) -> int:
    """The price of looking for a text from the end, or for each of some letters: Python compares each with each."""
    others = 1 + sum(len(other) for other in given if isinstance(other, str))
    return size(owner) * others


def ordering(owner: Any, given: tuple[Any, ...]) -> int:
    """The price of putting a list in order: each item is compared several times."""
    count = len(owner) if isinstance(owner, Sized) else 1
    return size(owner) * (1 + count.bit_length()) + sum(map(size, given))


def batched(owner: Any, given: tuple[Any, ...]) -> int:
    """The price of `batch`, which fills up the last list."""
    return everything(owner, given) + (min(given[0], values.MAX_BATCH) if isinstance(given[0], int) else 0)


def dated(_owner: Any, given: tuple[Any, ...]) -> int:
    """The price of `strftime`: the C library makes up to 256 letters of each."""
    return 1 + 256 * sum(map(size, given))


_DATE = {
    **dict.fromkeys(("ctime", "isocalendar", "isoformat", "isoweekday", "replace", "toordinal", "weekday"), nothing),
    "strftime": dated,
}

METHODS: Mapping[type, Mapping[str, Price]] = {
    str: {
        **dict.fromkeys(("capitalize", "casefold", "count", "endswith", "find", "index", "isalnum"), everything),
        **dict.fromkeys(("isalpha", "isdigit", "islower", "isspace", "isupper", "lower", "partition"), everything),
        **dict.fromkeys(("removeprefix", "removesuffix", "split", "splitlines"), everything),
        **dict.fromkeys(("startswith", "swapcase", "title", "upper"), everything),
        **dict.fromkeys(("lstrip", "rfind", "rpartition", "rsplit", "rstrip", "strip"), backwards),
        **dict.fromkeys(("join", "replace"), nothing),
    },
    list: {"copy": everything, "count": everything, "index": everything},
    tuple: {"count": everything, "index": everything},
    range: {"count": everything, "index": everything},
    dict: {"copy": everything, "get": arguments, "items": nothing, "keys": nothing, "values": nothing},
    dt.datetime: {**_DATE, "date": nothing, "time": nothing},
    dt.date: _DATE,
    values.TableView: {"row": everything},
    LoopContext: {"changed": arguments, "cycle": nothing},
}
"""The methods that a text may call, with their prices."""

ATTRIBUTES: Mapping[type, frozenset[str]] = {
    range: frozenset({"start", "stop", "step"}),
    _GroupTuple: frozenset({"grouper", "list"}),
    dt.datetime: frozenset({"year", "month", "day", "hour", "minute", "second"}),
    dt.date: frozenset({"year", "month", "day"}),
    values.Quantity: frozenset({"value"}),
    values.TableView: frozenset({"rows"}),
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
"""The attributes that a text may read. Each is there already, or costs next to nothing."""

NAMED = (values.Row, Namespace)
"""What has the names that the deck gave: every one that does not begin with an underscore."""


def allowed(owner: object, name: str) -> bool:
    """Whether a text may use an attribute."""
    if isinstance(owner, NAMED):
        return not name.startswith("_")
    kinds = type(owner).__mro__
    return any(name in METHODS.get(kind, ()) or name in ATTRIBUTES.get(kind, ()) for kind in kinds)


class Method:
    """A method of a value, which pays whenever it is called, wherever it was handed to."""

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
        return made(self._meter, getattr(self._owner, self._name)(*given, **named))


def made(meter: Meter, result: Any) -> Any:
    """Pays for the memory of a text or list that was made, and gives it back."""
    if isinstance(result, (str, list, tuple)):
        meter.spend(len(result))
    return result


# --- filters and tests -------------------------------------------------------------------------


def _of_jinja(price: Price, *names: str) -> dict[str, tuple[Callable[..., Any], Price]]:
    return {name: (cast(Callable[..., Any], JINJA_FILTERS[name]), price) for name in names}


def filters(meter: Meter, read: Read) -> dict[str, Callable[..., Any]]:
    """All filters, by name; `read` gives what they work on as data.

    Those of Jinja that make long texts from short ones, or markup from text, are not there.
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
        **_of_jinja(nothing, "attr", "d", "default", "first", "last", "length"),
        **_of_jinja(everything, "abs", "capitalize", "e", "escape", "filesizeformat", "forceescape", "items", "list"),
        **_of_jinja(everything, "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "safe", "select"),
        **_of_jinja(everything, "selectattr", "title", "truncate", "upper", "urlencode", "wordcount"),
        **_of_jinja(ordering, "dictsort", "groupby", "sort"),
        **_of_jinja(backwards, "trim"),
        **{name: (function, everything) for name, function in values.FILTERS.items()},
        "batch": (values.batch_filter, batched),
        "join": (join, nothing),
        "replace": (replace, nothing),
        "sum": (total, nothing),
        "unique": (unique, nothing),
    }
    return {name: _priced(meter, read, function, price) for name, (function, price) in priced.items()}


TESTS = (
    *("!=", "<", "<=", "==", ">", ">=", "boolean", "callable", "defined", "divisibleby", "eq", "equalto", "escaped"),
    *("even", "false", "filter", "float", "ge", "greaterthan", "gt", "in", "integer", "iterable", "le", "lessthan"),
    *("lower", "lt", "mapping", "ne", "none", "number", "odd", "sameas", "sequence", "string", "test", "true"),
    *("undefined", "upper"),
)


def tests(meter: Meter, read: Read) -> dict[str, Callable[..., Any]]:
    """All tests, by name; each pays for what it compares."""
    return {name: _priced(meter, read, cast(Callable[..., Any], JINJA_TESTS[name]), everything) for name in TESTS}


def _priced(meter: Meter, read: Read, function: Callable[..., Any], price: Price) -> Callable[..., Any]:
    """A filter or test that pays, for its arguments and for what it makes."""
    leading = 1 if hasattr(function, "jinja_pass_arg") else 0

    @functools.wraps(function)
    def run(*given: Any, **named: Any) -> Any:
        given, named = tuple(map(read, given)), {name: read(value) for name, value in named.items()}
        arguments = (*given[leading:], *named.values())
        if price is ordering and isinstance(arguments[0], Iterator):
            arguments = (meter.items(arguments[0]), *arguments[1:])
            given = (*given[:leading], arguments[0], *given[leading + 1 :])
        meter.spend(price(arguments[0], arguments[1:]))
        return made(meter, function(*given, **named))

    return run
