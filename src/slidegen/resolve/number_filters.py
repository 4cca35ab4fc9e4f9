"""The filters that show numbers and dates, as the deck's language writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from slidegen.languages.dates import long_date
from slidegen.languages.numbers import localized, percentage
from slidegen.resolve.values import ValueProblem, checked_digits, placed_number, plain
from slidegen.resolved import PlacedValue
from slidegen.units import DIGITS, Unit, fixed, format_bytes, format_count

NBSP: Final = "\u00a0"
SIZES: Final[Mapping[str, Unit]] = {"gib": "GiB", "gb": "GB", "mib": "MiB", "mb": "MB"}


def number_filters(lang: str) -> dict[str, Callable[..., Any]]:
    """Returns the filters for a language, by their names."""

    def size(unit: Unit) -> Callable[..., PlacedValue | str]:
        def show(value: object, digits: int = DIGITS) -> PlacedValue | str:
            """Bytes in a unit: ``{{ x | gib }}`` gives "13.98 GiB"."""

            def text(number: Any) -> str:
                return f"{localized(format_bytes(number, unit, checked_digits(digits)), lang)}{NBSP}{unit}"

            return placed_number(value, text)

        return show

    def count(value: object) -> PlacedValue | str:
        """A number of parameters: "7.50 B"."""
        return placed_number(value, lambda number: localized(format_count(int(number)).replace(" ", NBSP), lang))

    def percent(value: object, digits: int = 0) -> PlacedValue | str:
        """A ratio as percent: 0.25 gives "25 %"."""

        def text(ratio: Any) -> str:
            return percentage(fixed(ratio * 100, checked_digits(digits), grouped=False), lang)

        return placed_number(value, text)

    def number(value: object, digits: int = 0) -> PlacedValue | str:
        """A number with `digits` decimals and separators of thousands."""
        return placed_number(value, lambda given: localized(fixed(given, checked_digits(digits)), lang))

    def date(value: object) -> str:
        """A date in full: "November 30, 2026"."""
        day = plain(value)
        try:
            return long_date(day if isinstance(day, dt.date) else dt.date.fromisoformat(str(day)), lang)
        except ValueError:
            message = f"{str(day)[:60]!r} is not a date; write it as 2026-11-30"
            raise ValueProblem(message, code="wrong-expression") from None

    sizes = {name: size(unit) for name, unit in SIZES.items()}
    return {**sizes, "count": count, "percent": percent, "number": number, "date": date}
