"""Where something stands in a text: signs that close, brackets, lines. Each is looked for once, so that reading a text
takes time in proportion to its length."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import Final

BRACES: Final = re.compile(r"[{}]")


class Places:
    """The places in a text that begins in line `number`."""

    def __init__(self, text: str, number: int) -> None:
        self.text = text
        self.number = number
        self._next: dict[str, tuple[int, int]] = {}
        self._rows: list[int] | None = None
        self._closed: dict[re.Pattern[str], dict[int, int]] = {}

    def line(self, at: int) -> int:
        """The line of the file in which `at` is."""
        if self._rows is None:
            self._rows = [found.start() for found in re.finditer("\n", self.text)]
        return self.number + bisect_left(self._rows, at)

    def find(self, what: str, at: int, pattern: re.Pattern[str] | None = None) -> int:
        """Where something stands from `at` on, or -1. What is not there is looked for once."""
        start, place = self._next.get(what, (1, 0))
        if start <= at and (place < 0 or at <= place):
            return place
        if pattern is None:
            place = self.text.find(what, at)
        else:
            found = pattern.search(self.text, at)
            place = -1 if found is None else found.start()
        self._next[what] = (at, place)
        return place

    def after_braces(self, at: int) -> int | None:
        """Where the text goes on after the braces that open at `at`; None if they do not close."""
        end = self.ends(BRACES).get(at)
        return None if end is None else end + 1

    def ends(self, signs: re.Pattern[str]) -> Mapping[int, int]:
        """Where each bracket of a kind is closed; all are looked for at once."""
        if signs not in self._closed:
            opened: list[int] = []
            ends: dict[int, int] = {}
            for sign in signs.finditer(self.text):
                if sign[0] in "[{":
                    opened.append(sign.start())
                elif opened:
                    ends[opened.pop()] = sign.start()
            self._closed[signs] = ends
        return self._closed[signs]
