"""Opens a Parquet file within limits, and makes its columns plain: whole numbers, numbers, switches, text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from slidegen.parquet.plan import CellType, CutError, FileSchema

MOST_FILE_ROWS: Final = 50_000_000
MOST_COLUMNS: Final = 2000
MOST_GROUP_BYTES: Final = 2**30
"""The most bytes of one row group's columns that are read, uncompressed."""
MOST_GROUPS: Final = 100_000
MOST_TEXTS: Final = 2**23
"""The most bytes of the different texts of a column in a row group that are taken whole."""
MOST_TEXT: Final = 1000
"""The characters that are kept of a longer text, if there are more."""
THRIFT_BYTES: Final = 2**24
"""The most bytes of a text in the file's own description, and the most items of a list there."""


class ParquetRows:
    """A Parquet file: its row groups one after the other, its columns as plain types. Text is dictionary-encoded."""

    def __init__(self, path: str) -> None:
        first = _opened(path)
        described = first.metadata
        if described.num_rows > MOST_FILE_ROWS:
            raise CutError("large", what=f"{described.num_rows:,} rows; allowed: at most {MOST_FILE_ROWS:,}")
        if described.num_columns > MOST_COLUMNS:
            raise CutError("large", what=f"{described.num_columns:,} columns; allowed: at most {MOST_COLUMNS:,}")
        if described.num_row_groups > MOST_GROUPS:
            raise CutError("large", what=f"{described.num_row_groups:,} row groups; allowed: at most {MOST_GROUPS:,}")
        types = {field.name: cell_type(field.type) for field in first.schema_arrow}
        if len(types) < len(first.schema_arrow):
            raise CutError("broken", text="two columns have the same name")
        texts = [field.name for field in first.schema_arrow if pa.types.is_string(field.type)]
        self.schema = FileSchema(types, dict(first.schema_arrow.metadata or {}))
        self.described = described
        # A column of each row group has to be read, if only to count rows.
        self.least = [name for name, type_ in types.items() if type_ is not None][:1]
        if not self.least:
            raise CutError("broken", text="no column has text, numbers, dates or truth values")
        self._at = {described.schema.column(index).path: index for index in range(described.num_columns)}
        self._file = _opened(path, read_dictionary=texts, metadata=described)

    def group(self, number: int, names: Sequence[str]) -> pa.Table:
        """Returns columns of a row group, as plain types."""
        described = self.described.row_group(number)
        size = sum(described.column(self._at[name]).total_uncompressed_size for name in names if name in self._at)
        if size > MOST_GROUP_BYTES:
            what = f"{size:,} bytes in one row group; allowed: at most {MOST_GROUP_BYTES:,}"
            raise CutError("large", what=what)
        table = self._file.read_row_group(number, columns=list(names))
        return pa.table([plain(table.column(name)) for name in names], names=list(names))

    def statistics(self, number: int, name: str) -> Any:
        """Returns what the file says of a column's values in a row group; None if it says nothing."""
        return self.described.row_group(number).column(self._at[name]).statistics if name in self._at else None


def cell_type(type_: pa.DataType) -> CellType | None:
    """Returns how cells of an Arrow type are read; None for lists, mappings, bytes and types of extensions."""
    if pa.types.is_dictionary(type_):
        return "text" if cell_type(type_.value_type) == "text" else None
    if pa.types.is_integer(type_):
        return "whole"
    if pa.types.is_floating(type_) or pa.types.is_decimal(type_):
        return "number"
    if pa.types.is_boolean(type_):
        return "switch"
    readable = (pa.types.is_string, pa.types.is_large_string, pa.types.is_date, pa.types.is_timestamp, pa.types.is_null)
    return "text" if any(is_one(type_) for is_one in readable) else None


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Returns a column as int64, float64 without NaN and infinity, bool, or a dictionary of texts."""
    kind = cell_type(column.type)
    if kind == "whole":
        return column.cast(pa.int64())
    if kind == "number":
        numbers = column.cast(pa.float64())
        return pc.if_else(pc.is_finite(numbers), numbers, pa.scalar(None, pa.float64()))
    if kind == "switch":
        return column
    if pa.types.is_dictionary(column.type):
        texts = column.cast(pa.dictionary(pa.int32(), pa.string()))
    else:
        texts = column.cast(pa.string()).dictionary_encode()
    return pa.chunked_array([_shortened(chunk) for chunk in texts.chunks], texts.type)


def _shortened(texts: pa.DictionaryArray) -> pa.DictionaryArray:
    """Returns text as it is; if all of it together is large, only the beginnings of long ones."""
    if texts.dictionary.nbytes <= MOST_TEXTS:
        return texts
    short = pc.utf8_slice_codeunits(texts.dictionary, 0, MOST_TEXT)
    return pa.DictionaryArray.from_arrays(texts.indices, short)


def _opened(path: str, **options: Any) -> pq.ParquetFile:
    return pq.ParquetFile(
        path, thrift_string_size_limit=THRIFT_BYTES, thrift_container_size_limit=THRIFT_BYTES, **options
    )
