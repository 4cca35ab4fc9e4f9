"""Comparisons as people read them: numbers in their units, with as many digits as tell them apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import chain
from typing import Final

from slidegen.judgments import OPPOSITE, Comparison, Judgment, Operator
from slidegen.languages.numbers import localized
from slidegen.marks import NO_TEXT
from slidegen.model import CellValue
from slidegen.units import BYTES_PER_UNIT, LARGEST, NOT_AVAILABLE, Unit, fixed, format_bytes, format_count

NBSP: Final = "\u00a0"
SIGNS: Final[dict[Operator, str]] = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}
"""How a slide writes operators; the others are not signs of mathematics, or are written as in the deck."""
VERBS: Final[dict[Operator, str]] = {"==": "is not", "!=": "is", "not in": "is in"}
"""What is true instead of those operators that are not a word and its sign."""
TYPED: Final[tuple[Unit, ...]] = ("TiB", "TB", "GiB", "GB", "MiB", "MB")
"""Units of a limit that is typed: the first that writes it with two decimals."""
BINARY: Final[tuple[Unit, ...]] = ("TiB", "GiB", "MiB", "KiB")
MAX_DIGITS: Final = 6
"""The most decimals that tell two numbers apart."""
MAX_TEXT: Final = 60
Format = Callable[[int | float], str]


def operand_texts(comparison: Comparison, lang: str = "en") -> tuple[str, str]:
    """Returns both sides of a comparison, with digits that show which is greater."""
    left, right = comparison.left, comparison.right
    numbers = left.number, right.number
    shown = ("", "")
    for write in _formats(comparison):
        texts = [
            _text(side.value) if number is None else localized(write(number), lang).replace(" ", NBSP)
            for side, number in zip((left, right), numbers, strict=True)
        ]
        shown = (texts[0], texts[1])
        if texts[0] != texts[1] or None in numbers or numbers[0] == numbers[1]:
            break
    if comparison.operator in ("in", "not in") and isinstance(right.value, str):
        shown = (shown[0], shown[1].strip('"'))  # a list is not a text
    return shown


def described(comparison: Comparison, lang: str = "en") -> str:
    """Returns a comparison as it is written: "20.15 GiB < 24.00 GiB"."""
    left, right = operand_texts(comparison, lang)
    return f"{left} {comparison.operator} {right}"


def truth(judgment: Judgment, lang: str = "en") -> str:
    """Returns what is true where a condition does not hold: "25.13 GiB ≥ 24.00 GiB"; n/a where a number is missing."""
    part = judgment.closest
    left, right = operand_texts(part, lang)
    if not part.known:
        return NOT_AVAILABLE
    operator = part.operator if part.holds else OPPOSITE[part.operator]
    if operator in ("in", "not in", "about", "not about"):
        return left
    return f"{left} {SIGNS.get(operator, operator)} {right}"


def reason(judgment: Judgment) -> str:
    """Returns why a condition does not hold: "25.13 GiB is not < 24.00 GiB (4.7 % over)"."""
    part = judgment.closest
    left, right = operand_texts(part)
    if not part.known:
        return f"{left} cannot be compared with {right}"
    miss = part.margin
    how = "" if not miss else f" ({share(miss)} {_direction(part)})"
    if part.operator in VERBS:
        return f"{left} {VERBS[part.operator]} {right}"
    return f"{left} is not {part.operator} {right}{how}"


def share(margin: float | None) -> str:
    """Returns a margin in percent, with two digits: "4.7 %", "0.031 %"; "exact" for an equality."""
    if margin is None:
        return "exact"
    percent = margin * 100
    return f"{percent:,.0f} %" if percent >= 10 else f"{percent:.2g} %"


def _direction(part: Comparison) -> str:
    """Returns on which side of the limit the other number is."""
    limit = part.limit
    number = (part.left if limit is part.right else part.right).number or 0
    return "over" if number > (limit.number or 0) else "under"


def _formats(comparison: Comparison) -> Iterator[Format]:
    """Yields formats of both numbers, each with more digits than the one before."""
    left, right = comparison.left, comparison.right
    kind = left.kind or right.kind
    if max(abs(side.number or 0) for side in (left, right)) > LARGEST:
        kind = None
    if kind == "bytes":
        limits = [side.number or 0 for side in (comparison.limit, left, right)]
        unit = _unit(limits)
        yield from (_of_bytes(unit, digits) for digits in range(2, MAX_DIGITS + 1))
        yield lambda number: f"{number:,} B"
    elif kind == "percent":
        yield from (_of_percent(digits) for digits in range(MAX_DIGITS + 1))
    elif kind == "count":
        yield lambda number: format_count(round(number))
    yield from (_significant(digits) for digits in chain(range(4, 13), (17,)))


def _unit(limits: list[int | float]) -> Unit:
    """Returns the unit of a limit that is typed, such as 24 GB, else the largest binary one that fits the numbers."""
    limit = limits[0]
    for unit in TYPED:
        if abs(limit) >= BYTES_PER_UNIT[unit] and limit * 100 % BYTES_PER_UNIT[unit] == 0:
            return unit
    largest = max(map(abs, limits))
    return next((unit for unit in BINARY if largest >= BYTES_PER_UNIT[unit]), "B")


def _of_bytes(unit: Unit, digits: int) -> Format:
    return lambda number: f"{format_bytes(number, unit, digits)} {unit}"  # type: ignore[arg-type]  # means have fractions


def _of_percent(digits: int) -> Format:
    return lambda number: f"{fixed(number * 100, digits)} %"


def _significant(digits: int) -> Format:
    def write(number: int | float) -> str:
        if isinstance(number, int) and abs(number) < 10**9:
            return f"{number:,}"
        if isinstance(number, int):
            return f"{Decimal(number):.{digits}g}"  # no float may hold it
        return f"{number:,.{digits}g}" if 1e-4 <= abs(number) < 1e9 or not number else f"{number:.{digits}g}"

    return write


def _text(value: CellValue) -> str:
    if value is None:
        return NOT_AVAILABLE
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    value = NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", value)
    return f'"{value}"' if len(value) <= MAX_TEXT else f'"{value[:MAX_TEXT]}…"'
