"""The accounting `rules` for people: a table for each model, with the sources below."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from slidegen.model import CellValue, Table
from slidegen.printing import print_table, printable, split_notes

if TYPE_CHECKING:
    from slidegen.units import Unit

HIDDEN: Final = frozenset({"model", "parameters", "setting", "source", "section", "url"})
"""Columns that are printed above or below the table, or are only for programs."""


def for_people(table: Table, unit: Unit) -> str:
    """Returns each model's rules as a table, then each rule's source."""
    at = table.column("model")
    blocks = []
    for model in dict.fromkeys(row[at] for row in table.rows):
        mine = replace(table, rows=tuple(row for row in table.rows if row[at] == model))
        short, notes = split_notes(mine)
        blocks += [f"{printable(str(model))}:", "", print_table(_shown(short), "table", unit), ""]
        blocks += [f"n/a: {note}." for note in notes] + [""] * bool(notes)
    return "\n".join([*blocks, "Sources:", *_sources(table)])


def _shown(table: Table) -> Table:
    kept = [at for at, column in enumerate(table.columns) if column.key not in HIDDEN]
    rows = tuple(tuple(row[at] for at in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[at] for at in kept), rows=rows)


def _sources(table: Table) -> list[str]:
    """Returns a line for each publication and section, with the rules that it states."""
    rules: dict[tuple[CellValue, ...], list[str]] = {}
    places = [table.column(key) for key in ("source", "section", "url")]
    for row in table.rows:
        names = rules.setdefault(tuple(row[at] for at in places), [])
        rule = str(row[table.column("rule")])
        names += [] if rule in names else [rule]
    return [f"  {', '.join(names)}: {source}, {section}, {url}" for (source, section, url), names in rules.items()]
