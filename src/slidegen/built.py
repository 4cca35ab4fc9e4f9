"""How a build ends: with what it wrote, or stopped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from slidegen.errors import Problem

STREAM: Final = Path("-")
"""What stands for an output that is no file."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build wrote: the deck's file (`STREAM` if it went to one) and the record, if it changed. `lines` says
    where each slide stands, `beside` which files were written beside it, `cells` where those of a notebook begin."""

    output: Path
    beside: tuple[Path, ...]
    size: int
    lines: tuple[int, ...]
    record: Path | None
    warnings: tuple[Problem, ...]
    cells: tuple[int, ...] = ()

    def problem(self, message: str, deck: str, slide: int) -> Problem:
        """What is wrong with a slide (from 0) of the deck."""
        return Problem(message, deck, self.lines[slide]).in_cell(self.cells)


class Stopped(KeyboardInterrupt):
    """A build that Ctrl-C ended: `kept` of the `due` results that it had to compute so far are in `record`, if any."""

    def __init__(self, kept: int, due: int, record: Path | None) -> None:
        super().__init__(f"stopped; {kept} of {due} results kept in {record}" if record else "stopped")
