"""The table source `data`: a deck's own rows, in its text or in a CSV file beside it. Nothing is computed."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, model_validator

from slidegen.codes import Code
from slidegen.errors import Problem, nearest
from slidegen.files import FileError, read_text
from slidegen.model import CellValue, Column, ColumnKind, Provenance, Table
from slidegen.project import Project
from slidegen.tables.base import ParameterError, SourceContext, SourceParameters, TableSource
from slidegen.units import LARGEST, is_shown

MAX_BYTES: Final = 5_000_000
EMPTY: Final = ("", "n/a", "N/A", "NA", "NaN", "nan")
"""How a CSV file writes a missing value."""
WHOLE: Final = re.compile(r"[+-]?(0|[1-9]\d{0,399})")
NUMBER: Final = re.compile(r"[+-]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
"""A number as people write it: with several leading zeros, as in 007, it is a name."""
PARSED: Final[Mapping[str, tuple[type, ...]]] = {
    "text": (str,),
    "model": (str,),
    "caveat": (str,),
    "note": (str,),
    "bytes": (int,),
    "count": (int,),
    "integer": (int,),
}
"""The types of a column's cells by its kind. The cells of all other kinds are any numbers."""


class DataParameters(SourceParameters):
    """Rows as mappings from a column's key to a value, or a CSV file with the keys in its first line."""

    rows: Annotated[
        tuple[dict[str, CellValue], ...] | None,
        Field(min_length=1, description="A mapping for each row; a column may be missing."),
    ] = None
    file: Annotated[
        str | None,
        Field(min_length=1, max_length=1000, description="A .csv file, from the deck's folder, UTF-8, with commas."),
    ] = None
    kinds: Annotated[
        dict[str, ColumnKind],
        Field(description="How columns are shown; else text, integer or number, as their cells are."),
    ] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_of_both(self) -> DataParameters:
        if (self.rows is None) == (self.file is None):
            raise ValueError("give either rows or file")
        return self


def _compute(parameters: DataParameters, context: SourceContext) -> Table:
    if parameters.file is None:
        heads = list(dict.fromkeys(name for row in parameters.rows or () for name in row))
        rows = [[row.get(name) for name in heads] for row in parameters.rows or ()]
        where = "the deck"
    else:
        heads, *rows = _read_csv(parameters.file, context.project)
        where = parameters.file
    keys = [_key(str(head)) for head in heads]
    for key in keys:
        if keys.count(key) > 1:
            message = f"several columns of {where} are called {key!r}; give each a name of its own"
            raise _problem(message, "rows" if parameters.file is None else "file")
    for key in parameters.kinds:
        if key not in keys:
            raise _problem(
                f"kinds: {where} has no column {key!r}; {nearest(key, keys)}", f"kinds.{key}", code="unknown-column"
            )
    columns: list[Column] = []
    filled: list[list[CellValue]] = []
    for index, (key, head) in enumerate(zip(keys, heads, strict=True)):
        cells = [row[index] for row in rows]
        numbers = cells if parameters.file is None else [_parsed(cell) for cell in cells]
        kind = parameters.kinds.get(key) or _kind(numbers)
        if PARSED.get(kind) != (str,):
            cells = numbers  # Text stays as it is in the file: a version 1.10 is not 1.1.
        columns.append(Column(key, str(head), kind))
        try:
            filled.append([_cell(cell, kind, key, number) for number, cell in enumerate(cells, start=1)])
        except _CellError as error:
            option = "file" if parameters.file is not None else f"rows.{error.row - 1}.{head}"
            raise _problem(str(error), option) from None
    return Table(tuple(columns), tuple(zip(*filled, strict=True)), Provenance("data", given=where))


