"""The option `--slides`: numbers and ranges of slides, such as ``1,4-6,9-``."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import Final

import click

from slidegen.cli.messages import counted
from slidegen.errors import Problem, SlidegenError

PART: Final = re.compile(r"(\d{1,6})?-?(\d{1,6})?", re.ASCII)
EXAMPLES: Final = "3, 3-7, 3-, -7 or 1,4-6"


@dataclass(frozen=True, slots=True)
class SlideNumbers:
    """Numbers of slides as the user gave them in `text`: ranges of the first and the last one, None for an open end."""

    text: str
    ranges: tuple[tuple[int | None, int | None], ...]

    def of(self, deck: str, count: int) -> Set[int]:
        """Returns the numbers in a deck of `count` slides. Raises SlidegenError if it does not have one of them."""
        named = [(first or 1, count if last is None else last) for first, last in self.ranges]
        if any(first > count or last > count for first, last in named):
            message = f"--slides {self.text}: the deck has {counted(count)}; allowed: 1 to {count}"
            raise SlidegenError([Problem(message, deck, code="slide-range")])
        return frozenset(number for first, last in named for number in range(first, last + 1))


class SlideNumbersType(click.ParamType[SlideNumbers]):
    """Reads `SlideNumbers`."""

    name = "numbers"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> SlideNumbers:
        """Returns the numbers in a text. Raises click.BadParameter."""
        ranges = []
        for part in value.split(","):
            found = PART.fullmatch(part.strip())
            first, last = (int(number) if number else None for number in found.groups()) if found else (0, 0)
            if found is None or (first, last) == (None, None) or 0 in (first, last):
                self.fail(
                    f"{part.strip()!r} is not a number or a range from 1 on; write 3, 3-7, 3-, -7 or 1,4-6", param, ctx
                )
            last = last if "-" in part else first
            if first is not None and last is not None and last < first:
                self.fail(f"{part.strip()!r} ends before it begins", param, ctx)
            ranges.append((first, last))
        return SlideNumbers(value, tuple(ranges))


slides_option = click.option(
    "--slides", type=SlideNumbersType(), metavar="NUMBERS", help=f"Only these slides: {EXAMPLES}."
)
