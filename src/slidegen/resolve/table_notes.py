"""The footnotes that a table's look adds to headings and cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from slidegen.errors import nearest
from slidegen.model import FOOTNOTES
from slidegen.resolve.shown_table import Check, ShownTable, names_in
from slidegen.resolve.values import ValueProblem
from slidegen.resolved import TableNotes
from slidegen.table_look import FootnoteRule

MOST_NOTES: Final = 26
"""How many texts have a letter of their own."""
HEADING: Final = -1
"""Stands for the row of the headings."""


def notes(shown: ShownTable, rules: Sequence[FootnoteRule], check: Check) -> TableNotes:
    """Returns the footnotes in the order in which their marks are read: headings first, then row by row."""
    places: list[tuple[int, int, str]] = []
    for index, rule in enumerate(rules):
        found = check(f"footnotes.{index}", partial(_places, shown, rule))
        places += [(row, shown.shown.index(key), rule.text) for row, key in found or ()]
    texts = tuple(dict.fromkeys(text for _, _, text in sorted(places, key=lambda place: place[:2])))
    if len(texts) > MOST_NOTES:
        check("footnotes", partial(_too_many, shown, len(texts)))
        return TableNotes()
    heads: dict[str, tuple[int, ...]] = {}
    cells: dict[tuple[int, str], tuple[int, ...]] = {}
    for row, at, text in places:
        key, index = shown.shown[at], texts.index(text)
        if row == HEADING:
            heads[key] = _with(heads.get(key, ()), index)
        else:
            cells[row, key] = _with(cells.get((row, key), ()), index)
    return TableNotes(texts, heads, cells)


def _places(shown: ShownTable, rule: FootnoteRule) -> list[tuple[int, str]]:
    """Returns the row and the column of each mark of a footnote. Columns that are not shown have no marks."""
    column = _name_column(shown) if rule.column is None else shown.column(rule.column).key
    rows: Iterable[int] = (HEADING,)
    if rule.when is not None:
        names = names_in(rule.when, shown.name, shown.expander)
        if not names & set(shown.keys):
            raise ValueProblem(
                f"table {shown.name!r}: {rule.when!r} uses no column; {nearest(min(names, default=''), shown.keys)}",
                code="unknown-column",
            )
        rows = (row for row, marked in enumerate(shown.rows_where(rule.when)) if marked)
    return [(row, column) for row in rows] if column in shown.shown else []


def _name_column(shown: ShownTable) -> str:
    """Returns the column that names the rows: the first of text, else the first."""
    columns = [column for key in shown.shown if (column := shown.column(key)).kind not in FOOTNOTES]
    return next((column.key for column in columns if column.kind == "text"), columns[0].key if columns else "")


def _too_many(shown: ShownTable, count: int) -> None:
    raise shown.problem(f"{count} footnotes are too many; at most {MOST_NOTES}, one for each letter")


def _with(before: Sequence[int], index: int) -> tuple[int, ...]:
    return tuple(sorted({*before, index}))
