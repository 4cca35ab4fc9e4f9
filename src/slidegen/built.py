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
    holds the line of each slide, `cells` the line in which each cell of a notebook begins."""

    output: Path
    beside: tuple[Path, ...]
    size: int
    lines: tuple[int, ...]
    record: Path | None
    warnings: tuple[Problem, ...]
    cells: tuple[int, ...] = ()

    def problem(self, message: str, deck: str, slide: int, code: Code = "runs-off") -> Problem:
        """What a browser finds on a slide (from 0) of the deck."""
        return Problem(message, deck, self.lines[slide], slide=slide + 1, code=code).in_cell(self.cells)


class Stopped(KeyboardInterrupt):
    """Ctrl-C stopped a build. `record`, if any, has `kept` of the `due` results that were to be computed so far."""

    def __init__(self, kept: int, due: int, record: Path | None) -> None:
        super().__init__(f"stopped; {kept} of {due} results kept in {record}" if record else "stopped")
