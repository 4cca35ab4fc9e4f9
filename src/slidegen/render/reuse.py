"""Rendered texts of earlier builds, and what rendering them found out.

A text is rendered again only if it, or something that its HTML depends on, has changed. Lines are kept as they were and
moved when the text now stands elsewhere in the file.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Final

from slidegen.errors import Problem
from slidegen.limits import links_too_long
from slidegen.memo import content_key
from slidegen.model import Layout
from slidegen.render.context import Findings
from slidegen.render.typos import MAX_COMPARED
from slidegen.resolved import PlacedFigure, ResolvedText
from slidegen.source_lines import moved_lines

FOOTNOTE: Final = "[^"


@dataclass(frozen=True, slots=True)
class Found:
    """What rendering a text adds to the findings of a deck."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    has_math: bool
    linked: int
    compared: int
    steps: int

    def moved(self, by: int) -> Found:
        """The same for a text that now stands some lines further down."""
        if not by or not (self.problems or self.warnings):
            return self
        problems, warnings = (
            tuple(replace(p, line=None if p.line is None else p.line + by) for p in some)
            for some in (self.problems, self.warnings)
        )
        return replace(self, problems=problems, warnings=warnings)

    def and_then(self, other: Found) -> Found:
        """Both together."""
        return Found(
            self.problems + other.problems,
            self.warnings + other.warnings,
            self.has_math or other.has_math,
            self.linked + other.linked,
            self.compared + other.compared,
            max(self.steps, other.steps),
        )

    def fits(self, findings: Findings) -> bool:
        """Whether it can be added as it is: the limits of the whole deck are not reached."""
        if findings.compared + self.compared > MAX_COMPARED:
            return False
        return links_too_long(findings.linked + self.linked) is None

    def add_to(self, findings: Findings) -> None:
        """Adds it to the findings of a deck."""
        for problem in self.problems:
            findings.add_problem(problem)
        findings.warnings += self.warnings
        findings.has_math |= self.has_math
        findings.linked += self.linked
        findings.compared += self.compared
        findings.steps = max(findings.steps, self.steps)


NOTHING_FOUND: Final = Found((), (), False, 0, 0, 1)


@dataclass(frozen=True, slots=True)
class KeptText:
    """The HTML of a footer or of notes, for a text that began on `line`. `number` stands for it in other keys."""

    number: int
    html: str
    line: int
    found: Found


@dataclass(frozen=True, slots=True)
class KeptSlide:
    """The HTML of a slide's text, likewise."""

    number: int
    body: str
    media: str
    footnotes: str
    notes: str
    layout: Layout
    classes: tuple[str, ...]
    line: int
    found: Found


class Recorder:
    """Records what is added to the findings of a deck from now on."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._steps, findings.steps = findings.steps, 1
        self._math, findings.has_math = findings.has_math, False
        self._counts = len(findings.problems), len(findings.warnings)
        self._sums = findings.linked, findings.compared

    def end(self) -> Found:
        """Returns what was added."""
        findings = self._findings
        problems, warnings = self._counts
        found = Found(
            tuple(findings.problems[problems:]),
            tuple(findings.warnings[warnings:]),
            findings.has_math,
            findings.linked - self._sums[0],
            findings.compared - self._sums[1],
            findings.steps,
        )
        findings.steps = max(findings.steps, self._steps)
        findings.has_math |= self._math
        return found


def is_sure(findings: Findings) -> bool:
    """Whether what was rendered does not depend on what stands before it in the deck: no limit was reached."""
    return findings.compared < MAX_COMPARED and links_too_long(findings.linked) is None


def text_key(text: ResolvedText, name: str) -> Hashable | None:
    """Returns a key for a text, its lines counted from its first; None if it cannot be kept. `name` is that of its
    slide, which only footnotes and figures use."""
    source = text.source
    rows = [lines and tuple(line - source.line for line in lines) for lines in (source.lines, text.lines)]
    placed = content_key(text.placed) if text.placed else b""
    if placed is None:
        return None
    named = FOOTNOTE in text.text or any(isinstance(one, PlacedFigure) for one in text.placed)
    return (text.text, source.path, *rows, placed, name if named else "")


def moved(html: str, by: int) -> str:
    """HTML whose text now stands some lines further down."""
    return moved_lines(html, by) if by else html
