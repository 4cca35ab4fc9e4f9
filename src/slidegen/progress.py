"""What slow work tells while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A step of slow work: `text` is what begins now, if anything does. Of the `total` parts of a table of `source`
    that are computed `done` are finished, one that is half done counting half; work that is not counted has a total
    of 0. A `detail` explains what was done, to those who ask for it."""

    text: str
    source: str = ""
    done: float = 0
    total: int = 0
    detail: bool = False


Progress = Callable[[Step], None]


def silent(_: Step) -> None:
    """Progress that nobody wants to see."""
