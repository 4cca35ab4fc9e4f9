"""Reads the numbers of a figure from its table. Collects every mistake with the option that caused it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from slidegen.codes import Code
from slidegen.errors import Problem, nearest
from slidegen.figures.scales import shown, significant
from slidegen.languages.numbers import localized
from slidegen.model import FOOTNOTES, NUMERIC, CellValue, Column, Table
from slidegen.row_notes import cell_notes
from slidegen.units import BYTES_PER_UNIT, NOT_AVAILABLE, Unit

PLAIN: Final = ("integer", "number", "measure", "ratio", "significant")
COUNTS: Final = ((10**9, "B"), (10**6, "M"), (10**3, "K"))
STAR: Final = "\u202f*"
"""Follows the name of a row whose numbers are not meaningful."""
WHOLE: Final = 1e7
"""Whole numbers up to this one are written in full."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How the numbers of an axis are shown: divided by `divisor`, in `unit`, with `digits` decimals. None for `digits`
    means three significant digits. They are written as in the language `lang`."""

    label: str
    unit: str = ""
    divisor: float = 1.0
    digits: int | None = None
    lang: str = "en"

    @property
    def title(self) -> str:
        """The axis title: the label and the unit."""
        return f"{self.label}, {self.unit}" if self.unit and self.label else self.label or self.unit

    def text(self, value: float | None) -> str:
        """The text of a number that is already in the measure's unit."""
        if value is None:
            return NOT_AVAILABLE
        return localized(significant(value) if self.digits is None else shown(value, self.digits), self.lang)


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers: as in the table (`raw`), and in the unit of the figure. None stands for n/a and NaN."""

    key: str
    label: str
    raw: tuple[float | None, ...]
    values: tuple[float | None, ...]

    @property
    def known(self) -> list[float]:
        """The numbers that are not n/a."""
        return [value for value in self.values if value is not None]


@dataclass(slots=True)
class Reader:
    """Reads the table of one figure. `table` has the rows that the figure shows, in order; `tables` are the deck's.

    `holds` returns for each row of a table whether an expression holds. It raises ValueError for an invalid one.
    `problems` holds each mistake with the option that it is about. `read` has the rows of each table from which numbers
    were read so far, with the columns of these numbers and those of text.
    """

    name: str
    table: Table
    labels: Mapping[str, str]
    unit: Unit = "GiB"
    digits: int | None = None
    tables: Mapping[str, Table] = field(default_factory=dict)
    holds: Callable[[str, Table, str], list[bool]] | None = None
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    lang: str = "en"
    read: dict[str, Table] = field(default_factory=dict)

    def problem(self, option: str, message: str, *, code: Code = "figure") -> None:
        """Reports a mistake about an option."""
        self.problems.append((option, Problem(message, code=code)))

    def other(self, option: str, name: str) -> Reader | None:
        """A reader of another table of the deck, with the same list of mistakes."""
        if name not in self.tables:
            self.problem(option, f"no table {name!r} is declared; {nearest(name, self.tables)}", code="unknown-name")
            return None
        return replace(self, name=name, table=self.tables[name])

    def has(self, key: str) -> bool:
        """Whether the table has a column with this key."""
        return any(column.key == key for column in self.table.columns)

    def column(self, option: str, key: str) -> Column | None:
        """The column with this key. Reports a mistake and returns None if there is none."""
        found = next((column for column in self.table.columns if column.key == key), None)
        if found is None:
            keys = [column.key for column in self.table.columns]
            self.problem(
                option, f"table {self.name!r} has no column {key!r}; {nearest(key, keys)}", code="unknown-column"
            )
        return found

    def cells(self, key: str) -> list[CellValue]:
        """The cells of an existing column."""
        index = self.table.column(key)
        return [row[index] for row in self.table.rows]

    def shows(self, key: str) -> None:
        """Notes that the figure shows the numbers of an existing column, although it draws others."""
        self._note(self.table.columns[self.table.column(key)])

    def rule(self, option: str, expression: str | None) -> list[bool]:
        """For each row whether an expression holds. Without an expression it holds for all rows."""
        if expression is not None and self.holds is not None:
            try:
                return self.holds(self.name, self.table, expression)
            except ValueError as error:
                self.problem(option, str(error), code="wrong-expression")
        return [True] * len(self.table.rows)

    # --- numbers -------------------------------------------------------------------------------

    def numeric_keys(self) -> list[str]:
        """The keys of the numeric columns."""
        return [column.key for column in self.table.columns if self._is_numeric(column)]

    def numbers(self, option: str, keys: Sequence[str], label: str | None = None) -> tuple[Measure, list[Numbers]]:
        """The columns that share an axis, and their measure. Reports unusable columns and leaves them out."""
        found: list[tuple[Column, tuple[float | None, ...]]] = []
        for key in keys:
            column = self.column(option, key)
            raw = None if column is None else self._raw(option, column)
            if column is not None and raw is not None:
                found.append((column, raw))
                self._note(column)
        if not found:
            return Measure(""), []
        kinds = {column.kind for column, _ in found if column.kind in ("bytes", "percent", "count")}
        if len(kinds | ({"number"} if any(c.kind in PLAIN for c, _ in found) else set())) > 1:
            shown_kinds = ", ".join(f"{column.key} ({column.kind})" for column, _ in found)
            self.problem(option, f"columns of different units cannot share an axis: {shown_kinds}")
        values = [value for _, raw in found for value in raw if value is not None]
        shared = "Memory" if found[0][0].kind == "bytes" else ""
        one = self.words(found[0][0].key, found[0][0].label) if len(found) == 1 else shared
        measure = self._measure(found[0][0], one if label is None else label, values)
        return measure, [
            Numbers(
                column.key,
                self.words(column.key, column.label),
                raw,
                tuple(None if value is None else value / measure.divisor for value in raw),
            )
            for column, raw in found
        ]

    def _note(self, read: Column) -> None:
        """Notes that the numbers of a column are read."""
        before = self.read.get(self.name)
        keys = {read.key} if before is None else {read.key, *(column.key for column in before.columns)}
        kept = [
            at
            for at, column in enumerate(self.table.columns)
            if column.key in keys or column.kind not in (*NUMERIC, *FOOTNOTES)
        ]
        columns = tuple(self.table.columns[at] for at in kept)
        rows = tuple(tuple(row[at] for at in kept) for row in self.table.rows)
        self.read[self.name] = replace(self.table, columns=columns, rows=rows)

    def one(self, option: str, key: str) -> tuple[Measure, Numbers]:
        """A column with its own axis; after a mistake, a column without numbers."""
        measure, found = self.numbers(option, [key])
        return measure, found[0] if found else Numbers(key, key, (), ())

    def _is_numeric(self, column: Column) -> bool:
        index = self.table.column(column.key)
        cells = [row[index] for row in self.table.rows if row[index] is not None]
        return column.kind in NUMERIC and all(_is_number(cell) for cell in cells)

    def _raw(self, option: str, column: Column) -> tuple[float | None, ...] | None:
        if not self._is_numeric(column):
            allowed = ", ".join(self.numeric_keys()) or "(none)"
            self.problem(
                option, f"column {column.key!r} of table {self.name!r} holds text; columns of numbers: {allowed}"
            )
            return None
        raw: list[float | None] = []
        for row, cell in enumerate(self.cells(column.key)):
            value = float(cell) if cell is not None else math.nan
            if math.isinf(value):
                self.problem(option, f"{self.row_name(row)}: {column.key} is infinite; leave the row out with where")
            raw.append(None if not math.isfinite(value) else cell if isinstance(cell, int) else value)
        if raw and all(value is None for value in raw):
            self.problem(option, f"column {column.key!r} of table {self.name!r} has no number in any row")
            return None
        return tuple(raw)

    def _measure(self, column: Column, label: str, values: Sequence[float]) -> Measure:
        most = max(map(abs, values), default=0.0)
        if column.kind == "bytes":
            divisor = BYTES_PER_UNIT[self.unit]
            digits = 0 if most >= 1000 * divisor else 1 if most >= 10 * divisor else 2
            return Measure(label, self.unit, divisor, digits if self.digits is None else self.digits, self.lang)
        if column.kind == "percent":
            return Measure(label, "%", 0.01, self.digits, self.lang)
        if column.kind == "count":
            scale, suffix = next((one for one in COUNTS if most >= one[0]), (1, ""))
            return Measure(label, suffix, scale, self.digits, self.lang)
        whole = all(float(value).is_integer() for value in values)
        decimals = self.digits if self.digits is not None else 0 if whole else None
        return Measure(label, "", 1.0, decimals, self.lang)

    # --- words ---------------------------------------------------------------------------------

    def words(self, key: str, otherwise: str) -> str:
        """The figure's label for a column or a cell: from the option `labels`, else `otherwise`."""
        return self.labels.get(key, otherwise)

    def texts(self, option: str, key: str) -> list[str] | None:
        """The cells of a column as text; None after a mistake."""
        column = self.column(option, key)
        return None if column is None else [self._cell_text(column, cell) for cell in self.cells(key)]

    def names(self, option: str, key: str) -> list[str] | None:
        """The cells of a column as distinct names; None after a mistake."""
        column = self.column(option, key)
        return None if column is None else self._cell_names(column)

    def _cell_names(self, column: Column) -> list[str]:
        """The cells of a column as short texts, or in full if different cells would have the same text."""
        cells = self.cells(column.key)
        short = {cell: self._cell_text(column, cell) for cell in cells}
        shared = Counter(short.values())
        full = {cell: str(cell) for cell, text in short.items() if shared[text] > 1 and str(cell) not in self.labels}
        return [short[cell] if cell is None else full.get(cell, short[cell]) for cell in cells]

    def _cell_text(self, column: Column, cell: CellValue) -> str:
        """A cell as a label."""
        if cell is None:
            return NOT_AVAILABLE
        if str(cell) in self.labels:
            return self.labels[str(cell)]
        if column.kind == "model":
            return str(cell).rsplit("/", 1)[-1]
        if isinstance(cell, float):
            number = shown(cell, 0) if cell.is_integer() and abs(cell) < WHOLE else significant(cell)
            return localized(number, self.lang)
        return (
            localized(shown(cell, 0), self.lang) if isinstance(cell, int) and not isinstance(cell, bool) else str(cell)
        )

    def row_labels(self, option: str, keys: Sequence[str] | None) -> list[tuple[str, ...]]:
        """The name of each row, in one or more parts: from the given columns, else as few as distinguish the rows.

        A row whose numbers are not meaningful has a star.
        """
        named = self._row_names(option, keys)
        return [
            (*parts[:-1], f"{parts[-1]}{STAR}") if parts and caveat else parts
            for parts, caveat in zip(named, self.caveats(), strict=True)
        ]

    def bar_names(self, option: str, keys: Sequence[str] | None) -> list[tuple[str, ...]]:
        """`row_labels` of rows that are one bar each. Reports different rows with the same name."""
        named = self.row_labels(option, keys)
        called: dict[tuple[str, ...], set[tuple[CellValue, ...]]] = {}
        for name, row in zip(named, self.table.rows, strict=True):
            called.setdefault(name, set()).add(row)
        for name, rows in called.items():
            if len(rows) > 1:
                self.problem(
                    option,
                    f"{len(rows)} rows are called {', '.join(name)!r}; name the columns that tell them apart, or "
                    "choose rows with where",
                )
        return named

    def caveats(self) -> list[str | None]:
        """For each row why its numbers are not meaningful; None if they are."""
        return list(row_caveats(self.table))

    def notes(self) -> list[str]:
        """The notes on the rows, each once."""
        return list(dict.fromkeys(note for notes in row_notes(self.table) for note in notes))

    def _row_names(self, option: str, keys: Sequence[str] | None) -> list[tuple[str, ...]]:
        columns = [self.column(option, key) for key in keys] if keys else self._distinguishing()
        parts = [self._parts(column) for column in columns if column is not None]
        return [tuple(texts[row] for texts in parts) for row in self._rows()]

    def row_name(self, row: int) -> str:
        """The name of a row in a message."""
        return f"row {row + 1} ({', '.join(self._row_names('', None)[row])})"

    def _parts(self, column: Column) -> list[str]:
        """For each row the part of its name from one column. A number has the column's label before it."""
        word = f"{self.words(column.key, column.label).lower()} " if column.kind in NUMERIC else ""
        return [
            text if cell is None or str(cell) in self.labels else f"{word}{text}"
            for cell, text in zip(self.cells(column.key), self._cell_names(column), strict=True)
        ]

    def _rows(self) -> range:
        return range(len(self.table.rows))

    def _distinguishing(self) -> list[Column]:
        """Columns of text, then of integers, that differ between rows, until all rows have different names."""
        texts = [column for column in self.table.columns if column.kind in ("text", "model")]
        if self.has("title"):  # the readable name of a method
            texts = [column for column in texts if column.key != "method"] + [
                column for column in texts if column.key == "method"
            ]
        wholes = [column for column in self.table.columns if column.kind == "integer"]
        chosen: list[Column] = []
        for column in (*texts, *wholes):
            names = {tuple(self.cells(one.key)[row] for one in chosen) for row in self._rows()}
            if len(names) == len(self.table.rows) and chosen:
                break
            if len({tuple(self.cells(one.key)[row] for one in (*chosen, column)) for row in self._rows()}) > len(names):
                chosen.append(column)
        return chosen or list(self.table.columns[:1])


def _is_number(cell: CellValue) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def row_caveats(table: Table) -> tuple[str | None, ...]:
    """For each row why its numbers are not meaningful, from its caveat columns; None if they are."""
    at = [index for index, column in enumerate(table.columns) if column.kind == "caveat"]
    return tuple("; ".join(str(row[index]) for index in at if row[index] is not None) or None for row in table.rows)


def row_notes(table: Table) -> tuple[tuple[str, ...], ...]:
    """The notes on each row, from its columns of kind `note`."""
    at = [index for index, column in enumerate(table.columns) if column.kind == "note"]
    return tuple(tuple(note for index in at for note in cell_notes(row[index])) for row in table.rows)


def check_positive(reader: Reader, option: str, columns: Iterable[Numbers]) -> None:
    """Reports every number that a logarithmic axis cannot show."""
    for column in columns:
        for row, value in enumerate(column.raw):
            if value is not None and value <= 0:
                reader.problem(
                    option,
                    f"{reader.row_name(row)}: {column.key} is {value:g}; a log axis takes numbers above 0; leave the "
                    "row out with where",
                )
