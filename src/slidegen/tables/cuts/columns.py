"""The columns of a Parquet file by the keys that a deck uses: those of a sweep, or of any other file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from slidegen.codes import Code
from slidegen.errors import Problem, nearest
from slidegen.model import NUMERIC, Column, ColumnKind
from slidegen.parquet.plan import CellType, FileSchema
from slidegen.tables.base import ParameterError
from slidegen.tables.data import column_key
from slidegen.tables.sweep_format import (
    ERROR,
    METADATA,
    PARAMETER,
    PROVENANCE_COLUMNS,
    WHOLE,
    all_columns,
    cell_type,
    read_head,
)

KINDS: Final[Mapping[CellType, ColumnKind]] = {
    "whole": "integer",
    "number": "number",
    "switch": "text",
    "text": "text",
}
"""The kinds of columns whose kind the file does not say."""
MOST_DESCRIBED: Final = 10_000
"""The most columns that a sweep may describe, those of each of its tables."""
MODELS: Final = f"{PARAMETER}models"
FOUND: Final = {"fits": frozenset({"batch_size", "seq_len", "rank"})}
"""The columns of a source that have the name of a parameter and hold what was found instead."""


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of a file: how slides show it, its name and its type in the file."""

    column: Column
    name: str
    type: CellType

    @property
    def numeric(self) -> bool:
        """Whether its cells are numbers."""
        return self.type in ("whole", "number")


@dataclass(slots=True)
class Mistakes:
    """Mistakes in the parameters of a cut, each with the parameter that it is about."""

    found: list[tuple[str, Problem]] = field(default_factory=list)

    def add(self, option: str, message: str, code: Code = "wrong-value") -> None:
        """Adds a mistake."""
        self.found.append((option, Problem(f"sweep: {message}", code=code)))

    def check(self) -> None:
        """Raises ParameterError with all mistakes, if there are any."""
        if self.found:
            raise ParameterError(self.found)


@dataclass(frozen=True, slots=True)
class FileColumns:
    """The columns of a file by their keys. `source` is the table source of a sweep, None for any other file.

    `cells` are the keys of a table's columns, `parameters` those of a sweep's parameters that none of these shows.
    `settings` has for a key the column with the parameter of that name, which a setting that failed has as well.
    """

    file: str
    known: Mapping[str, FileColumn]
    cells: tuple[str, ...]
    source: str | None = None
    parameters: tuple[str, ...] = ()
    settings: Mapping[str, FileColumn] = field(default_factory=dict)
    unreadable: frozenset[str] = frozenset()

    def find(self, option: str, key: str, mistakes: Mistakes, *, numeric: bool = False) -> FileColumn | None:
        """Returns the column with a key. Adds a mistake about an option and returns None if there is none, or if it
        does not hold numbers although they must be `numeric`."""
        found = self.known.get(key)
        if found is None and key in self.unreadable:
            allowed = "allowed: text, numbers, dates and truth values"
            mistakes.add(option, f"the column {key!r} of {self.file} holds lists, mappings or bytes; {allowed}")
        elif found is None:
            shown = [*self.cells, *self.parameters]
            message = f"{self.file} has no column {key!r}; {nearest(key, shown)}"
            mistakes.add(option, message, "unknown-column")
        elif numeric and not found.numeric:
            numbers = [one for one in (*self.cells, *self.parameters) if self.known[one].numeric]
            mistakes.add(option, f"the column {key!r} of {self.file} does not hold numbers; {nearest(key, numbers)}")
        else:
            return found
        return None


def file_columns(file: str, schema: FileSchema, kinds: Mapping[str, ColumnKind], mistakes: Mistakes) -> FileColumns:
    """Returns the columns of a file. `kinds` are those that a deck gives the columns of a file that is not a sweep's.

    Raises DeckError if the file says that it is a sweep, and is not one that can be read.
    """
    if METADATA in schema.metadata:
        if kinds:
            mistakes.add("kinds", f"kinds: {file} is a sweep, which knows the kinds of its columns; leave it out")
        return _of_sweep(file, schema)
    return _of_any(file, schema, kinds, mistakes)


def _of_sweep(file: str, schema: FileSchema) -> FileColumns:
    head = read_head(schema.metadata, file)
    if sum(map(len, head.shapes)) > MOST_DESCRIBED:
        raise _not_a_sweep("it describes too many columns")
    known: dict[str, FileColumn] = {}
    settings: dict[str, FileColumn] = {}
    parameters: list[str] = []
    shown = all_columns(head.shapes)
    for column in shown:
        if schema.columns.get(column.key) != cell_type(column.kind):
            raise _not_a_sweep(f"its column {column.key!r} is not of the kind {column.kind}")
        known[column.key] = FileColumn(column, column.key, cell_type(column.kind))
    for parameter in head.parameters:
        name = f"{PARAMETER}{parameter}"
        type_ = schema.columns.get(name)
        if type_ is None:
            raise _not_a_sweep(f"it has no column {name!r}")
        kind = "model" if name == MODELS else KINDS[type_]
        found = FileColumn(Column(name, parameter.replace("_", " ").capitalize(), kind), name, type_)
        known[name] = settings[name] = found
        own = known.get(parameter)
        if parameter not in FOUND.get(head.source, ()) and (own is None or own.numeric == found.numeric):
            settings[parameter] = found
        if name == MODELS and "model" in known:
            settings["model"] = found
        elif parameter not in known:
            found = FileColumn(Column(parameter, found.column.label, kind), name, type_)
            known[parameter] = found
            parameters.append(parameter)
    for name in (*PROVENANCE_COLUMNS, ERROR):
        type_ = schema.columns.get(name)
        if type_ is None:
            raise _not_a_sweep(f"it has no column {name!r}")
        label = name.rpartition("provenance_")[2].replace("_", " ").capitalize()
        known[name] = FileColumn(Column(name, label, KINDS[type_]), name, type_)
    return FileColumns(file, known, tuple(column.key for column in shown), head.source, tuple(parameters), settings)


def _not_a_sweep(why: str) -> ParameterError:
    problem = Problem(f"sweep: the file says that it is a sweep, but {why}; sweep again", code="data-file")
    return ParameterError([("file", problem)])


def _of_any(file: str, schema: FileSchema, kinds: Mapping[str, ColumnKind], mistakes: Mistakes) -> FileColumns:
    known: dict[str, FileColumn] = {}
    unreadable: set[str] = set()
    for name, type_ in schema.columns.items():
        key = column_key(name)
        if type_ is None or key is None:
            unreadable |= {name, key or name}
            continue
        if key in known:
            mistakes.add("file", f"several columns of {file} are called {key!r}; give each a name of its own")
        kind = kinds.get(key, KINDS[type_])
        if type_ not in _types(kind):
            mistakes.add(f"kinds.{key}", f"kinds: the column {key!r} of {file} holds {WORDS[type_]}, not {kind}")
        known[key] = FileColumn(Column(key, name, kind), name, type_)
    columns = FileColumns(file, known, tuple(known), unreadable=frozenset(unreadable))
    for key in kinds:
        columns.find(f"kinds.{key}", key, mistakes)
    return columns


WORDS: Final[Mapping[CellType, str]] = {
    "whole": "whole numbers",
    "number": "numbers",
    "switch": "truth values",
    "text": "text",
}


def _types(kind: ColumnKind) -> tuple[CellType, ...]:
    """Returns the types that cells of a kind may have."""
    if kind in WHOLE:
        return ("whole",)
    return ("whole", "number") if kind in NUMERIC else ("text", "switch")
