"""Numbers in tables that people write: with signs, units, uncertainties, in the language of the deck or another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Final

from slidegen.units import localized

MISSING: Final = frozenset({"", "-", "–", "—", "−", "…", "...", "?", "n/a", "N/A", "na", "NA", "n. a.", "k. A."})
"""What stands in a cell without a number."""
LONGEST: Final = 40
"""How many characters a number has at most, with all that belongs to it."""
SPACES: Final = " \u00a0\u2009\u202f"
POWER: Final = r"(?P<power>[eE][+-]?\d{1,3}|\s?[×·]\s?10[⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
UNIT: Final = r"(?:\s?(?:[%‰°×]|[A-Za-zµ°Ω€$£¥%][A-Za-zµΩ°²³/·%]{0,9}))?"


@cache
def _pattern(point: str, comma: str) -> re.Pattern[str]:
    separators = "".join(sorted({comma, *SPACES, "’", "'"} - {point}))
    decimals = rf"(?:{re.escape(point)}\d+)?"
    return re.compile(
        rf"[+\-−–±~≈<>≤≥]*[{SPACES}]?[€$£¥]?[{SPACES}]?(?:\d{{1,3}}(?:[{re.escape(separators)}]\d{{3}})+|\d+)"
        rf"(?P<tail>{decimals}{POWER}(?:\s?±\s?\d+{decimals})?{UNIT})"
    )


def missing_tails(cells: Sequence[str], lang: str) -> list[str] | None:
    """Returns what is missing behind the number in each cell, so that all points stand below each other, if every cell
    of the column holds a number or says that there is none; else None.

    A number is read as the language of the deck writes it, and if the column is not written so, with point and comma
    exchanged. What is returned is text as wide as what is missing; none in a column with powers of ten.
    """
    given = [cell.strip() for cell in cells]
    if all(cell in MISSING for cell in given) or any(len(cell) > LONGEST for cell in given):
        return None
    point, comma = localized(".", lang), localized(",", lang)
    other = ("," if point == "." else "."), ("." if point == "." else ",")
    for signs in ((point, comma), other):
        found = [None if cell in MISSING else _pattern(*signs).fullmatch(cell) for cell in given]
        if all(match or cell in MISSING for match, cell in zip(found, given, strict=True)):
            if any(match and match["power"] for match in found):
                return [""] * len(given)
            tails = [match["tail"] if match else None for match in found]
            from slidegen.figures.type import text_width  # slides without tables need no charts

            longest = max((tail for tail in tails if tail is not None), key=lambda tail: text_width(tail, 1.0))
            return ["" if tail is None else _less(longest, tail) for tail in tails]
    return None


def _less(longest: str, tail: str) -> str:
    """Returns the signs of a tail that another one lacks. All digits have the same width."""
    of_digits = (Counter(re.sub(r"\d", "0", text)) for text in (longest, tail))
    return "".join((next(of_digits) - next(of_digits)).elements())
