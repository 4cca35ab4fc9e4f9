"""What the engines of diagrams and the stage that places them share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from slidegen.codes import Code

SVG: Final = "http://www.w3.org/2000/svg"
EXTRA: Final = "diagrams"
"""What of slidegen installs the engines."""
FONT_SIZE: Final = 20
"""The size of a diagram's text in pixels; drawings are scaled to the space on their slide."""


Note = tuple[int, str]
"""The row (from 0) of a source, and what of it is not drawn."""


class DiagramError(Exception):
    """A diagram cannot be drawn. `row` is the row (from 0) of its source in which the mistake is, if it is known."""

    def __init__(self, message: str, row: int | None = None, *, code: Code = "diagram") -> None:
        self.row: Final = row
        self.code: Final = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class DiagramKind:
    """An engine for diagrams. `version` is that of the engine, None if it is not installed; `settings` is raised when
    its drawings change. `draw` returns an `<svg>` for the record, `rows` the row (from 0) that first names each part,
    `notes` what of a source is not drawn, by rows.
    """

    name: str
    settings: int
    version: Callable[[], tuple[str, str] | None]
    draw: Callable[[str], str]
    rows: Callable[[str, Iterable[str]], Mapping[str, int]]
    notes: Callable[[str], Iterable[Note]]
