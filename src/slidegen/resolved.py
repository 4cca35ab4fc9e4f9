"""The frozen values of the resolve stage: what a deck's text places, and a deck with every value computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from slidegen.errors import Problem
from slidegen.judgments import Judgment
from slidegen.languages.words import said
from slidegen.marks import PLACED
from slidegen.measures import PLAIN_MEASURES, Measures
from slidegen.model import (
    CellValue,
    Column,
    DeckOptions,
    MarpHead,
    Provenance,
    SlideOptions,
    Source,
    Table,
    Text,
)
from slidegen.pictures import Picture
from slidegen.table_look import EmphasisStyle, TableLook

NOT_TRUE: Final = "not true"
"""What stands before the truth beside a claim that is not true."""


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
class PlacedClaim(PlacedValue):
    """The words of a claim. `value` is the comparison that decides it, `truth` what is true instead of the words; empty
    if they are. `lang` is the language in which both are written."""

    truth: str = ""
    lang: str = "en"

    def __str__(self) -> str:
        return self.plain

    @property
    def plain(self) -> str:
        return f"{self.text} [{said(NOT_TRUE, self.lang)[0]}: {self.truth}]" if self.truth else self.text


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of a deck: its words, what decides whether they are true, and where they stand.

    `slide` is the number of the first slide (from 1) that shows them; None if it is not known. `instead` says what is
    true of the rows that they are about, where they are not.
    """

    words: str
    judgment: Judgment
    path: str
    line: int
    slide: int | None = None
    instead: str = ""

    @property
    def holds(self) -> bool:
        """Whether the words are true. What cannot be answered is not."""
        return self.judgment.holds and self.judgment.known


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A row with totals: those of some columns by key. A total is None, "n/a", if a number of its column is missing or
    means nothing."""

    label: str
    cells: Mapping[str, CellValue]


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Some of a table's rows, `count` in a row, that have the same `value` in the column of the groups."""

    value: CellValue
    count: int
    summaries: tuple[SummaryRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Spanner:
    """A heading over columns that stand side by side, by their keys."""

    label: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """The numbers at both ends of the bars or the heat in a column; if `log`, between them by powers."""

    low: float
    high: float
    log: bool = False


@dataclass(frozen=True, slots=True)
class TableNotes:
    """The footnotes that a table's look adds: each text once, and the indexes of those at the heading of a column, and
    at the cell in a row and a column."""

    texts: tuple[str, ...] = ()
    heads: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    cells: Mapping[tuple[int, str], tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What stands in a table besides its rows, and in its cells besides their text. Columns are named by their keys.

    `grouped` is the column of the groups: its values are shown as headings, and it is not.
    """

    grouped: Column | None = None
    groups: tuple[RowGroup, ...] = ()
    summaries: tuple[SummaryRow, ...] = ()
    spanners: tuple[Spanner, ...] = ()
    bars: Mapping[str, Scale] = field(default_factory=dict)
    heat: Mapping[str, Scale] = field(default_factory=dict)
    notes: TableNotes = TableNotes()


PLAIN_ROWS: Final = Arrangement()
PLAIN_LOOK: Final = TableLook()


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A table that a slide places. `styles[row][column]` is the emphasis of each cell.

    `empty` are the columns of its source that are not shown, because they have no value in any row. `lang` is the
    language in which it is written, `label` what cross references call it; empty if none does.
    """

    name: str
    table: Table
    look: TableLook
    styles: tuple[tuple[EmphasisStyle | None, ...], ...]
    empty: tuple[Column, ...] = ()
    arrangement: Arrangement = PLAIN_ROWS
    lang: str = "en"
    label: str = ""

    @property
    def plain(self) -> str:
        """Its name, which replaces it where HTML is not possible."""
        return self.name


@dataclass(frozen=True, slots=True)
class PlacedFigure:
    """A figure that a slide places. A size that is None is that of its place; `aspect` is width over height.

    `caveats` has for each row that it draws why its numbers mean nothing, or None. `notes` has the notes on these rows.
    `sourced` tells whether a line below it has the provenance; the notes and the appendix have it in any case. `label`
    is what cross references call it; empty if none does. `annotations` are the words in the plot that the deck gives,
    and the graphics cards that it names. `drawn` are the tables from which it draws numbers, each with
    the rows that it draws and, besides those with text, the columns of these numbers; `look` has the unit, the digits
    and the labels with which it shows them.
    """

    name: str
    kind: str
    picture: Picture
    provenance: tuple[Provenance, ...]
    sourced: bool = True
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
    lang: str = "en"
    label: str = ""
    annotations: tuple[str, ...] = ()
    drawn: Mapping[str, Table] = field(default_factory=dict, repr=False)
    look: TableLook = PLAIN_LOOK

    @property
    def plain(self) -> str:
        """Its name, which replaces it where HTML is not possible."""
        return self.name


@dataclass(frozen=True, slots=True)
class PlacedQr:
    """A QR code that a slide places: its text, its edge in CSS pixels, what stands below it, what it is read as."""

    text: str
    size: int
    caption: str
    alt: str
    provenance: tuple[Provenance, ...] = ()

    @property
    def plain(self) -> str:
        """Its text, which replaces it where HTML is not possible."""
        return self.text


Placed = PlacedValue | PlacedTable | PlacedFigure | PlacedQr


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

    def followed(self, html: str) -> ResolvedText:
        """Returns this text with a block of HTML after it."""
        text = self.text.rstrip("\n")
        lines = tuple(self.line(row) for row in range(text.count("\n") + 1))
        added = html.count("\n") + 3
        return replace(self, text=f"{text}\n\n{html}\n", lines=(*lines, *(lines[-1],) * added))

    def marked(self) -> dict[int, Placed]:
        """Returns what is placed in this text, by the number of its mark. `placed` may hold that of other texts too."""
        return {index: self.placed[index] for index in PLACED.numbers(self.text)}


@dataclass(frozen=True, slots=True)
class ResolvedSlide:
    """A slide with every value computed. `dialect` is that of the file from which a deck includes it."""

    content: ResolvedText
    options: SlideOptions
    notes: ResolvedText | None
    footer: ResolvedText | None
    dialect: str | None = None


@dataclass(frozen=True, slots=True)
class ResolvedDeck:
    """A deck with every table and value computed or taken from the record.

    `tables` are the declared ones, `directives` those of a Marp deck's front matter that held expressions. If there are
    `problems`, some values are unknown: their places are empty or hold `slidegen.marks.UNKNOWN`. `left_out` has the
    numbers (from 1, as written) of the slides whose condition does not hold: the stacks are without them. `measures`
    are those of the deck's look, `footer` is that of its slides, `variables` are the deck's own with their values.
    `claims` are those of its texts, each once for its place, whether they hold or not. `results` say where all values
    come from that it computes with, whether slides show them or not.
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
    left_out: frozenset[int] = frozenset()
    measures: Measures = PLAIN_MEASURES
    footer: ResolvedText | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    results: tuple[Provenance, ...] = ()

    @property
    def shown_texts(self) -> Iterator[ResolvedText]:
        """The texts and notes of the slides that are not hidden."""
        texts = (text for stack in self.shown for slide in stack for text in (slide.content, slide.notes))
        return (text for text in texts if text is not None)

    @property
    def running_texts(self) -> Iterator[str]:
        """The texts of headers and footers."""
        footers = (slide.footer for stack in self.shown for slide in stack)
        yield from (footer.text for footer in footers if footer is not None)
        yield from () if self.marp is None else self.marp.running

    @property
    def shown(self) -> list[list[ResolvedSlide]]:
        """The stacks without hidden slides, and without stacks of which nothing is left."""
        stacks = ([slide for slide in stack if slide.options.visibility != "hidden"] for stack in self.stacks)
        return [stack for stack in stacks if stack]
