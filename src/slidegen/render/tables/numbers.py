"""Numbers in tables that people write: with signs, units, uncertainties, in the language of the deck or another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Final

from slidegen.languages.numbers import separators

MISSING: Final = frozenset({"", "-", "–", "—", "−", "…", "...", "?", "n/a", "N/A", "na", "NA", "n. a.", "k. A."})
"""What stands in a cell without a number."""
LONGEST: Final = 40
"""How many characters a number has at most, with all that belongs to it."""
GAP: Final = 2.0
"""How much wider than its widest cell a column of numbers may become by what aligns them, in ems."""
SPACES: Final = " \u00a0\u2009\u202f"
POWER: Final = r"(?P<power>[eE][+-]?\d{1,3}|\s?[×·]\s?10[⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
UNIT: Final = r"(?:\s?(?:[%‰°×]|[A-Za-zµ°Ω€$£¥%][A-Za-zµΩ°²³/·%]{0,9}))?"

ENDING: Final = re.compile(rf"(?<=\d){UNIT}$")


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
    point, comma = separators(lang)
    other = ("," if point == "." else "."), ("." if point == "." else ",")
    for signs in ((point, comma), other):
        found = [None if cell in MISSING else _pattern(*signs).fullmatch(cell) for cell in given]
        if all(match or cell in MISSING for match, cell in zip(found, given, strict=True)):
            if any(match and match["power"] for match in found):
                return [""] * len(given)
            return _padding([match["tail"] if match else None for match in found])
    return None


def unit_of(cell: str) -> str:
    """Returns the unit at the end of a cell with a number, with the space before it; "" without one."""
    found = ENDING.search(cell)
    return found[0] if found else ""


def _padding(tails: Sequence[str | None]) -> list[str]:
    """Returns for each tail what the others have and it lacks, so that all are as wide; nothing if the units have so
    little in common that this leaves a gap. All digits have the same width."""
    from slidegen.figures.type import text_width  # slides without tables need no charts

    signs = [None if tail is None else Counter(re.sub(r"\d", "0", tail)) for tail in tails]
    every: Counter[str] = Counter()
    for one in filter(None, signs):
        every |= one
    widest = max(text_width(tail, 1.0) for tail in tails if tail is not None)
    if text_width("".join(every.elements()), 1.0) > widest + GAP:
        return [""] * len(tails)
    return ["" if one is None else "".join((every - one).elements()) for one in signs]
