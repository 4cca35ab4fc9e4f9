"""The frozen values of the resolve stage: what a deck's text places, and a deck with every value computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from slidegen.errors import Problem
from slidegen.marks import PLACED
from slidegen.model import (
    CellValue,
    Column,
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
    """A computed number in a sentence: its text, its exact value and where it comes from."""

    text: str
    value: CellValue
    provenance: tuple[Provenance, ...]

    def __str__(self) -> str:
        return self.text

    @property
    def plain(self) -> str:
        """Its text, which replaces it where HTML is not possible."""
        return self.text


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A table that a slide places. `styles[row][column]` is the emphasis of each cell.

    `empty` are the columns of its source that are not shown, because they have no value in any row.
    """

    name: str
    table: Table
    look: TableLook
    styles: tuple[tuple[EmphasisStyle | None, ...], ...]
    empty: tuple[Column, ...] = ()

    @property
    def plain(self) -> str:
        """Its name, which replaces it where HTML is not possible."""
        return self.name


@dataclass(frozen=True, slots=True)
class PlacedFigure:
    """A figure that a slide places. A size that is None is that of its place; `aspect` is width over height.

    `caveats` has for each row that it draws why its numbers mean nothing, or None. `notes` has the notes on these rows.
    """

    name: str
    kind: str
    picture: Picture
    provenance: tuple[Provenance, ...]
    title: str | None = None
    subtitle: str | None = None
    caption: str | None = None
    width: int | None = None
    height: int | None = None
    aspect: float | None = None
    steps: bool = False
    patterns: bool = False
    caveats: tuple[str | None, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def plain(self) -> str:
        """Its name, which replaces it where HTML is not possible."""
        return self.name


Placed = PlacedValue | PlacedTable | PlacedFigure


@dataclass(frozen=True, slots=True)
class ResolvedText:
    """Expanded text. Marks (see `slidegen.marks`) stand for what Jinja placed in it, which is in `placed`.

    `lines` has for each of its lines the line of the deck's file that it comes from; None if Jinja moved none of those
    of its `source`.
    """

    text: str
    placed: tuple[Placed, ...]
    source: Text
    lines: tuple[int, ...] | None = None

    def line(self, row: int) -> int:
        """Returns the line of the deck's file that a row (from 0) of this text comes from."""
        if self.lines is None:
            return self.source.line_of(row)
        return self.lines[min(row, len(self.lines) - 1)]

    def marked(self) -> dict[int, Placed]:
        """Returns what is placed in this text, by the number of its mark. `placed` may hold that of other texts too."""
        return {index: self.placed[index] for index in PLACED.numbers(self.text)}


@dataclass(frozen=True, slots=True)
class ResolvedSlide:
    """A slide with every value computed."""

    content: ResolvedText
    options: SlideOptions
    notes: ResolvedText | None
    footer: ResolvedText | None


@dataclass(frozen=True, slots=True)
class ResolvedDeck:
    """A deck with every table and value computed or taken from the record.

    `tables` are the declared ones, `directives` those of a Marp deck's front matter that held expressions. If there are
    `problems`, some values are unknown: their places are empty or hold `slidegen.marks.UNKNOWN`.
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
