"""Limits the work of a deck's expressions: a stranger's deck must not fill the memory or run for hours.

Everything that an expression does is paid in steps: a step is a few operations, a character or an item of a list. Each
text has a limit, and so has the deck. `compiling.py` pays for blocks, comparisons, slices and list literals,
`allowed.py` for methods, filters and tests, `environment.py` for operators, subscripts and calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import NoneType
from typing import Any, cast

from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.lexer import Token
from jinja2.runtime import LoopContext
from jinja2.utils import Namespace

from slidegen.errors import DeckError, Problem
from slidegen.judgments import Judgment
from slidegen.model import Provenance
from slidegen.resolve.table_view import TableView
from slidegen.resolve.values import TOO_LARGE, Quantity, plain, shown
from slidegen.resolved import Placed, PlacedFigure, PlacedQr, PlacedTable, PlacedValue

MAX_WORK = 1_000_000
"""Steps that one text, or one evaluation of a rule, may take."""

MAX_DECK_WORK = 50_000_000
"""Steps that all texts and rules of a deck may take together: far more than 2,000 slides with loops and rules take."""

MAX_BITS = 4096
"""Bits of an integer: about 1,200 digits."""

KEY_BITS = 60
"""Bits of an integer that is a key. All multiples of 2**61 - 1 have the same hash, so larger keys could collide."""

TOKEN = 10
"""Steps of one token of a text, which is parsed and compiled."""

NAMES_OF_A_STEP = 4
"""Names that are copied in one step."""

COMPUTATION = 200
"""Steps of a call of a table source, besides those of its arguments."""

JUDGMENT = 50
"""Steps of a comparison in each row of a table, which is kept."""

FIGURE = 1000
"""Steps of placing a figure once."""

_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
_SINGLE = frozenset({bool, float, NoneType})


class NumberTooLargeError(TemplateSyntaxError):
    """An integer of more than MAX_BITS in an expression."""


class Meter:
    """Counts the steps of a deck, text by text.

    `left` is the number of steps that the current text still has, `deck_left` what the deck had when the text began.
    """

    def __init__(self) -> None:
        self.left = MAX_WORK
        self.deck_left = MAX_DECK_WORK
        self._within = False

    @contextmanager
    def text(self) -> Iterator[None]:
        """Limits the work of one text. A rule that a text evaluates uses the text's own steps."""
        if self._within:
            yield
            return
        self._within = True
        self.left = given = min(MAX_WORK, self.deck_left)
        try:
            yield
        finally:
            self._within = False
            self.deck_left -= given - max(0, self.left)

    def spend(self, work: int = 1) -> None:
        """Pays for work.

        Raises:
            DeckError: this text or the whole deck has no steps left.
        """
        self.left -= work
        if self.left < 0:
            # The error names no line: whoever evaluates the text knows it.
            raise DeckError([Problem(DECK_SPENT if self.deck_left < MAX_WORK else TEXT_SPENT, code="limit")])

    def operands(self, op: str, left: Any, right: Any) -> None:
        """Pays for an operation. Raises SecurityError for one that is not allowed, or whose result would be huge."""
        self.sources(left, right)
        if isinstance(left, Quantity) and isinstance(right, Quantity):
            left, right = left.value, right.value
        self.spend(size(left) + size(right))
        left, right = plain(left), plain(right)
        if op == "%" and isinstance(left, (str, bytes)):
            raise SecurityError("'%' on text is not allowed; use the filters")
        for text, times in ((left, right), (right, left)) if op == "*" else ():
            if isinstance(text, (str, bytes, list, tuple)) and isinstance(times, int):
                self.spend(len(text) * max(0, times))
        if isinstance(left, int) and isinstance(right, int):
            bits = left.bit_length() * abs(right) if op == "**" else left.bit_length() + right.bit_length()
            if op in ("*", "**") and bits > MAX_BITS:
                raise SecurityError("a number this large is not allowed")

    def sources(self, left: Any, right: Any) -> None:
        """Pays for merging where two computed values come from: each source is compared with each other."""
        if isinstance(left, (Quantity, Judgment)) and isinstance(right, (Quantity, Judgment)):
            self.spend(len(left.provenance) * len(right.provenance))

    def key(self, value: Any) -> Any:
        """Pays for a key of a mapping, and returns it. Raises SecurityError for a number that is too large."""
        self.spend(size(value))
        stack = [value]
        while stack:
            item = plain(stack.pop())
            if isinstance(item, tuple):
                stack += item
            elif isinstance(item, int) and item.bit_length() > KEY_BITS:
                raise SecurityError("a number this large is not allowed as a key")
        return value

    def mapping(self, given: Any = (), /, **named: Any) -> dict[Any, Any]:
        """`dict(...)`: from a mapping or pairs, and keyword arguments."""
        pairs = given.items() if isinstance(given, dict) else given
        return {self.key(key): value for key, value in pairs} | named

    def namespace(self, given: Any = (), /, **named: Any) -> Namespace:
        """`namespace(...)`: a mapping whose values ``{% set %}`` can change."""
        return Namespace(self.mapping(given, **named))

    def items(self, values: Iterable[Any]) -> list[Any]:
        """Returns values as a list, and pays for each by its size as it comes."""
        found = []
        for value in values:
            self.spend(size(value))
            found.append(value)
        return found

    def tokens(self, stream: Iterable[Token]) -> Iterator[Token]:
        """Yields the tokens of a text, and pays for each before it is parsed. Text between expressions pays when shown.

        A tag also pays for the names before it: jinja2 copies its symbols of them for every block.
        Raises NumberTooLargeError.
        """
        names: set[str] = set()
        for token in _readable(stream):
            self.spend(1 if token.type == "data" else TOKEN + len(str(token.value)))
            if token.type == "name":
                names.add(token.value)
            elif token.type == "block_begin":
                self.spend(len(names) // NAMES_OF_A_STEP)
            yield token

    def join(self, values: Iterable[Any], separator: object = "") -> str:
        """Joins values to one text, and pays for its length."""
        parts = []
        between = shown(separator)
        for value in values:
            parts.append(shown(value))
            self.spend(len(parts[-1]) + len(between) + 1)
        return between.join(parts)

    def replace(self, value: object, old: object, new: object, count: int | None = None) -> str:
        """`str.replace`, which pays for the length of its result."""
        text, before, after = shown(value), shown(old), shown(new)
        self.spend(len(text) + len(before))
        self.spend(text.count(before) * len(after))
        return text.replace(before, after, -1 if count is None else count)

    def sum(self, values: Iterable[Any], start: Any) -> Any:
        """Returns the sum of values, and pays for each addition."""
        total = start
        for value in values:
            value = value.holds if isinstance(value, Judgment) else value
            self.operands("+", total, value)
            total = total + value
        return total


TEXT_SPENT = f"this is too much work for a slide's text, more than {MAX_WORK:,} steps"
DECK_SPENT = f"expressions of this deck take too much work, more than {MAX_DECK_WORK:,} steps in all"
SPENT = frozenset({TEXT_SPENT, DECK_SPENT})
"""The messages after which no other part of a text is tried."""


def size(value: object) -> int:
    """Returns the number of characters and items in a value, nested ones included. Counting stops above MAX_WORK."""
    if type(value) in _SINGLE:
        return 1
    total = 0
    stack: list[object] = [value]
    while stack and total <= MAX_WORK:
        item = stack.pop()
        total += 1
        if isinstance(item, (str, bytes, range, TableView)):
            total += len(item)
        elif isinstance(item, int):
            total += item.bit_length() // 64
        elif isinstance(item, dict):
            stack += [*item, *item.values()]
        elif isinstance(item, (list, tuple, *_VIEWS)):
            stack += cast(Iterable[object], item)
        elif isinstance(item, Quantity):
            total += _sources(item.provenance)
            stack.append(item.value)
        elif isinstance(item, Judgment):
            total += len(item.parts) + _sources(item.provenance)
        elif isinstance(item, LoopContext):
            stack.append(item._iterable)
        elif isinstance(item, Namespace):
            stack += item._Namespace__attrs.values()  # there is no public way to read all of them
        elif isinstance(item, (PlacedValue, PlacedTable, PlacedFigure, PlacedQr)):
            total += _placed_size(item)
    return total


def _readable(stream: Iterable[Token]) -> Iterator[Token]:
    """Yields the tokens of a text. Raises NumberTooLargeError."""
    line = 1
    try:
        for token in stream:
            line = token.lineno
            if isinstance(token.value, int) and token.value.bit_length() > MAX_BITS:
                raise NumberTooLargeError(TOO_LARGE, line)
            yield token
    except ValueError:  # Python does not read a number of thousands of digits
        raise NumberTooLargeError(TOO_LARGE, line) from None


def _sources(provenance: tuple[Provenance, ...]) -> int:
    return sum(1 + len(one.models) for one in provenance)


def _placed_size(value: Placed) -> int:
    """Returns the size that placing a value adds to the slide."""
    if isinstance(value, PlacedValue):
        return len(value.text) + _sources(value.provenance)
    if isinstance(value, PlacedTable):
        return len(value.table.rows) * len(value.table.columns)
    return FIGURE
