"""The record: the computed tables of a deck, frozen in `<deck>.record.json` beside it. The only cache of results."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from slidegen.errors import DeckError, Problem
from slidegen.files import FileError, MissingFileError, leads_out, read_bytes
from slidegen.model import CellValue, Column, ColumnKind, Provenance, Request, Table
from slidegen.renamed import COLUMNS
from slidegen.tables.base import key_parameters
from slidegen.units import is_shown
from slidegen.validation import Words, mistakes

FORMAT = 1
MAX_BYTES = 100_000_000
ADVICE = "restore the file, or delete it and build again"
CELLS: Mapping[ColumnKind, tuple[type, ...]] = {
    "text": (str,),
    "model": (str,),
    "bytes": (int,),
    "count": (int,),
    "integer": (int,),
    "number": (int, float),
    "percent": (int, float),
    "measure": (int, float),
    "ratio": (int, float),
    "significant": (int, float),
    "caveat": (str,),
    "note": (str,),
}
"""The types of the cells in each kind of column."""


class Key(Request):
    """A request by which the record finds its result."""

    __slots__ = ()

    @classmethod
    def of(cls, source: str, version: int, parameters: BaseModel, inputs: Mapping[str, str] | None) -> Key:
        """Returns the key of a request. `inputs` is None if they cannot be looked up here (a model only on the Hub)."""
        text = json.dumps(key_parameters(parameters), sort_keys=True, separators=(",", ":"))
        return cls(source, version, text, None if inputs is None else tuple(sorted(inputs.items())))


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    source: str
    version: int
    parameters: dict[str, Any]
    inputs: dict[str, str]
    columns: list[tuple[str, str, ColumnKind]]
    rows: list[list[CellValue]]
    accounting: str | None
    models: dict[str, str]
    versions: dict[str, str]
    date: str
    leaves_out: str | None
    given: str | None = None
    computed_by: str | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    format: Literal[1]
    results: list[_Entry]


Results = dict[tuple[str, str], tuple[Key, Table]]
"""Results by source and parameters."""


@dataclass(slots=True)
class Record:
    """A deck's record. `stored` holds the results that the file had; `used` collects those that a build needs, and only
    these are kept."""

    path: Path
    stored: Results = field(default_factory=dict)
    used: Results = field(default_factory=dict)
    content: bytes | None = None
    """The file as it was read; None if there was none."""

    def find(self, key: Key) -> Table | None:
        """Returns the stored result for `key`; None if there is none, or if anything that it depends on has changed."""
        entry = self.stored.get((key.source, key.parameters))
        if entry is None:
            return None
        known, table = entry
        same_inputs = key.inputs is None or key.inputs == known.inputs
        if known.version != key.version or not same_inputs:
            return None
        self.used[key.source, key.parameters] = entry
        return table

    def keep(self, key: Key, table: Table, date: str) -> Table:
        """Stores a new result and returns it as a later build will read it. If its cells are those of the stored one,
        it keeps that one's date and versions."""
        known = self.stored.get((key.source, key.parameters))
        if known is not None and (known[1].columns, known[1].rows) == (table.columns, table.rows):
            table = known[1] if known[0] == key else replace(table, provenance=known[1].provenance)
        else:
            models = dict(sorted(table.provenance.models.items()))
            # A cut of a sweep has the date on which that was computed.
            date = table.provenance.date or date
            table = replace(table, provenance=replace(table.provenance, models=models, date=date))
        table = replace(table, provenance=replace(table.provenance, requests=(key,)))
        self.used[key.source, key.parameters] = (key, table)
        return table

    def merged(self, other: Record, finished: bool, refresh: bool) -> Results:
        """Merges the results of this build with the record `other`, which another build wrote in the meantime.

        A `finished` build keeps the results that it used, an unfinished one also all stored ones. The results that the
        other build added or changed are added to these. If both builds computed the same result, this one's counts if
        it is a `refresh` or if the two depend on different inputs; otherwise the other's.
        """
        kept = self.used if finished else self.stored | self.used
        changed = {name: entry for name, entry in other.stored.items() if entry != self.stored.get(name)}
        for name in kept.keys() & changed.keys():
            is_new = kept[name] != self.stored.get(name)
            if is_new and (refresh or kept[name][0] != changed[name][0]):
                del changed[name]
        return kept | changed


def record_text(entries: Results) -> str:
    """Returns the text of a record's file: sorted, with each row of cells on a line."""
    results = [_entry_text(*entries[name]) for name in sorted(entries)]
    body = ",\n".join(results)
    return f'{{"format": {FORMAT}, "results": [{body and f"{chr(10)}{body}{chr(10)}"}]}}\n'


