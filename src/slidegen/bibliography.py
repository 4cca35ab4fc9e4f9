"""The keys of a deck's citations, as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

References = Literal["foot", "end", "both", "none"]
"""Where the references of citations stand: at the foot of each slide, on slides at the end, both, or nowhere."""
CITING_KEYS: Final = (
    "bibliography",
    "references",
    "csl",
    "citations",
    "nocite",
    "link-citations",
    "suppress-bibliography",
)


@dataclass(frozen=True, slots=True)
class Bibliography:
    """The files of a deck's `bibliography` and the works of its `references`, the style of its citations (the name of
    one, or a CSL file), where the references stand, the text that names works that are listed without a citation, and
    whether citations are links."""

    files: tuple[str, ...] = ()
    works: tuple[Mapping[str, Any], ...] = ()
    style: str | None = None
    references: References = "end"
    nocite: str = ""
    linked: bool = True

    @property
    def cites(self) -> bool:
        """Whether the deck has works to cite."""
        return bool(self.files or self.works)
