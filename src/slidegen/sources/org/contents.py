"""Tables of contents: headings as a list of links, in columns if it is long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from slidegen.sources.org.context import Context
from slidegen.sources.translation import Line

Entry = tuple[int, str, str, int]
"""The level of a heading (from 1), its words in Markdown, its id and its line."""
IN_A_COLUMN: Final = 9
"""Entries of a table of contents that stand in one column."""


def contents(entries: Sequence[Entry], depth: int, context: Context) -> list[Line]:
    """A list of the headings down to some depth."""
    shown = [entry for entry in entries if entry[0] <= depth]
    context.linked |= {entry[2] for entry in shown}
    rows = [
        Line(f"{'  ' * (level - 1)}- [{words}](#{name})", number)
        for (level, words, name, number) in _without_gaps(shown)
    ]
    if len(rows) <= IN_A_COLUMN:
        return rows
    return _in_columns(rows, 2 if len(rows) <= 2 * IN_A_COLUMN else 3)


def _without_gaps(entries: Sequence[Entry]) -> list[Entry]:
    """Entries each of which is at most one level deeper than the one before it."""
    found: list[Entry] = []
    for level, *rest in entries:
        most = found[-1][0] + 1 if found else 1
        found.append((min(level, most), *rest))  # type: ignore[arg-type]
    return found


def _in_columns(rows: list[Line], count: int) -> list[Line]:
    """A list in columns, divided at entries of the first level where that can be."""
    size = -(-len(rows) // count)
    columns: list[list[Line]] = [[]]
    for row in rows:
        full = len(columns[-1]) >= size and len(columns) < count
        if full and (row.text.startswith("- ") or len(columns[-1]) >= size * 2):
            columns.append([])
        columns[-1].append(row)
    number = rows[0].number
    made = [Line("::::: columns", number)]
    for column in columns:
        made += [Line("::: column", column[0].number), *column, Line(":::", column[-1].number)]
    return [*made, Line(":::::", rows[-1].number)]
