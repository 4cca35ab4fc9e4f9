"""Tables as text, for the terminal, for other programs and for documents."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence

from slidegen.model import NUMERIC, CellValue, Column, Table
from slidegen.renamed import COLUMNS
from slidegen.units import DIGITS, NOT_AVAILABLE, Unit, fixed, format_bytes, format_count, number_format

FORMATS: Mapping[str, str] = {
    "table": "simple",
    "github": "github",
    "orgtbl": "orgtbl",
    "rst": "rst",
    "html": "html",
    "latex": "latex_booktabs",
    "asciidoc": "asciidoc",
    "tsv": "tsv",
}
"""The formats for people, with tabulate's names for them. `json` and `csv` hold exact numbers instead."""

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def print_table(table: Table, format_: str, unit: Unit, digits: int | None = None) -> str:
    """A table as text. Sizes are in `unit`, in csv in bytes. `digits` is the number of decimals; the default is 2, and
    1 in a percentage."""
    if format_ == "csv":
        return csv_text([{column.key: cell for column, cell in _pairs(table, row)} for row in table.rows])
    from tabulate import tabulate

    shown = [
        i
        for i, column in enumerate(table.columns)
        if column.key == "total" or any(row[i] is not None for row in table.rows)
    ]
    columns = [table.columns[i] for i in shown]
    plain = DIGITS if digits is None else digits
    formats = {i: number_format(table.columns[i].kind, [row[i] for row in table.rows], plain) for i in shown}
    rows = [[_shown(table.columns[i], row[i], unit, digits, formats[i]) for i in shown] for row in table.rows]
    heads = [f"{column.label}, {unit}" if column.kind == "bytes" else column.label for column in columns]
    align = ["right" if column.kind in NUMERIC else "left" for column in columns]
    return str(
        tabulate(rows, heads, tablefmt=FORMATS[format_], colalign=align if rows else None, disable_numparse=True)
    )


def print_sideways(table: Table, heads: Sequence[str], corner: str, unit: Unit) -> str:
    """A table with rows and columns swapped; `heads` are the headings of the new columns. Sizes are without a unit."""
    from tabulate import tabulate

    formats = {
        at: number_format(column.kind, [row[at] for row in table.rows], DIGITS)
        for at, column in enumerate(table.columns)
    }
    rows = [
        [
            column.label,
            *("" if row[at] is None else _shown(column, row[at], unit, None, formats[at]) for row in table.rows),
        ]
        for at, column in enumerate(table.columns)
    ]
    align = ["left", *("right" for _ in table.rows)]
    return str(tabulate(rows, [corner, *heads], tablefmt=FORMATS["table"], colalign=align, disable_numparse=True))


def split_notes(table: Table) -> tuple[Table, list[str]]:
    """Separates the column `note`, which is long, from a table. Returns the rest and each note once."""
    keys = [column.key for column in table.columns]
    if "note" not in keys:
        return table, []
    at = keys.index("note")
    notes = dict.fromkeys(str(row[at]) for row in table.rows if row[at] is not None)
    columns = tuple(column for column in table.columns if column.key != "note")
    rows = tuple((*row[:at], *row[at + 1 :]) for row in table.rows)
    return Table(columns, rows, table.provenance), list(notes)


def leaves_out(table: Table) -> str:
    """The sentence about what a table's accounting leaves out."""
    text = table.provenance.leaves_out
    return f"Leaves out {text.removesuffix('.')}." if text else "Leaves out nothing that it knows of."


def table_records(table: Table) -> list[dict[str, CellValue]]:
    """Rows as flat mappings. Sizes are integers under `<column>_bytes`, unless another column has this name.

    A renamed column also appears under its former name.
    """
    keys = {column.key for column in table.columns}

    def name(column: Column) -> str:
        long = f"{column.key}_bytes"
        return long if column.kind == "bytes" and long not in keys else column.key

    former = COLUMNS.get(table.provenance.source, {})
    records = [{name(column): cell for column, cell in _pairs(table, row)} for row in table.rows]
    return [record | {old: record[new] for old, new in former.items() if new in record} for record in records]


def csv_text(records: Sequence[Mapping[str, CellValue]]) -> str:
    """Flat mappings as CSV with a header, without a final newline."""
    if not records:
        return ""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(records[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return buffer.getvalue().removesuffix("\n")


def printable(text: str) -> str:
    """Replaces surrogates and control characters, which could move a terminal's cursor or colour its lines."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def _pairs(table: Table, row: Sequence[CellValue]) -> list[tuple[Column, CellValue]]:
    return list(zip(table.columns, row, strict=True))


def _shown(column: Column, cell: CellValue, unit: Unit, digits: int | None, number: Callable[[float], str]) -> str:
    if cell is None:
        return "" if column.kind in ("text", "caveat", "note") else NOT_AVAILABLE
    if column.kind == "bytes":
        return format_bytes(int(cell), unit, DIGITS if digits is None else digits)
    if column.kind == "count":
        return format_count(int(cell))
    if column.kind == "percent":
        return f"{fixed(float(cell) * 100, 1 if digits is None else digits, grouped=False)} %"
    if column.kind in ("number", "measure", "ratio", "significant"):
        return number(float(cell))
    return printable(str(cell))
