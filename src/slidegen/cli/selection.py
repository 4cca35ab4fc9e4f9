"""A selection of slides on the command line: "3-7,12"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import click

from slidegen.errors import Problem, SlidegenError

PART: Final = re.compile(r"\s*(?:([1-9]\d{0,8})|([1-9]\d{0,8})?\s*-\s*([1-9]\d{0,8})?)\s*")
FORM: Final = "write numbers and ranges, such as 3-7,12 or 5-"


@dataclass(frozen=True, slots=True)
class Selection:
    """Chosen slides: `ranges` of positions from 1, without an end if the second number is None."""

    text: str
    ranges: tuple[tuple[int, int | None], ...]

    def numbers(self, count: int) -> tuple[int, ...]:
        """Returns the positions of the chosen ones among `count` slides, in the order of the deck.

        Raises:
            SlidegenError: a number is greater than `count`.
        """
        greatest = max(max(first, last or 0) for first, last in self.ranges)
        if greatest > count:
            what = f"--slides {self.text}: the deck does not have a slide {greatest}; allowed: 1 to {count}"
            raise SlidegenError([Problem(what)])
        chosen = {number for first, last in self.ranges for number in range(first, (last or count) + 1)}
        return tuple(sorted(chosen))


def selected(text: str) -> Selection:
    """Reads a selection: numbers and ranges, separated by commas. A range may lack its first or its last number.

    Raises:
        click.BadParameter: the text has another form, or a range ends before it begins.
    """
    ranges = []
    for part in text.split(","):
        found = PART.fullmatch(part)
        if found is None or part.strip() == "-":
            raise click.BadParameter(f"{part.strip()!r} is not a selection of slides; {FORM}")
        one, first, last = found.groups()
        begin = int(one or first or 1)
        end = int(one or last) if one or last else None
        if end is not None and end < begin:
            raise click.BadParameter(f"the range {part.strip()!r} ends before it begins; {FORM}")
        ranges.append((begin, end))
    return Selection(text.strip(), tuple(ranges))
