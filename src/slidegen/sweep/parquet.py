"""Results as Arrow tables in the format of `slidegen.tables.sweep_format`, and their Parquet files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, get_args, get_origin

from slidegen.errors import DeckError, MissingExtraError, Problem, reason
from slidegen.files import FileError, open_file
from slidegen.model import CellValue, Provenance
from slidegen.results.record import Key
from slidegen.sweep.model import Failure, Result
from slidegen.tables.base import SourceParameters
from slidegen.tables.sweep_format import (
    ERROR,
    PARAMETER,
    PROVENANCE,
    PROVENANCE_COLUMNS,
    CellType,
    SweepHead,
    all_columns,
    cell_type,
    read_head,
)

if TYPE_CHECKING:
    import pyarrow as pa

ROW_GROUP: Final = 2**16
"""Rows in a row group: the same in every file, as the bytes of a file must not depend on how it was made."""
PLAIN: Final = frozenset({f"{PROVENANCE}parameters"})
"""Text columns that are no dictionaries."""


def arrow() -> Any:
    """Imports pyarrow with its Parquet. Raises MissingExtraError without it."""
    try:
        import pyarrow.parquet
    except ImportError:
        raise MissingExtraError("a sweep, which is kept in a Parquet file,", "sweep") from None
    return pyarrow


def parameter_types(parameters: type[SourceParameters]) -> dict[str, CellType]:
    """Returns the type of the column of each parameter, by the annotation of its values."""
    return {name: _type(field.annotation) for name, field in parameters.model_fields.items()}


def to_table(results: Sequence[Result], source: str, types: Mapping[str, CellType]) -> pa.Table:
    """Returns results as a table: their rows in order, and one row for each failure."""
    shapes = frozenset(result.outcome.columns for result in results if not isinstance(result.outcome, Failure))
    head = SweepHead(source, tuple(types), shapes)
    keys = [column.key for column in all_columns(shapes)]
    columns: dict[str, list[Any]] = {name: [] for name in _names(head)}
    for result in results:
        shared = _shared(result)
        for row in _rows(result):
            for name, value in shared.items():
                columns[name].append(value)
            for key in keys:
                columns[key].append(row.get(key))
    return _table(columns, head, types)


def united(tables: Mapping[Path, pa.Table], source: str, types: Mapping[str, CellType]) -> pa.Table:
    """Returns the rows of the tables of several files in one. Text is plain here.

    Raises DeckError if one is not a sweep of this source, or their columns do not go together.
    """
    pa = arrow()
    heads = [SweepHead(source, tuple(types), frozenset())]
    for path, table in tables.items():
        head = read_head(table.schema.metadata, str(path))
        if head.source != source:
            message = f"is a sweep of {head.source}, not of {source}; name another output"
            raise DeckError([Problem(message, str(path), code="output-conflict")])
        heads.append(head)
    head = SweepHead(source, tuple(types), frozenset().union(*(head.shapes for head in heads)))
    schema = _schema(head, types, plain=True)
    return pa.concat_tables([schema.empty_table(), *(_in_schema(table, schema) for table in tables.values())])


def write_table(table: pa.Table, file: BinaryIO) -> None:
    """Writes a table with its text columns as dictionaries. The bytes depend only on the rows and their order."""
    pa = arrow()
    arrays = [
        column.combine_chunks().dictionary_encode()
        if pa.types.is_string(field.type) and field.name not in PLAIN
        else column
        for field, column in zip(table.schema, table.columns, strict=True)
    ]
    encoded = pa.table(arrays, names=table.column_names).replace_schema_metadata(table.schema.metadata)
    pa.parquet.write_table(encoded, file, row_group_size=ROW_GROUP, compression="zstd")


def read_table(path: Path) -> pa.Table:
    """Reads the file of a sweep. Raises DeckError if it cannot be read or is another file."""
    pa = arrow()
    try:
        with open_file(path) as file:
            table = pa.parquet.read_table(pa.PythonFile(file, mode="r"), memory_map=False)
    except FileError as error:
        raise DeckError([Problem(f"cannot be read: {error}", str(path), code=error.code)]) from None
    except (pa.ArrowException, OSError) as error:
        raise DeckError([Problem(f"is not a Parquet file: {reason(error)}", str(path), code="data-file")]) from None
    read_head(table.schema.metadata, str(path))
    return table


def inputs_text(key: Key) -> str | None:
    """Returns the inputs of a key as the file has them."""
    return None if key.inputs is None else _json(dict(key.inputs))


def typed(value: CellValue, kind: CellType) -> CellValue:
    """Returns the value of a parameter if its column can hold it, else None; text takes every value."""
    if kind == "text":
        return value if value is None or isinstance(value, str) else json.dumps(value)
    if isinstance(value, bool):
        return value if kind == "switch" else None
    if isinstance(value, int):
        return value if kind != "switch" and abs(value) < 2**63 else None
    return value if isinstance(value, float) and kind == "number" else None


def _type(annotation: Any) -> CellType:
    """Returns the type of a parameter's values: those of a list, if it is one, without None."""
    if get_origin(annotation) is tuple:
        annotation = get_args(annotation)[0]
    while hasattr(annotation, "__metadata__"):
        annotation = annotation.__origin__
    kinds = {kind for kind in (get_args(annotation) or (annotation,)) if kind is not type(None)}
    if kinds == {bool}:
        return "switch"
    if kinds == {int}:
        return "whole"
    return "number" if kinds and kinds <= {int, float} else "text"


