"""The format of a sweep's Parquet file: its columns, and what its metadata say of them.

The columns, in this order:

- ``parameter_<name>`` for each parameter of the source: the setting's value, null where it has no effect. Whole numbers
  are int64, other numbers float64, switches bool, all else text; a list is text with commas.
- The cells of the source's table under their own keys. The kind of a column gives its type: `bytes`, `count` and
  `integer` are int64, other numbers float64, all else text. Null is "n/a".
- The provenance of the row, all text but the version: ``provenance_source``, ``provenance_version`` (int32),
  ``provenance_parameters`` (canonical JSON, as in a record), ``provenance_inputs`` (JSON: the digest of each model;
  null if a setting is invalid), ``provenance_accounting``, ``provenance_models`` and ``provenance_versions`` (JSON),
  ``provenance_date``, ``provenance_leaves_out``.
- ``error``: why the setting has no rows; null for all others. The cells of such a row are null.

Text columns are dictionaries (int32 indexes), but for ``provenance_parameters``, which is different in each setting.
The rows of a setting stand together and in order, settings in the order of the sweep.

The schema's metadata have one key, ``slidegen.sweep``, a JSON object. For ``source: memory, models: [A], method:
inference``, with most columns left out here::

    {"format": 1, "source": "memory",
     "parameters": ["models", "method", "dtype", "rank"],
     "columns": [[["model", "Model", "model"], ["method", "Method", "text"], ["total", "Total", "bytes"]]]}

    parameter_models  parameter_method  parameter_rank  model  method     total        provenance_source  ...  error
    A                 inference         null            A      inference  16060522496  memory             ...  null

``columns`` has each list of columns (key, label, kind) that a table of the sweep had: some sources add a column only if
a parameter is given. `all_columns` unites them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from slidegen.errors import DeckError, Problem
from slidegen.model import NUMERIC, Column, ColumnKind

FORMAT: Final = 1
METADATA: Final = b"slidegen.sweep"
"""The key of the schema's metadata."""
PARAMETER: Final = "parameter_"
PROVENANCE: Final = "provenance_"
ERROR: Final = "error"
PROVENANCE_COLUMNS: Final = tuple(
    f"{PROVENANCE}{name}"
    for name in (
        *("source", "version", "parameters", "inputs", "accounting", "models", "versions", "date", "leaves_out"),
    )
)
WHOLE: Final = frozenset({"bytes", "count", "integer"})
"""The kinds whose cells are int64."""

CellType = Literal["whole", "number", "switch", "text"]
"""The type of a column: int64, float64, bool, or a dictionary of texts."""
Shape = tuple[Column, ...]
"""The columns of one table."""


@dataclass(frozen=True, slots=True)
class SweepHead:
    """What the metadata of a file say: its source, its parameters, and the columns that its tables had."""

    source: str
    parameters: tuple[str, ...]
    shapes: frozenset[Shape]

    def metadata(self) -> dict[bytes, bytes]:
        """Returns the metadata of the schema."""
        shapes = sorted([[column.key, column.label, column.kind] for column in shape] for shape in self.shapes)
        head = {"format": FORMAT, "source": self.source, "parameters": list(self.parameters), "columns": shapes}
        return {METADATA: json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()}


def read_head(metadata: Mapping[bytes, bytes] | None, name: str) -> SweepHead:
    """Reads the metadata of a schema. Raises DeckError if the file, which messages call `name`, is not a sweep's."""
    try:
        head = json.loads((metadata or {})[METADATA])
        if head["format"] != FORMAT:
            raise ValueError
        shapes = frozenset(tuple(_column(*column) for column in shape) for shape in head["columns"])
        return SweepHead(_text(head["source"]), tuple(map(_text, head["parameters"])), shapes)
    except (KeyError, TypeError, ValueError, RecursionError):
        message = f"is not a sweep of format {FORMAT}, as `slidegen sweep` writes them"
        raise DeckError([Problem(message, name, code="data-file")]) from None


def all_columns(shapes: Iterable[Shape]) -> Shape:
    """Unites the columns of several tables. A column comes after the one that it follows in its own table.

    The result depends only on which shapes there are. Of several labels the first one counts. A key with several kinds
    of numbers is a number. Raises DeckError for a key that is text in one table and a number in another.
    """
    united: list[Column] = []
    for shape in sorted(shapes, key=lambda one: (-len(one), [(c.key, c.label, c.kind) for c in one])):
        at = 0
        for column in shape:
            known = next((index for index, one in enumerate(united) if one.key == column.key), None)
            if known is None:
                united.insert(at, column)
            else:
                united[known] = _united(united[known], column)
            at = (at if known is None else known) + 1
    return tuple(united)


def cell_type(kind: ColumnKind) -> CellType:
    """Returns the type of a column of this kind."""
    return "whole" if kind in WHOLE else "number" if kind in NUMERIC else "text"


def _united(one: Column, other: Column) -> Column:
    if one.kind == other.kind:
        return one
    kinds = {one.kind, other.kind}
    if kinds <= NUMERIC:
        return Column(one.key, one.label, "number")
    if not kinds & NUMERIC:
        return Column(one.key, one.label, "text")
    message = f"the column {one.key!r} is {one.kind} in some tables and {other.kind} in others; sweep them apart"
    raise DeckError([Problem(message, code="broken-extension")])


def _column(key: Any, label: Any, kind: Any) -> Column:
    if kind not in get_args(ColumnKind):
        raise ValueError
    return Column(_text(key), _text(label), kind)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