def load_record(path: Path, name: str) -> Record:
    """Reads a record. If there is no file, the record is empty.

    Raises:
        DeckError: the file, which messages call `name`, cannot be read or is not a record (broken JSON, a merge
            conflict, another format).
    """
    if leads_out(path, path.parent):
        raise DeckError(
            [Problem("is a link out of the deck's folder; put the record itself there", name, code="outside-root")]
        )
    try:
        content = read_bytes(path, MAX_BYTES)
        text = content.decode("utf-8").replace("\r\n", "\n")
    except MissingFileError:
        return Record(path)
    except FileError as error:
        raise DeckError([Problem(f"cannot be read: {error}", name, code="record-file")]) from None
    except UnicodeDecodeError:
        raise DeckError(
            [Problem(f"not a record of format {FORMAT} (not UTF-8 text); {ADVICE}", name, code="record-file")]
        ) from None
    conflict = re.search("^<{7} ", text, re.MULTILINE)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        raise DeckError(
            [Problem("holds a merge conflict; take either side, then build", name, line, code="record-file")]
        )
    try:
        file = TypeAdapter(_File).validate_json(text, strict=False)
    except ValidationError as error:
        what = next(mistakes(error, _File, _json(text), Words("the record"))).message
        raise DeckError(
            [Problem(f"not a record of format {FORMAT} ({what}); {ADVICE}", name, code="record-file")]
        ) from None
    stored = {}
    for entry in file.results:
        parameters = json.dumps(entry.parameters, sort_keys=True, separators=(",", ":"))
        key = Key(entry.source, entry.version, parameters, tuple(sorted(entry.inputs.items())))
        provenance = Provenance(
            entry.computed_by or entry.source,
            *(entry.accounting, entry.models, entry.versions, entry.date, entry.leaves_out, entry.given),
            computed_cells=entry.computed_by is not None,
            requests=(key,),
        )
        if not all(map(fits, entry.rows, [entry.columns] * len(entry.rows))):
            what = f"a row of {entry.source} {parameters} does not match its columns"
            raise DeckError([Problem(f"not a record of format {FORMAT} ({what}); {ADVICE}", name, code="record-file")])
        table = Table(_columns(entry), tuple(map(tuple, entry.rows)), provenance)
        stored[entry.source, parameters] = (key, table)
    return Record(path, stored, content=content)


def _columns(entry: _Entry) -> tuple[Column, ...]:
    """Returns the columns of a result under their present names."""
    renamed = COLUMNS.get(entry.source, {})
    return tuple(Column(renamed.get(key, key), label, kind) for key, label, kind in entry.columns)


def _json(text: str) -> Any:
    """Returns a text parsed as JSON; None if it is not JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def fits(row: Sequence[CellValue], columns: Sequence[tuple[str, str, ColumnKind]]) -> bool:
    """Returns whether a row has a cell for each column, n/a or of the column's kind, and no number is too large."""
    return len(row) == len(columns) and all(
        cell is None or (isinstance(cell, CELLS[kind]) and not isinstance(cell, bool) and _shown(cell))
        for cell, (_, _, kind) in zip(row, columns, strict=True)
    )


def _shown(cell: str | float) -> bool:
    return isinstance(cell, str) or is_shown(cell)


def _given(provenance: Provenance) -> dict[str, str]:
    """Returns the file with a result's numbers, if they are from one, and the source that had computed them before."""
    if provenance.given is None:
        return {}
    return {"given": provenance.given} | ({"computed_by": provenance.source} if provenance.computed_cells else {})


def _entry_text(key: Key, table: Table) -> str:
    provenance = table.provenance
    fields: dict[str, Any] = {
        "source": key.source,
        "version": key.version,
        "parameters": json.loads(key.parameters),
        "inputs": dict(key.inputs or ()),
        "accounting": provenance.accounting,
        "models": dict(sorted(provenance.models.items())),
        "versions": dict(sorted(provenance.versions.items())),
        "date": provenance.date,
        "leaves_out": provenance.leaves_out,
        **_given(provenance),
        "columns": [[column.key, column.label, column.kind] for column in table.columns],
    }
    lines = [f"    {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
    rows = ",\n".join(f"      {json.dumps(list(row), ensure_ascii=False)}" for row in table.rows)
    lines.append(f'    "rows": [\n{rows}\n    ]' if rows else '    "rows": []')
    return "  {\n" + ",\n".join(lines) + "\n  }"