def _read_csv(name: str, project: Project | None) -> Iterator[list[Any]]:
    """Yields the lines of a CSV file: its heads, then its rows. Cells are text, or None if empty."""
    path = (project.folder if project else Path()) / name
    if project is not None and not project.admits(path):
        raise _problem(f"{name}: {project.outside()}", code="outside-root")
    if path.suffix.lower() != ".csv":
        hint = "; the source sweep reads .parquet files" if path.suffix.lower() == ".parquet" else ""
        raise _problem(f"{name}: only .csv files are read{hint}")
    try:
        text = read_text(path, MAX_BYTES, "utf-8-sig")
    except FileError as error:
        raise _problem(f"{name}: cannot be read: {error}", code=error.code) from None
    except UnicodeDecodeError:
        raise _problem(f"{name}: is not UTF-8 text; save the file as UTF-8", code="not-text") from None
    try:
        lines = [
            (number, line) for number, line in enumerate(csv.reader(io.StringIO(text)), 1) if any(map(str.strip, line))
        ]
    except csv.Error as error:
        raise _problem(f"{name}: is not a CSV file: {error}") from None
    if len(lines) < 2:
        raise _problem(f"{name}: holds no rows; the first line names the columns, each line after it is a row")
    heads = [head.strip() for head in lines[0][1]]
    for sign, what in ((";", "semicolons"), ("\t", "tabs")):
        if len(heads) == 1 and sign in heads[0]:
            raise _problem(f"{name}: has {what} between its cells; save the file with commas")
    yield heads
    for number, line in lines[1:]:
        if len(line) != len(heads):
            raise _problem(f"{name}: row {number} has {len(line)} cells, and there are {len(heads)} columns")
        yield [None if cell.strip() in EMPTY else cell.strip() for cell in line]


def _parsed(text: CellValue) -> CellValue:
    """Returns a cell of a file as a number if it is one, else as text."""
    if not isinstance(text, str):
        return text
    if WHOLE.fullmatch(text):
        return int(text)
    return float(text) if NUMBER.fullmatch(text) else text


def column_key(head: str) -> str | None:
    """Returns a column's key in expressions: "Memory (GB)" becomes `memory_gb`. None without a letter or a digit."""
    key = re.sub(r"\W+", "_", head.strip()).strip("_").lower()
    return (f"_{key}" if key[0].isdigit() else key) if key else None


def _key(head: str) -> str:
    key = column_key(head)
    if key is None:
        raise _problem(f"a column is called {head!r}; its name needs a letter or a digit")
    return key


def _kind(cells: Sequence[CellValue]) -> ColumnKind:
    """Returns the kind that fits all cells: whole numbers, numbers or text."""
    known = [cell for cell in cells if cell is not None]
    if not known or any(isinstance(cell, str | bool) for cell in known):
        return "text"
    return "integer" if all(isinstance(cell, int) for cell in known) else "number"


class _CellError(Exception):
    """A cell that does not fit its column, in a row (from 1)."""

    def __init__(self, row: int, message: str) -> None:
        self.row = row
        super().__init__(f"row {row}: {message}")


def _cell(cell: CellValue, kind: ColumnKind, key: str, row: int) -> CellValue:
    if cell is None:
        return None
    allowed = PARSED.get(kind, (int, float))
    if allowed == (str,):
        return str(cell).lower() if isinstance(cell, bool) else str(cell)
    if isinstance(cell, float) and allowed == (int,) and cell.is_integer():
        return int(cell)
    if not isinstance(cell, allowed) or isinstance(cell, bool):
        what = "a whole number" if allowed == (int,) else "a number"
        raise _CellError(row, f"{key} is {cell!r}; allowed in a column of kind {kind}: {what}, or an empty cell")
    if isinstance(cell, float) and not math.isfinite(cell):
        raise _CellError(row, f"{key} is {cell!r}; allowed: a finite number, or an empty cell")
    if not isinstance(cell, str) and not is_shown(cell):
        raise _CellError(row, f"{key} is too large; at most {LARGEST:g} can be shown")
    return cell


def _problem(message: str, option: str = "file", *, code: Code = "data-file") -> ParameterError:
    return ParameterError([(option, Problem(f"data: {message}", code=code))])


def _inputs(_: DataParameters, __: SourceContext) -> dict[str, str]:
    return {}


DATA_SOURCE: Final = TableSource("data", 1, DataParameters, "file", _inputs, _compute, recorded=False)
