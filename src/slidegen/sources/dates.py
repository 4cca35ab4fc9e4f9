"""Finds impossible dates, such as 2026-02-30."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final

from slidegen.errors import Problem

DAY: Final = re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})")
DAY_FIRST: Final = re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})")


def impossible_date(date: str | None, name: str, line: int | None) -> Iterator[Problem]:
    """Warns of a date that is written as a day but does not exist. Any other text is a valid date."""
    match = next((m for form in (DAY, DAY_FIRST) if (m := form.fullmatch((date or "").strip()))), None)
    if match is None:
        return
    try:
        dt.date(*(int(match[part]) for part in ("year", "month", "day")))
    except ValueError as error:
        yield Problem(
            f"the date {date!r} does not exist: {error}; write one such as 2026-07-31, or any text",
            name,
            line,
            code="wrong-value",
        )
