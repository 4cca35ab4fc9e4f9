"""The frozen values of a comparison: what changed, where, and why."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from slidegen.errors import Problem
from slidegen.model import CellValue

ReasonKind = Literal[
    "missing", "variable", "parameter", "text", "model", "formula", "accounting", "library", "given", "unknown"
]
"""Why a number changed, the most specific first.

`missing`: one side has no value, for example because the old record lacks the result. `variable`: a value under
``vars:``. `parameter`: one that the deck gives to a table source. `text`: the author edited the deck. `model`: the
config of a model, or its origin. `formula`: the version of a table source. `accounting`: the arithmetic. `library`: the
version of a library that made the value. `given`: the file or the rows that the numbers were read from. `unknown`: none
of these differs.
"""
SPECIFIC: Final[tuple[ReasonKind, ...]] = (
    *("missing", "variable", "parameter", "text", "model", "formula", "accounting", "library", "given", "unknown"),
)
"""All kinds of reasons, the most specific first."""

Place = Literal["title", "text", "notes", "footer", "table", "figure", "record"]
"""Where a number stands: the deck's title, a slide's text, its notes, its footer, a table, a figure; or, if two records
are compared without their decks, a recorded result."""

ChangeKind = Literal["number", "words", "row", "column", "emphasis"]
"""What changed: a number, a sentence or a heading together with its numbers, a whole row or column that was added to a
table or removed from it, or how cells of a row are emphasised."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a change. `what` is the name of the variable, parameter, model, source or library; `old` and `new`
    are its values as text, or None if that side has none."""

    kind: ReasonKind
    what: str = ""
    old: str | None = None
    new: str | None = None

    def swapped(self) -> Reason:
        """The reason of the opposite change."""
        return Reason(self.kind, self.what, self.new, self.old)


UNKNOWN: Final = Reason("unknown")
"""Same versions, parameters and text: perhaps another machine made the numbers."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change on a slide.

    `name` is that of the table or figure, "" in text. `row` names a row of it by its naming columns, `column` is the
    label of its column; for a number in a text, `row` is the sentence around it. `old` and `new` are as shown, None
    where that side does not have it. `old_value` and `new_value` are exact: bytes are integers. They are None for
    words, and for numbers that the author typed as the slide shows them.
    """

    kind: ChangeKind
    place: Place
    name: str
    row: str
    column: str
    old: str | None
    new: str | None
    old_value: CellValue = None
    new_value: CellValue = None
    reasons: tuple[Reason, ...] = ()

    @property
    def relative(self) -> float | None:
        """The change as a share of the old number: 0.1 for 10 % more. None where it has no meaning."""
        old, new = self.old_value, self.new_value
        if not isinstance(old, int | float) or not isinstance(new, int | float):
            return None
        if isinstance(old, bool) or isinstance(new, bool) or old == 0 or not math.isfinite(old + new):
            return None
        return (new - old) / abs(old)


SlideKind = Literal["changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class SlideChange:
    """The changes of one slide. Numbers are as in a deck's page ("3", or "5.2" in a stack), None on the side that does
    not have the slide, and on both for a recorded result. `title` is that of the new slide, else of the old one."""

    kind: SlideKind
    old_number: str | None
    new_number: str | None
    title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes between `old` and `new`, which are the names of the two sides.

    `slides` are in the order of the new deck, removed ones where they stood. Slides without a change are left out.
    `same` counts the numbers that did not change, `hidden` those that differ only beyond the digits that are shown.
    `problems` tell what could not be read or computed on either side.
    """

    old: str
    new: str
    slides: tuple[SlideChange, ...]
    same: int = 0
    hidden: int = 0
    problems: tuple[Problem, ...] = ()

    def __iter__(self) -> Iterator[Change]:
        """Yields each change of each slide."""
        for slide in self.slides:
            yield from slide.changes

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.slides)

    @property
    def count(self) -> int:
        """The number of changes."""
        return sum(len(slide.changes) for slide in self.slides)

    def of_kind(self, kind: SlideKind) -> int:
        """The number of slides that changed, were added or were removed."""
        return sum(slide.kind == kind for slide in self.slides)

    @property
    def reasons(self) -> tuple[tuple[Reason, int], ...]:
        """Each reason with the number of changes for which it holds, the most frequent first."""
        counts: dict[Reason, int] = {}
        for change in self:
            for reason in change.reasons:
                counts[reason] = counts.get(reason, 0) + 1
        return tuple(sorted(counts.items(), key=lambda one: (-one[1], SPECIFIC.index(one[0].kind), one[0].what)))
