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
"""How long the expressions of a deck may take."""
COVER: Final = "\ufdd2"
"""Stands for each character of code, which no separator is looked for in."""


class SeparatorError(Exception):
    """An expression that JavaScript does not understand, or that takes too long; the message says which."""


@dataclass(frozen=True, slots=True)
class Separators:
    """What begins a slide beside the last one, below it, and its notes: regular expressions of JavaScript."""

    beside: str = r"\r?\n---[ \t]*\r?\n"
    below: str | None = r"\r?\n(?:----|-v-)[ \t]*\r?\n"
    notes: str = r"^[ \t]*notes?:"

    @property
    def usual(self) -> bool:
        """Whether they are those of a deck that names none, which Python reads as JavaScript does."""
        return self == Separators()


@dataclass(frozen=True, slots=True)
class Part:
    """A slide: where it begins and ends, and whether it lies below the slide before it. `marks` are where the words
    stand that begin notes in it: the first does."""

    start: int
    end: int
    below: bool
    marks: Sequence[tuple[int, int]] = ()

    @property
    def notes(self) -> tuple[int, int] | None:
        """Where the mark of its notes stands."""
        return self.marks[0] if self.marks else None


def slidify(text: str, pieces: Sequence[Piece], separators: Separators) -> Iterator[Part]:
    """The slides of a text, in order. What stands in code and comments separates nothing.

    Raises:
        SeparatorError: an expression is none, or takes too long.
    """
    # A separator of the deck's own may be a comment.
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
    return Part(start, end, below, notes[first : bisect_right(notes, end, first, key=lambda one: one[1])])


def _covered(text: str, pieces: Sequence[Piece]) -> str:
    """The text with other characters in place of some pieces; the line ends around them stay."""
    parts: list[str] = []
    at = 0
    for piece in pieces:
        end = piece.end - text.startswith("\n", piece.end - 1)
        parts += [text[at : piece.start], COVER * (end - piece.start)]
        at = end
    return "".join((*parts, text[at:]))


Found = tuple[Sequence[tuple[int, int, bool]], Sequence[tuple[int, int]]]
"""Where separators begin and end, each with whether it is horizontal; where those of notes do."""


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
    return [tuple(one) for one in result["separators"]], [tuple(one) for one in result["notes"]]
