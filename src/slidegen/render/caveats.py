"""Marks the rows whose numbers are not meaningful: a star at the row's name, and the reason under the table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from slidegen.figures.data import row_caveats
from slidegen.model import Table
from slidegen.resolved import PlacedTable

STAR = "*"


def split_caveats(placed: PlacedTable) -> tuple[PlacedTable, tuple[str | None, ...], int]:
    """Returns the table without its caveat columns, the caveat of each row, and the index of the column of names.

    A table that consists of caveat columns keeps them.
    """
    columns = placed.table.columns
    shown = [index for index, column in enumerate(columns) if column.kind != "caveat"]
    if len(shown) == len(columns) or not shown:
        return placed, (None,) * len(placed.table.rows), 0
    table = Table(
        tuple(columns[index] for index in shown),
        tuple(tuple(row[index] for index in shown) for row in placed.table.rows),
        placed.table.provenance,
    )
    styles = tuple(tuple(row[index] for index in shown) for row in placed.styles)
    name = next((index for index, column in enumerate(table.columns) if column.kind == "text"), 0)
    return replace(placed, table=table, styles=styles), row_caveats(placed.table), name


def sentence(caveats: Iterable[str | None]) -> str:
    """The text of the footnote: a star and each caveat once; empty without caveats."""
    found = "; ".join(dict.fromkeys(filter(None, caveats)))
    return f"{STAR} Not meaningful: {found.removesuffix('.')}." if found else ""
