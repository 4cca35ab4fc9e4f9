"""Marks stand in text for something that is inserted later: what Jinja placed (in text, or in a drawing), code that
Jinja must not touch, highlighted code that marp-core need not wait for, HTML that is put into a tree, formulas in HTML
that marp-core's library sets. The two delimiters of `CONTENT` enclose what a slide holds, those of `RUNNING` its header
and footer. The number of a `LINE` is the deck's line from which the text after it comes.

A mark is a number between two noncharacters of Unicode, which no deck can hold (`slidegen.sources.read` refuses
them) and which Jinja and Markdown pass through untouched in text, math, code and attributes alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Marks:
    """One kind of mark: its two delimiters. Newlines may stand before the closing one, to keep line numbers."""

    opening: str
    closing: str
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", re.compile(f"{self.opening}([0-9]+)\n*{self.closing}"))

    def mark(self, index: int, newlines: int = 0) -> str:
        """Returns the mark with the number `index`. `newlines` are those of what it stands for."""
        return f"{self.opening}{index}{newlines * chr(10)}{self.closing}"

    def numbers(self, text: str) -> Iterator[int]:
        """Returns the numbers of the marks in a text, in order."""
        return (int(match[1]) for match in self.pattern.finditer(text))

    def shifted(self, text: str, by: int) -> str:
        """Returns `text` with `by` added to the number of every mark."""
        return self.pattern.sub(lambda match: match[0].replace(match[1], str(int(match[1]) + by)), text)

    def replace(self, text: str, replacement: Callable[[int], str]) -> str:
        """Returns `text` with every mark replaced by what `replacement` returns for its number."""
        if self.opening not in text:
            return text
        return self.pattern.sub(lambda match: replacement(int(match[1])), text)


PLACED: Final = Marks("\ufdd0", "\ufdd1")
CODE: Final = Marks("\ufdd2", "\ufdd3")
HIGHLIGHTED: Final = Marks("\ufdd4", "\ufdd5")
DRAWN: Final = Marks("\ufdd6", "\ufdd7")
INSERTED: Final = Marks("\ufdd8", "\ufdd9")
CONTENT: Final = Marks("\ufdda", "\ufddb")
LINE: Final = Marks("\ufddc", "\ufddd")
RUNNING: Final = Marks("\ufdde", "\ufddf")
FORMULA: Final = Marks("\ufde0", "\ufde1")
KINDS: Final = (PLACED, CODE, HIGHLIGHTED, DRAWN, INSERTED, CONTENT, LINE, RUNNING, FORMULA)
UNKNOWN: Final = "\ufdee"
"""The text of a value that is unknown because of a mistake. A mistake that quotes it only follows from that one."""
DELIMITERS: Final = tuple(sign for kind in KINDS for sign in (kind.opening, kind.closing))
NO_TEXT: Final = re.compile(f"[\\0\ud800-\udfff{''.join(DELIMITERS)}{UNKNOWN}]")
"""The characters that no deck may hold: the marks' delimiters, NUL, which HTML cannot hold, and halves of characters
(surrogates), which UTF-8 cannot hold."""
