"""Widths of text in Source Sans 3, the typeface of the slides, so that labels can be placed without a browser.

`widths.json` holds the advance widths of the regular weight, from the font file; all digits have the same width.
Kerning only makes text narrower, so these widths are upper bounds.
"""

from __future__ import annotations

import json
import unicodedata
from bisect import bisect_right
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

SEMIBOLD: Final = 1.035
"""The width of text in weight 600, relative to the regular weight."""
WIDE, USUAL = 1.0, 0.56
"""The widths, in ems, of East Asian characters and emoji, and of other characters that the table lacks."""
CAP_HEIGHT: Final = 0.66
"""The height of capitals and digits, in ems."""
ASCENT, DESCENT = 0.76, 0.24
"""How far text extends above and below its baseline, in ems, including accents and parentheses."""
LINE: Final = 1.2
"""The distance of baselines, in ems."""


@cache
def advances() -> dict[str, float]:
    """The width of each character of the typeface in ems."""
    text = Path(__file__).with_name("widths.json").read_text(encoding="utf-8")
    table = json.loads(text)
    return {sign: int(width) / table["units_per_em"] for width, signs in table["widths"].items() for sign in signs}


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """The width of one line of text in pixels, at `size` pixels an em."""
    known = advances()
    ems = sum(known.get(sign) or _unknown(sign) for sign in text)
    return ems * size * (SEMIBOLD if bold else 1.0)


def _unknown(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0.0
    return WIDE if unicodedata.east_asian_width(sign) in "WF" or sign > "\U0001f000" else USUAL


CUT: Final = "…"


def shortened(text: str, size: float, room: float) -> str:
    """Cuts `text` with an ellipsis so that it is at most `room` pixels wide."""
    if text_width(text, size) <= room + 0.5:
        return text

    def cut(end: int) -> str:
        return f"{text[:end].rstrip()}{CUT}"

    too_long = bisect_right(range(len(text) + 1), room, key=lambda end: text_width(cut(end), size))
    return cut(max(0, too_long - 1))


def wrapped(text: str, size: float, room: float, lines: int = 2) -> list[str]:
    """Wraps `text` at spaces into at most `lines` lines of `room` pixels. Cuts the last line if necessary."""
    found: list[str] = []
    words = [word for word in text.split(" ") if word]  # a narrow space does not break a line
    while words:
        line = words.pop(0)
        while words and text_width(f"{line} {words[0]}", size) <= room:
            line = f"{line} {words.pop(0)}"
        if len(found) == lines - 1:
            line = " ".join([line, *words])
            words = []
        found.append(shortened(line, size, room))
    return found
