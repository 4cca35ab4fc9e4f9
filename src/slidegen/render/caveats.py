"""Marks rows whose numbers are not meaningful with a star, and rows with a note with a dagger; explains both below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from slidegen.figures.data import row_caveats, row_notes
from slidegen.model import FOOTNOTES, Table
from slidegen.resolved import PlacedTable

STAR = "*"
DAGGER = "†"


@dataclass(frozen=True, slots=True)
class Footnotes:
    """The footnotes of a table: the mark of each row, "" without any, the text below, and the column of names."""

    marks: tuple[str, ...]
    text: str
    name: int


def split_footnotes(placed: PlacedTable) -> tuple[PlacedTable, Footnotes]:
    """Returns the table without the column of its groups and its columns of footnotes, and the footnotes.

    A table of nothing but footnotes keeps them.
    """
    columns = placed.table.columns
    grouped = placed.arrangement.grouped
    left = [index for index, column in enumerate(columns) if grouped is None or column.key != grouped.key]
    named = [index for index in left if columns[index].kind not in FOOTNOTES]
    shown = named or left
    if len(shown) == len(columns):
        return placed, Footnotes(("",) * len(placed.table.rows), "", 0)
    table = Table(
        tuple(columns[index] for index in shown),
        tuple(tuple(row[index] for index in shown) for row in placed.table.rows),
        placed.table.provenance,
    )
    styles = tuple(tuple(row[index] for index in shown) for row in placed.styles)
    name = next((index for index, column in enumerate(table.columns) if column.kind == "text"), 0)
    noted = placed.table if named else replace(placed.table, columns=(), rows=((),) * len(placed.table.rows))
    caveats, notes = row_caveats(noted), row_notes(noted)
    marks = tuple((STAR if c else "") + (DAGGER if n else "") for c, n in zip(caveats, notes, strict=True))
    text = caveats_and_notes(caveats, (note for row in notes for note in row))
    return replace(placed, table=table, styles=styles), Footnotes(marks, text, name)


def caveats_and_notes(caveats: Iterable[str | None], notes: Iterable[str]) -> str:
    """The text of the footnotes: each mark, and each caveat and note once; empty without any."""
    whys = "; ".join(dict.fromkeys(filter(None, caveats))).removesuffix(".")
    also = "; ".join(dict.fromkeys(notes)).removesuffix(".")
    return " ".join(filter(None, (whys and f"{STAR} Not meaningful: {whys}.", also and f"{DAGGER} {also}.")))
