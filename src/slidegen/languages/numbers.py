"""Numbers as a language writes them."""

from __future__ import annotations

import re
from typing import Final

from slidegen.languages.locale import ENGLISH, Locale, locale

NUMBER: Final = re.compile(r"(?P<minus>(?<![\w.,])[-−])?(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<decimals>\d+))?")
"""A number as English writes it."""
DIGITS: Final = "0123456789"


def localized(number: str, lang: str) -> str:
    """Returns a text with the numbers in it as a language ("de", "fr-CA") writes them: "1,234.5" becomes "1.234,5" or
    "1\u202f234,5". Numbers without separators of thousands get none. In languages that run from right to left a mark
    keeps a minus before its number."""
    how = locale(lang)
    return number if how == ENGLISH else NUMBER.sub(lambda found: _written(found, how), number)


def percentage(number: str, lang: str) -> str:
    """Returns the text of a number of percents, as `localized` writes it, with its sign: "25 %", "25%" or "%25"."""
    return locale(lang).percent.format(localized(number, lang))


def separators(lang: str) -> tuple[str, str]:
    """Returns the decimal sign of a language and what separates thousands."""
    how = locale(lang)
    return how.decimal, how.group


def _written(found: re.Match[str], how: Locale) -> str:
    whole, decimals, minus = found["whole"], found["decimals"], found["minus"] or ""
    if "," in whole:
        whole = _grouped(whole.replace(",", ""), how)
    text = whole if decimals is None else f"{whole}{how.decimal}{decimals}"
    if how.zero != "0":
        text = text.translate({ord(digit): ord(how.zero) + at for at, digit in enumerate(DIGITS)})
    return f"{how.mark}{minus}{text}" if minus else text


def _grouped(digits: str, how: Locale) -> str:
    if len(digits) < how.least:
        return digits
    last, others = how.sizes
    parts, rest = [digits[-last:]], digits[:-last]
    while rest:
        parts.append(rest[-others:])
        rest = rest[:-others]
    return how.group.join(reversed(parts))