def _names(head: SweepHead) -> list[str]:
    cells = [column.key for column in all_columns(head.shapes)]
    return [*(f"{PARAMETER}{name}" for name in head.parameters), *cells, *PROVENANCE_COLUMNS, ERROR]


def _schema(head: SweepHead, types: Mapping[str, CellType], *, plain: bool = False) -> pa.Schema:
    pa = arrow()
    text = pa.string() if plain else pa.dictionary(pa.int32(), pa.string())
    arrow_types = {"whole": pa.int64(), "number": pa.float64(), "switch": pa.bool_(), "text": text}
    fields = [(f"{PARAMETER}{name}", arrow_types[types[name]]) for name in head.parameters]
    fields += [(column.key, arrow_types[cell_type(column.kind)]) for column in all_columns(head.shapes)]
    for name in PROVENANCE_COLUMNS:
        special = {f"{PROVENANCE}version": pa.int32(), **dict.fromkeys(PLAIN, pa.string())}
        fields.append((name, special.get(name, text)))
    return pa.schema([*fields, (ERROR, text)], metadata=head.metadata())


def _table(columns: Mapping[str, list[Any]], head: SweepHead, types: Mapping[str, CellType]) -> pa.Table:
    pa = arrow()
    schema = _schema(head, types, plain=True)
    arrays = [pa.array(columns[field.name], type=field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _in_schema(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Returns a table with all columns of a schema; those that it lacks are null."""
    pa = arrow()
    known = set(table.column_names)
    arrays = [
        table.column(field.name).cast(field.type) if field.name in known else pa.nulls(len(table), field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _shared(result: Result) -> dict[str, Any]:
    """Returns the cells that all rows of a result have: its parameters and its provenance."""
    point, outcome = result.point, result.outcome
    failure = outcome.reason if isinstance(outcome, Failure) else None
    provenance = Provenance(point.key.source) if isinstance(outcome, Failure) else outcome.provenance
    return {
        **{f"{PARAMETER}{name}": value for name, value in point.values.items()},
        "provenance_source": point.key.source,
        "provenance_version": point.key.version,
        "provenance_parameters": point.key.parameters,
        "provenance_inputs": inputs_text(point.key),
        "provenance_accounting": provenance.accounting,
        "provenance_models": _json(provenance.models),
        "provenance_versions": _json(provenance.versions),
        "provenance_date": result.date,
        "provenance_leaves_out": provenance.leaves_out,
        ERROR: failure,
    }


def _rows(result: Result) -> Iterable[Mapping[str, CellValue]]:
    if isinstance(result.outcome, Failure):
        return [{}]
    keys = [column.key for column in result.outcome.columns]
    return [dict(zip(keys, row, strict=True)) for row in result.outcome.rows]


def _json(value: Mapping[str, str]) -> str:
    return json.dumps(dict(sorted(value.items())), separators=(",", ":"))
