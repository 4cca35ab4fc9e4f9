"""Progress reports of slow work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from slidegen.codes import Code


@dataclass(frozen=True, slots=True)
class Step:
    """A step of slow work. `text` describes what begins now, if anything. `done` of the `total` parts of a table of
    `source` are finished; a half-finished part counts as 0.5. Work without a count has a total of 0. A `detail` is an
    explanation that is shown only if the user wants details. `code` is that of its message."""

    text: str
    source: str = ""
    done: float = 0
    total: int = 0
    detail: bool = False
    code: Code = "progress"


Progress = Callable[[Step], None]


def silent(_: Step) -> None:
    """Ignores progress."""
