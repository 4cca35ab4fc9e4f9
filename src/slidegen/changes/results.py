"""The results of two records in pairs: those of the same request, then those of the most similar ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from slidegen.changes.aligning import aligned, similarity
from slidegen.changes.cells import Grid, table_grid
from slidegen.model import Table
from slidegen.results.record import Key, Record
from slidegen.table_look import TableLook


def paired_results(old: Record, new: Record) -> Iterator[tuple[str, Grid | None, Grid | None]]:
    """Yields the request of each result in words, and its table on both sides."""
    before, after = ([entry for _, entry in sorted(record.stored.items())] for record in (old, new))

    def alike(a: int, b: int) -> float:
        one, two = before[a][0], after[b][0]
        return similarity(_parts(one), _parts(two)) if one.source == two.source else 0.0

    for a, b in aligned([_name(key) for key, _ in before], [_name(key) for key, _ in after], alike):
        one, two = None if a is None else before[a], None if b is None else after[b]
        shown = two or one
        assert shown is not None
        title = request_words(shown[0])
        yield title, None if one is None else _grid(title, one[1]), None if two is None else _grid(title, two[1])


def request_words(key: Key) -> str:
    """Returns a request as a deck would write it, without empty parameters: "memory(method=full, rank=16)"."""
    given = json.loads(key.parameters)
    return f"{key.source}({', '.join(f'{name}={_word(value)}' for name, value in given.items() if _word(value))})"


def _grid(name: str, table: Table) -> Grid:
    return table_grid(name, table, TableLook())


def _name(key: Key) -> tuple[str, str]:
    return key.source, key.parameters


def _parts(key: Key) -> list[tuple[str, str]]:
    given: dict[str, Any] = json.loads(key.parameters)
    return [
        (name, str(one)) for name, value in given.items() for one in (value if isinstance(value, list) else [value])
    ]


def _word(value: Any) -> str:
    if isinstance(value, list):
        return "+".join(filter(None, map(_word, value)))
    return "" if value is None or value is False else str(value)
