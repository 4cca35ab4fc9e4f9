"""The values that pass from stage to stage. All are frozen, and nothing here computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from slidegen.build_options import OpensWith as OpensWith
from slidegen.deck_options import Appendix as Appendix
from slidegen.deck_options import DeckOptions as DeckOptions
from slidegen.errors import KeyPath, Problem
from slidegen.include import Include as Include
from slidegen.project import Project
from slidegen.slide_options import Background as Background
from slidegen.slide_options import Layout as Layout
from slidegen.slide_options import SlideOptions as SlideOptions
from slidegen.table_look import TableLook

# --- tables and values -------------------------------------------------------------------------

CellValue = str | int | float | bool | None
"""The value of a cell, never a formatted number. None is "n/a"."""

ColumnKind = Literal[
    "text",
    "model",
    "bytes",
    "count",
    "integer",
    "number",
    "percent",
    "measure",
    "ratio",
    "significant",
    "caveat",
    "note",
]
"""How a column is shown: `bytes` in the table's unit, `count` as "7.50 B" parameters, `percent` from a ratio, `measure`
with as many decimals as its smallest number needs for three digits, `ratio` (a cosine, a correlation) with four,
`significant` each number by itself, with a power of ten if need be. A `caveat` says why the numbers of its row mean
nothing: slides show no such column but a star at the row's name, and the words under the table or figure. A `note` says
what else a reader must know about the numbers of its row; slides show it in the same way, with a dagger."""

FOOTNOTES: Final[frozenset[ColumnKind]] = frozenset({"caveat", "note"})
"""The kinds whose cells are shown under a table, not in a column."""
NUMERIC: Final = frozenset({"bytes", "count", "integer", "number", "percent", "measure", "ratio", "significant"})
"""The kinds whose cells are numbers."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a computed table: its key in expressions, its heading, and how its cells are shown."""

    key: str
    label: str
    kind: ColumnKind


@dataclass(frozen=True, slots=True)
class Request:
    """What a result depends on: the source, its version, its parameters (canonical JSON) and its inputs' digests."""

    source: str
    version: int
    parameters: str
    inputs: tuple[tuple[str, str], ...] | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a computed value comes from.

    `source` is the table source ("memory"), `accounting` the arithmetic used, `models` maps each model to where its
    config came from ("catalogue", "hub@<revision>", a path), `versions` the libraries that made the facts, `date` the
    day (ISO) on which the value was first computed, `leaves_out` what the accounting does not count. `given` is the
    source of numbers that were not computed: "results.csv". If such a table has `computed_cells`, the other fields are
    about these. `requests` are the recorded results that the value is from. Slides do not show them, so provenances
    that differ only in them are equal.
    """

    source: str
    accounting: str | None = None
    models: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    date: str | None = None
    leaves_out: str | None = None
    given: str | None = None
    computed_cells: bool = False
    requests: tuple[Request, ...] = field(default=(), compare=False, repr=False)

    def of_row(self, cells: tuple[CellValue, ...]) -> Provenance:
        """Returns the provenance of one row of a table: with the row's own models alone, if it names any."""
        own = {str(cell): self.models[cell] for cell in cells if isinstance(cell, str) and cell in self.models}
        return self if not own or own == self.models else replace(self, models=own)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How close a number is to what is measured: the largest relative `error`, and the `evidence` for it, words that
    follow "within 1.6 %, ": "the largest error of 131 published steps"."""

    error: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Table:
    """A computed table: rows of typed cells (as many as columns), and where they come from."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[CellValue, ...], ...]
    provenance: Provenance

    def column(self, key: str) -> int:
        """Returns the index of the column `key`. Raises KeyError if there is none."""
        for index, column in enumerate(self.columns):
            if column.key == key:
                return index
        raise KeyError(key)


# --- models ------------------------------------------------------------------------------------

ParameterKind = Literal["linear", "embedding", "norm", "bias", "conv", "other"]
Scope = Literal["both", "head", "base"]
"""Which build of a model has a parameter: both, only the architecture's class (its output head), or only the one
that `AutoModel` builds (for example, a pooler)."""


@dataclass(frozen=True, slots=True)
class ParameterGroup:
    """Parameters that are alike: the same module class, name (layer and expert numbers as ``*``) and shape.

    `kind` is "linear" for every matrix that multiplies activations: weights of `nn.Linear`, of GPT-2's `Conv1D` and
    fused 3-D expert weights, whose first axis counts the experts. `count` is the number of parameter tensors in the
    group. A `tied` group shares the storage of another one and does not count in totals.
    """

    module: str
    name: str
    kind: ParameterKind
    shape: tuple[int, ...]
    count: int
    scope: Scope
    tied: bool = False


@dataclass(frozen=True, slots=True)
class Census:
    """All parameters of a model, as transformers builds it on the meta device.

    `largest_layer_bytes` and `total_bytes` are accelerate's float32 figures, buffers included, of `AutoModel`'s build
    or of the class that the config's auto_map names; `largest_layers` the names of the layers that reach the maximum.
    """

    model_class: str
    base_class: str
    groups: tuple[ParameterGroup, ...]
    largest_layer_bytes: int
    largest_layers: tuple[str, ...]
    total_bytes: int
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """A model's config and where it was found. The census is separate, because it may be slow.

    `digest` is the SHA-256 of the config as canonical JSON; `origin` is "catalogue", "folder", "project", "cache" or
    "hub", or says that it is a nominal size; `revision` the commit, where there is one; `source` says where a catalogue
    config's facts come from.
    """

    name: str
    config: Mapping[str, Any]
    digest: str
    origin: str
    revision: str | None = None
    source: str | None = None
    location: Path | None = None


