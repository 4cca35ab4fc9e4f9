"""The facts of a language that numbers and dates follow, from Unicode's CLDR.

`cldr.json` has them; tests/languages/cldr.py writes it from Babel's data. It is read for decks that are not in English.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from slidegen.languages.direction import REGIONS
from slidegen.languages.tags import canonical, script_of

CLDR: Final = Path(__file__).with_name("cldr.json")
FROM_FIVE: Final = frozenset(
    ["bg", "es", "es-ea", "es-es", "es-gq", "es-ic", "es-ph", "et", "hu", "it", "lv", "pl", "sl"]
    + [f"pt-{region}" for region in ("ch", "cv", "gq", "gw", "lu", "mo", "mz", "pt", "st", "tl")]
)
"""Where thousands are separated from five digits on (CLDR, minimumGroupingDigits, which Babel does not have)."""
ZEROS: Final = {"arab": "٠", "arabext": "۰", "beng": "০", "deva": "०", "mymr": "၀", "thai": "๐", "tibt": "༠"}
"""The zero of each numbering system that a tag may ask for: ``ar-u-nu-arab`` (RFC 6067)."""


@dataclass(frozen=True, slots=True)
class Locale:
    """How a language writes numbers and dates. `mark` stands before a minus; `sizes` are those of the last group of
    digits and of those before it, `least` is the number of digits from which on there are groups. `percent` has {} for
    the number, `date` is CLDR's long pattern, "" if it is not readable here. `zero` is the first of other digits."""

    decimal: str = "."
    group: str = ","
    mark: str = ""
    sizes: tuple[int, int] = (3, 3)
    least: int = 4
    percent: str = "{}\u00a0%"
    date: str = ""
    months: tuple[str, ...] = ()
    zero: str = "0"


ENGLISH: Final = Locale(
    date="MMMM d, y",
    months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
)


@cache
def locale(lang: str) -> Locale:
    """Returns how a language is written: "de-AT" as "de" where nothing else is known. Digits are Western ones unless
    the tag asks for others."""
    tag, extension = canonical(lang), lang.lower().partition("-u-")[2].partition("-x-")[0]
    parts = tag.split("-")
    if script_of(tag) is None and REGIONS.get(tag):  # as the region writes it: "pa-pk" is "pa-arab-pk"
        parts.insert(1, "arab")
    if parts[0] == "en" and tag != "en-in":
        return ENGLISH
    facts: dict[str, Any] = {"percent": "{}%", "date": ENGLISH.date, "months": ENGLISH.months}
    every = _cldr()
    for end in range(1, len(parts) + 1):
        facts |= every.get("-".join(parts[:end]), {})
    if "M01" in facts["months"]:  # CLDR has no names of the months
        facts |= {"date": "", "months": ()}
    if "minus" in facts:
        facts["mark"] = facts.pop("minus")
    words = extension.split("-")
    system = words[words.index("nu") + 1] if "nu" in words[:-1] else ""
    if system in ("arab", "arabext"):
        facts |= {"decimal": "٫", "group": "٬"}
    least = 5 if tag in FROM_FIVE or (parts[0] in FROM_FIVE and parts[0] != "es") else 4
    facts["sizes"], facts["months"] = tuple(facts.get("sizes", (3, 3))), tuple(facts["months"])
    return Locale(**facts, least=least, zero=ZEROS.get(system, "0"))


@cache
def _cldr() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(CLDR.read_text(encoding="utf-8"))
    return found
