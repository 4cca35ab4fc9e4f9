"""The rows of tables for programs: the same keys from `slidegen estimate` and `slidegen tables`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from slidegen.model import CellValue, Column, Table
from slidegen.renamed import COLUMNS, JSON_KEYS
from slidegen.row_notes import cell_notes

SECOND_KEYS: Final[Mapping[str, Mapping[str, str]]] = {
    "allocated": {
        "peak_allocated_bytes": "total_bytes",
        "reserved_low_bytes": "total_bytes",
        "reserved_high_bytes": "reserved_bytes",
        "kv_cache_bytes_per_token": "kv_cache_per_token",
    },
    "fits": {
        "peak_allocated_bytes": "total_bytes",
        "reserved_low_bytes": "total_bytes",
        "reserved_high_bytes": "reserved_bytes",
        "largest_batch_size": "batch_size",
        "largest_seq_len": "seq_len",
        "largest_rank": "rank",
    },
}
"""More keys of a value, each with its main one, for each table source. They say what PyTorch calls the value, or what
the word alone leaves open."""
SWITCHES: Final = {"yes": True, "no": False}


def table_records(table: Table, empty: Sequence[Column] = ()) -> list[dict[str, Any]]:
    """Returns the rows as flat mappings; `empty` are more columns, without values.

    The key of a column is its own; that of a size is `<column>_bytes`, unless another column has this name. Sizes are
    integers in bytes, switches are true or false, notes are a list, and `accounting` is the arithmetic that made the
    numbers. A value that has several keys, or had another one in the last release, is given under all of them.
    """
    # A cut of a file has columns of its own, even if a source computed its cells.
    source = table.provenance.source if table.provenance.given is None else ""
    columns = (*table.columns, *empty)
    keys = _keys(columns)
    switches = _switches(table)
    records = []
    for row in table.rows:
        cells = zip(keys, columns, (*row, *(None for _ in empty)), strict=True)
        record = {key: _value(column, cell, key in switches) for key, column, cell in cells}
        if table.provenance.accounting is not None:
            record = {"accounting": table.provenance.accounting, **record}
        records.append(_defaults(source, record) | record)
    others = {**SECOND_KEYS.get(source, {}), **JSON_KEYS.get(source, {}), **COLUMNS.get(source, {})}
    return [record | {other: record[key] for other, key in others.items() if key in record} for record in records]


def _value(column: Column, cell: CellValue, switch: bool) -> Any:
    if column.kind == "note":
        return cell_notes(cell)
    return SWITCHES.get(str(cell), cell) if switch else cell


def _keys(columns: Sequence[Column]) -> list[str]:
    names = {column.key for column in columns}

    def key(column: Column) -> str:
        long = f"{column.key}_bytes"
        return long if column.kind == "bytes" and long not in names else column.key

    return [key(column) for column in columns]


def _switches(table: Table) -> frozenset[str]:
    """Returns the columns of parameters that are true or false; a table shows them as yes and no."""
    from slidegen.tables import TABLE_SOURCES
    from slidegen.tables.fields import switch_columns

    source = table.provenance.source if table.provenance.given is None else ""
    return switch_columns(TABLE_SOURCES[source].parameters) if source in TABLE_SOURCES else frozenset()


def _defaults(source: str, record: Mapping[str, CellValue]) -> dict[str, CellValue]:
    """Returns the settings of a row of `memory` that its table has no column for, because they are at their default."""
    if source != "memory" or "method" not in record:
        return {}
    from slidegen.tables.memory import default_settings

    return default_settings(str(record["method"]))
