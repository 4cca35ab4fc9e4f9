"""Dates as a language writes them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from slidegen.languages.locale import locale
from slidegen.languages.numbers import localized

FIELD: Final = re.compile(r"'(?P<words>[^']*)'|(?P<field>y+|[ML]+|d+)")


def long_date(day: dt.date, lang: str) -> str:
    """Returns a date as a language writes it in full: "30. November 2026", "2026年11月30日"; as 2026-11-30 in a
    language whose dates have parts that are not known here."""
    how = locale(lang)
    if not how.date:
        return day.isoformat()

    def part(found: re.Match[str]) -> str:
        field = found["field"]
        if field is None:
            return found["words"] or "'"
        if field[0] == "y":
            return str(day.year)
        if field[0] == "d":
            return str(day.day).zfill(len(field))
        return how.months[day.month - 1] if len(field) == 4 else str(day.month).zfill(min(len(field), 2))

    return localized(FIELD.sub(part, how.date), lang)
