"""Divides Markdown into slides by regular expressions, as reveal.js' plugin for Markdown does (`slidify`)."""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from slidegen.scan import CODE, Piece

SECONDS: Final = 5.0
"""How long matching the expressions of a deck may take."""
COVER: Final = "\ufdd2"
"""Stands for each character of code, where no separator is searched for."""


class SeparatorError(Exception):
    """An expression that is not valid JavaScript, or takes too long. The message says which."""


@dataclass(frozen=True, slots=True)
class Separators:
    """JavaScript's regular expressions that begin a slide `beside` or `below` the last one, and a slide's `notes`."""

    beside: str = r"\r?\n---[ \t]*\r?\n"
    below: str | None = r"\r?\n(?:----|-v-)[ \t]*\r?\n"
    notes: str = r"^[ \t]*notes?:"

    @property
    def usual(self) -> bool:
        """Whether they are the defaults, which mean the same in Python as in JavaScript."""
        return self == Separators()


@dataclass(frozen=True, slots=True)
class Part:
    """A slide: where it begins and ends, and whether it lies below the slide before it.

    `marks` are the places of all marks of notes in it. The first one begins the notes.
    """

    start: int
    end: int
    below: bool
    marks: Sequence[tuple[int, int]] = ()

    @property
    def notes(self) -> tuple[int, int] | None:
        """The place of the mark that begins its notes."""
        return self.marks[0] if self.marks else None


def slidify(text: str, pieces: Sequence[Piece], separators: Separators) -> Iterator[Part]:
    """Yields the slides of a text in order. Separators in code and comments do not count.

    Raises:
        SeparatorError: an expression is not valid, or takes too long.
    """
    # A separator that the deck defines may be a comment.
    kinds = CODE | {"math", "comment"} if separators.usual else CODE | {"math"}
    covered = _covered(f"{text}\n", [piece for piece in pieces if piece.kind in kinds])
    found, notes = _found_here(covered, separators) if separators.usual else _found_by_v8(covered, separators)
    at, below = 0, False
    for start, end, horizontal in found:
        yield _part(at, min(start, len(text)), below, notes)
        at, below = min(end, len(text)), not horizontal
    yield _part(at, len(text), below, notes)


def _part(start: int, end: int, below: bool, notes: Sequence[tuple[int, int]]) -> Part:
    first = bisect_left(notes, (start, 0))
    return Part(start, end, below, notes[first : bisect_right(notes, end, first, key=lambda place: place[1])])


def _covered(text: str, pieces: Sequence[Piece]) -> str:
    """Returns the text with other characters in place of some pieces. The line ends around them stay."""
    parts: list[str] = []
    at = 0
    for piece in pieces:
        end = piece.end - text.startswith("\n", piece.end - 1)
        parts += [text[at : piece.start], COVER * (end - piece.start)]
        at = end
    return "".join((*parts, text[at:]))


Found = tuple[Sequence[tuple[int, int, bool]], Sequence[tuple[int, int]]]
"""The start and end of each separator, with whether it is horizontal; the start and end of each mark of notes."""


def _found_here(text: str, separators: Separators) -> Found:
    below = re.compile(separators.below or "(?!)")
    both = re.compile(f"{separators.beside}|{separators.below}")
    found = []
    at = 0
    while (match := both.search(text, at)) is not None:
        found.append((match.start(), match.end(), below.fullmatch(match[0]) is None))
        at = match.end()
    notes = [match.span() for match in re.finditer(separators.notes, text, re.IGNORECASE | re.MULTILINE)]
    return found, notes


def _found_by_v8(text: str, separators: Separators) -> Found:
    from slidegen.v8 import EngineError, call, regex_engine

    try:
        answer = call(
            regex_engine(), "slidegenSeparators", text, separators.beside, separators.below, separators.notes,
            seconds=SECONDS,
        )  # fmt: skip
    except EngineError:
        raise SeparatorError(f"the separators take longer than {SECONDS:g} s; write simpler expressions") from None
    result = json.loads(answer)
    if "error" in result:
        raise SeparatorError(result["error"])
    return [tuple(found) for found in result["separators"]], [tuple(found) for found in result["notes"]]
