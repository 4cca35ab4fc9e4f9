"""The keys of a deck's citations, as they are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

References = Literal["foot", "end", "both"]
"""Where the references of citations stand: at the foot of each slide, on slides at the end, or both."""


@dataclass(frozen=True, slots=True)
class Bibliography:
    """The files of a deck's `bibliography`, the style of its citations (the name of one, or a CSL file), and where the
    references stand."""

    files: tuple[str, ...] = ()
    style: str | None = None
    references: References = "end"
