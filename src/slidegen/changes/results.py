"""The results of two records in pairs: those of the same request, then the rows of all others of the same source."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from slidegen.changes.cells import Grid, table_grid
from slidegen.changes.requests import parameters
from slidegen.model import CellValue, Request, Table
from slidegen.results.parts import merged
from slidegen.results.record import Record
from slidegen.table_look import TableLook

Result = tuple[Request, Table]


def paired_results(old: Record, new: Record) -> Iterator[tuple[str, Grid | None, Grid | None]]:
    """Yields in words what a table is about, and the table on both sides.

    It is that of one request, or all rows of the requests to a source that only one side has: a deck may ask for the
    same rows in another way. If only one side has such requests, each of them is yielded.
    """
    before, after = (
        {_name(key): (key, table) for _, (key, table) in sorted(record.stored.items())} for record in (old, new)
    )
    for name, result in after.items():
        if name in before:
            title = request_words(result[0])
            yield title, _grid(title, [before[name]]), _grid(title, [result])
    gone = [result for name, result in before.items() if name not in after]
    come = [result for name, result in after.items() if name not in before]
    for source in dict.fromkeys(key.source for key, _ in (*come, *gone)):
        one, two = ([result for result in side if result[0].source == source] for side in (gone, come))
        if one and two:
            yield source, _grid(source, one), _grid(source, two)
        else:
            yield from ((request_words(key), None, _grid(source, [(key, table)])) for key, table in two)
            yield from ((request_words(key), _grid(source, [(key, table)]), None) for key, table in one)


def request_words(request: Request) -> str:
    """Returns a request as a deck would write it, without empty parameters: "memory(method=full, rank=16)"."""
    given = json.loads(request.parameters)
    words = {name: _word(value) for name, value in given.items()}
    return f"{request.source}({', '.join(f'{name}={word}' for name, word in words.items() if word)})"


def _name(request: Request) -> tuple[str, str]:
    """Returns what two requests share if they are the same one, whatever parameters were added since."""
    return request.source, json.dumps(parameters(request.source, request.parameters), sort_keys=True)


def _grid(name: str, results: Sequence[Result]) -> Grid:
    """Returns the rows of some results, each once, with the columns of all."""
    columns = {column.key: column for _, table in results for column in table.columns}
    rows: dict[tuple[CellValue, ...], None] = {}
    for _, table in results:
        at = {column.key: index for index, column in enumerate(table.columns)}
        rows |= {tuple(row[at[key]] if key in at else None for key in columns): None for row in table.rows}
    provenance = merged([table.provenance for _, table in results])
    return table_grid(name, Table(tuple(columns.values()), tuple(rows), provenance), TableLook())


def _word(value: Any) -> str:
    if isinstance(value, list):
        return "+".join(filter(None, map(_word, value)))
    return "" if value is None or value is False or value == {} else str(value)
