"""The numbers of slides behind the name of a file: ``2-5``, ``3``, ``1,3-4``, ``6-``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from slidegen.codes import Code

RANGE: Final = re.compile(r"\s*(?P<first>\d{1,6})\s*(?P<dash>[-\u2013]\s*(?P<last>\d{1,6})?)?\s*")


class IncludeError(Exception):
    """Slides of another file cannot be included; the message says why."""

    def __init__(self, message: str, *, code: Code = "include") -> None:
        self.code: Final = code
        super().__init__(message)


def chosen(text: str, count: int, file: str) -> Sequence[int]:
    """Returns the numbers (from 0) of the slides that a text names, in order and each once; all for "".

    `count` is how many slides the `file` has.

    Raises:
        IncludeError: the text cannot be read, or names a slide that is not there.
    """
    if not text.strip():
        return range(count)
    found: dict[int, None] = {}
    for part in text.split(","):
        match = RANGE.fullmatch(part)
        if match is None:
            raise IncludeError(f"slides {text!r} cannot be read; write them as 2-5, 3, 6- or 1,3-4", code="wrong-value")
        first = int(match["first"])
        last = int(match["last"]) if match["last"] else count if match["dash"] else first
        has = f"{file!r} has {count} slide{'' if count == 1 else 's'}"
        if not first >= 1 or max(first, last) > count:
            raise IncludeError(f"slides {part.strip()}: {has}, numbered from 1", code="wrong-value")
        if last < first:
            raise IncludeError(f"slides {part.strip()}: write the smaller number first", code="wrong-value")
        found.update(dict.fromkeys(range(first - 1, last)))
    return sorted(found)
