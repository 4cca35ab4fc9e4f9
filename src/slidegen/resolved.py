"""The values of the resolve stage: what a deck's text places, and a deck whose every value is computed. Frozen, too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from slidegen.errors import Problem
from slidegen.marks import PLACED
from slidegen.model import (
    CellValue,
    DeckOptions,
    EmphasisStyle,
    MarpHead,
    Provenance,
    SlideOptions,
    Source,
    Table,
    TableLook,
    Text,
)
from slidegen.pictures import Picture


@dataclass(frozen=True, slots=True)
class PlacedValue:
    """A computed number as it is shown in a sentence: its text, its exact value and where it comes from."""

    text: str
    value: CellValue
    provenance: tuple[Provenance, ...]

    def __str__(self) -> str:
        return self.text

    @property
    def plain(self) -> str:
        """What stands for it where no HTML can: its text."""
        return self.text


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A table where a slide places it: rows in their order, `styles[row][column]` the emphasis of each cell."""

    name: str
    table: Table
    look: TableLook
    styles: tuple[tuple[EmphasisStyle | None, ...], ...]

    @property
    def plain(self) -> str:
        """What stands for it where no HTML can: its name."""
        return self.name


@dataclass(frozen=True, slots=True)
class PlacedFigure:
    """A figure where a slide places it; a size that is None is that of its place, `aspect` is width over height.

    `caveats` says of each row that it draws why its numbers mean nothing, if they do.
    """

    name: str
    kind: str
    picture: Picture
    provenance: tuple[Provenance, ...]
    caption: str | None = None
    width: int | None = None
    height: int | None = None
    aspect: float | None = None
    steps: bool = False
    caveats: tuple[str | None, ...] = ()

    @property
    def plain(self) -> str:
        """What stands for it where no HTML can: its name."""
        return self.name


Placed = PlacedValue | PlacedTable | PlacedFigure


@dataclass(frozen=True, slots=True)
class ResolvedText:
    """Expanded text. What Jinja placed in it stands as a mark (see `slidegen.marks`), `placed` says what it is.

    `lines` says for each of its lines from which line of the deck's file it comes; None if Jinja moved none of those
    of its `source`.
    """

    text: str
    placed: tuple[Placed, ...]
    source: Text
    lines: tuple[int, ...] | None = None

    def line(self, row: int) -> int:
        """The line of the deck's file from which the row (from 0) of this text comes."""
        if self.lines is None:
            return self.source.line_of(row)
        return self.lines[min(row, len(self.lines) - 1)]

    def marked(self) -> dict[int, Placed]:
        """What stands in this text, by the number of its mark; `placed` may hold what stands in others."""
        return {index: self.placed[index] for index in PLACED.numbers(self.text)}


@dataclass(frozen=True, slots=True)
class ResolvedSlide:
    """A slide whose every value is computed."""

    content: ResolvedText
    options: SlideOptions
    notes: ResolvedText | None
    footer: ResolvedText | None


@dataclass(frozen=True, slots=True)
class ResolvedDeck:
    """A deck whose every table and value is computed or taken from the record; `tables` are the declared ones,
    `directives` those of a Marp deck's front matter that held expressions.

    With `problems` some are not: their places are empty, or hold `slidegen.marks.UNKNOWN`.
    """

    source: Source
    options: DeckOptions
    tables: Mapping[str, PlacedTable]
    stacks: tuple[tuple[ResolvedSlide, ...], ...]
    marp: MarpHead | None = None
    warnings: tuple[Problem, ...] = ()
    dialect: str = "slidegen"
    directives: Mapping[str, ResolvedText] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
