"""How a build ends: with the files that it wrote, or stopped by the user."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from slidegen.codes import Code
from slidegen.errors import Problem

STREAM: Final = Path("-")
"""Stands for an output that is not a file."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build wrote: the deck's file (or `STREAM`), the files `beside` it, and the record if it changed. `lines`
    holds the line of each slide, `cells` the line in which each cell of a notebook begins, `files` the name of the file
    of each slide if the deck includes others."""

    output: Path
    beside: tuple[Path, ...]
    size: int
    lines: tuple[int, ...]
    record: Path | None
    warnings: tuple[Problem, ...]
    cells: tuple[int, ...] = ()
    files: tuple[str, ...] = ()

    def file(self, deck: str, slide: int) -> str:
        """The name of the file that a slide (from 0) of the deck is in."""
        return self.files[slide] if self.files else deck

    def problem(self, message: str, deck: str, slide: int, *, code: Code) -> Problem:
        """What is found on a slide (from 0) of the deck."""
        return self.located(
            Problem(message, self.file(deck, slide), self.lines[slide], slide=slide + 1, code=code), deck
        )

    def located(self, problem: Problem, deck: str) -> Problem:
        """A problem as people look for it: in a notebook by its cell."""
        return problem.in_cell(self.cells) if problem.path == deck else problem


class Stopped(KeyboardInterrupt):
    """Ctrl-C stopped a build. `record`, if any, has `kept` of the `due` results that were to be computed so far."""

    def __init__(self, kept: int, due: int, record: Path | None) -> None:
        super().__init__(f"stopped; {kept} of {due} results kept in {record}" if record else "stopped")