# --- decks -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was read. `name` is the path as the user typed it, which every message uses. Other files are read
    for it only if its `project` admits them.

    `files` are the pictures inside the file itself, by the paths that the deck's text uses for them. The `text` of a
    notebook is its cells, one below the other. `cells` are then the lines in which they begin, and the line after the
    last. The last line of each cell is empty and stands for the cell's output.

    `parts` are the files whose slides the deck includes, by their names.
    """

    path: Path
    name: str
    text: str
    project: Project
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    cells: tuple[int, ...] = ()
    parts: Mapping[str, Source] = field(default_factory=dict, repr=False)

    def located(self, problem: Problem) -> Problem:
        """A problem as people look for it: in a notebook by the number of its cell and the line in that."""
        source = self.file(problem.path)
        return problem if source is None else problem.in_cell(source.cells)

    def file(self, name: str | None) -> Source | None:
        """The deck's file, or one that it includes, by its name; None for any other file."""
        return self if name == self.name else self.parts.get(name or "")


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of a deck's text, which starts in line `line` (from 1) of the file `path`. `lines` has the line of the
    file for each of its lines; None if they are consecutive."""

    text: str
    path: str
    line: int
    lines: tuple[int, ...] | None = None

    def line_of(self, row: int) -> int:
        """The line of the file from which the row (from 0) of this text comes."""
        if self.lines is None:
            return self.line + row
        return self.lines[min(row, len(self.lines) - 1)]


Scheme = Literal["light", "dark"]
"""What colours are made for: a light or a dark page."""


@dataclass(frozen=True, slots=True)
class TableDeclaration:
    """A table as a deck declares it. `parameters` are not expanded or checked. The keys of `lines` are "columns",
    "columns.0" and so on."""

    name: str
    source: str
    parameters: Mapping[str, Any]
    look: TableLook
    path: str
    line: int
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FigureDeclaration:
    """A figure as a deck declares it: a chart of a `kind` from a `table`. `options` are not checked; `lines` has the
    line of each."""

    name: str
    kind: str
    table: str
    options: Mapping[str, Any]
    path: str
    line: int
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide as written. `footer` replaces the deck's footer on this slide.

    One with an `include` stands for slides of another file until these are read. `part` is 0 for the deck's own slides,
    else the number of the part of the deck that it comes from.
    """

    content: Text
    options: SlideOptions
    notes: Text | None = None
    footer: Text | None = None
    include: Include | None = None
    part: int = 0


@dataclass(frozen=True, slots=True)
class MarpHead:
    """The front matter that marp-core gets for a deck in the Marp dialect: without slidegen's own keys.

    `meta` holds the directives about the document (title, author, keywords, url, image), `running` the lines of the
    running headers and footers by their text, `directives` those of the front matter that hold expressions. `size` is
    the value of the directive.
    `theme_given` says that the theme comes from the command line and not from the deck, so that it must exist.
    """

    text: str
    theme: str | None
    meta: Mapping[str, str]
    running: Mapping[str, int] = field(default_factory=dict)
    directives: Mapping[str, Text] = field(default_factory=dict)
    theme_given: bool = False
    size: str | None = None


BY_MARP: Final = frozenset({"marp", "plain"})
"""The dialects of Markdown that marp-core reads: they have no attributes and no lists of definitions."""


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck as parsed, with nothing computed. `stacks` holds the slides; a stack of more than one is vertical.

    `dialect` is that of its Markdown, and `why` says by which sign it was recognised.

    `marp` is set for a deck in the Marp dialect, which marp-core renders. `templated` says whether the text goes
    through Jinja. `warnings` are about what looks wrong but does not stop a build. `variable_lines` has the lines of
    values under `vars:` by their path: ("models", 0).

    `problems` are mistakes that leave the rest of the file usable: the stages go on to find more, but write nothing.
    `slide_lines` has the first and the last line of each slide where its text does not say it.
    `unusable` are the names whose declarations have mistakes, as ("tables", "t"), with None for unknown names. What
    uses them is not checked.
    `parts` are the files that it includes, numbered from 1.
    """

    source: Source
    options: DeckOptions
    variables: Mapping[str, Any]
    tables: tuple[TableDeclaration, ...]
    stacks: tuple[tuple[Slide, ...], ...]
    figures: tuple[FigureDeclaration, ...] = ()
    footer: Text | None = None
    title: Text | None = None
    marp: MarpHead | None = None
    templated: bool = True
    warnings: tuple[Problem, ...] = ()
    variable_lines: Mapping[KeyPath, int] = field(default_factory=dict)
    dialect: str = "slidegen"
    why: str = ""
    problems: tuple[Problem, ...] = ()
    unusable: frozenset[tuple[str, str | None]] = frozenset()
    slide_lines: tuple[tuple[int, int], ...] | None = None
    parts: tuple[Part, ...] = ()

    def of_part(self, number: int) -> Deck:
        """The deck of a part with those of its slides that are included; for 0 this deck with its own slides."""
        stacks = (tuple(slide for slide in stack if slide.part == number) for stack in self.stacks)
        own = self if number == 0 else self.parts[number - 1].deck
        return replace(own, stacks=tuple(filter(None, stacks)))


@dataclass(frozen=True, slots=True)
class Part:
    """A file that a deck includes: what it declares, without its slides, and why it is here. `within` is the number of
    the part that includes it, or 0 for the deck."""

    deck: Deck
    include: Include
    within: int = 0
