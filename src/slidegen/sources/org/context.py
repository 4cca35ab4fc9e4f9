"""What the parts of one translation share: the file's settings, its places, and what is found on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from slidegen.errors import Problem
from slidegen.model import Source
from slidegen.sources.org.settings import Settings
from slidegen.sources.translation import Line
from slidegen.sources.translation.words import apart

Macros = Mapping[str, str]


@dataclass(slots=True)
class Context:
    """The state of one translation. `places` maps what a link may name to the id of a slide, `templated` whether the
    deck requests values; `notes` and `used` (footnotes) are those of the slide
    at hand, `contents` are the headings as `front.Entry` has them, `uncited` the works that are listed only,
    `labels` those of cross references."""

    source: Source
    settings: Settings
    macros: Macros = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    footnotes: dict[str, Sequence[Line]] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    templated: bool = False
    losses: list[Problem] = field(default_factory=list)
    linked: set[str] = field(default_factory=set)
    notes: list[Line] = field(default_factory=list)
    used: dict[str, None] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    code_lines: dict[str, int] = field(default_factory=dict)
    last_code_line: int = 0
    contents: Sequence[tuple[int, str, str, int]] = ()
    depth: int = 0
    uncited: list[str] = field(default_factory=list)
    labels: frozenset[str] = frozenset()

    def sealed(self, text: str) -> str:
        """A formula or HTML in which Jinja sees nothing, in a deck that requests no values."""
        return text if self.templated else apart(text)

    def lose(self, message: str, number: int) -> None:
        """Notes what is lost, at the line of the file."""
        problem = Problem(message, self.source.name, number, code="not-applied")
        if problem not in self.losses[-20:]:
            self.losses.append(problem)
