"""The estimates of `slidegen estimate` for people: side by side, below the settings that they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from slidegen.estimate.allocated import PHASES
from slidegen.model import Column, Table
from slidegen.printing import print_sideways, print_table, printable
from slidegen.render.tables.formats import short_names
from slidegen.row_notes import cell_notes, joined_notes
from slidegen.tables.fields import column_specs
from slidegen.tables.settings import SettingParameters

if TYPE_CHECKING:
    from slidegen.units import Unit

COLUMNS_PER_BLOCK: Final = 6
"""How many estimates stand side by side."""
SETTINGS: Final = column_specs(SettingParameters)
"""The columns that describe the setting of an estimate."""


def for_people(table: Table, unit: Unit) -> str:
    """Each model's estimates side by side, below the settings that they share."""
    at = table.column("model")
    models = dict.fromkeys(row[at] for row in table.rows)
    return "\n\n".join(_of_model(str(model), _of(table, model), unit) for model in models)


def _of(table: Table, model: Any) -> Table:
    at = table.column("model")
    return replace(table, rows=tuple(row for row in table.rows if row[at] == model))


def _of_model(model: str, table: Table, unit: Unit) -> str:
    common, heads = _settings(table)
    plain = {"stored_as"} if not any(" (" in stored for stored in _cells(table, "stored_as")) else set()
    sizes = _without(table, {"model", "context", "notes", *plain, *SETTINGS})
    blocks = [f"{printable(model)}: {', '.join(common)}; in {unit}", ""]
    for start in range(0, len(heads), COLUMNS_PER_BLOCK):
        block = replace(sizes, rows=sizes.rows[start : start + COLUMNS_PER_BLOCK])
        empty = {
            column.key
            for number, column in enumerate(block.columns)
            if (column.kind == "bytes" and column.key != "total" and not any(row[number] for row in block.rows))
            or all(row[number] is None for row in block.rows)
        }
        blocks += [
            print_sideways(_without(block, empty), heads[start : start + COLUMNS_PER_BLOCK], "", unit),
            "",
        ]
    return "\n".join(blocks[:-1])


def _settings(table: Table) -> tuple[list[str], list[str]]:
    """Describes the settings that all rows share, and those that differ for each row."""
    values = {key: [row[table.column(key)] for row in table.rows] for key in SETTINGS}
    common = {key for key in SETTINGS if key != "method" and len({*values[key]} - {None}) == 1}
    common -= {key for key in ("quantization", "kbit_upcast", "mixed_precision") if None in values[key]}
    shared = [
        spec.text(next(value for value in values[key] if value is not None))
        for key, spec in SETTINGS.items()
        if key in common
    ]
    heads = [
        "\n".join(filter(None, (spec.text(values[key][row]) for key, spec in SETTINGS.items() if key not in common)))
        for row in range(len(table.rows))
    ]
    return list(filter(None, shared)), heads


def for_phases(table: Table, phases: Sequence[Table], unit: Unit) -> str:
    """The peak of each phase of each estimate, side by side."""
    peaks = [dict(zip(_cells(one, "phase"), _cells(one, "total"), strict=True)) for one in phases]
    shown = [phase for phase in PHASES if any(phase in peak for peak in peaks)]
    columns = tuple(Column(phase, phase.capitalize(), "bytes") for phase in shown)
    rows = tuple(tuple(peak.get(phase) for phase in shown) for peak in peaks)
    return f"Peak of each phase, in {unit}\n\n" + _side_by_side(
        replace(table, columns=columns, rows=rows), _heads(table), unit
    )


def for_notes(table: Table, cards: Table | None = None) -> list[str]:
    """A line for each note on an estimate, or on an estimate on a card: whose it is, unless it is everyone's."""
    heads = [" ".join(head.split("\n")) for head in _heads(table)]
    rows = list(zip(heads, _cells(table, "notes"), strict=True))
    everyone = {note for note in cell_notes(rows[0][1]) if all(note in cell_notes(cell) for _, cell in rows)}
    if cards is not None:
        size = len(cards.rows) // len(table.rows)
        names, known = _cells(cards, "card"), [cell_notes(cell) for _, cell in rows]
        for at, cell in enumerate(_cells(cards, "notes")):
            own = [note for note in cell_notes(cell) if note not in known[at // size]]
            rows.append(
                (f"{heads[at // size]} on {names[at]}" if len(heads) > 1 else str(names[at]), joined_notes(own))
            )
    owners: dict[str, list[str]] = {}
    for head, cell in rows:
        for note in cell_notes(cell):
            owners.setdefault(note, []).append(head)
    return [
        printable(f"Note: {note}." if note in everyone else f"Note, {', '.join(heads)}: {note}.")
        for note, heads in owners.items()
    ]


def for_cards(table: Table, cards: Table, unit: Unit) -> str:
    """What fits on which card: all columns for one estimate, or the verdicts for several side by side.

    If the largest settings that fit were searched, the estimates stand side by side under each card.
    """
    if len(table.rows) == 1:
        return print_table(_without(cards, {"model", "method", "source", "context", "notes"}), "table", unit)
    heads, names = _heads(table), _cells(cards, "card")
    size = len(cards.rows) // len(table.rows)
    if size == 1 or any(cell is not None for key in ("batch_size", "seq_len") for cell in _cells(cards, key)):
        sizes = _without(cards, {"model", "method", "card", "total", "reserved", "source", "context", "notes"})
        cards_of = [(str(names[at]), replace(sizes, rows=sizes.rows[at::size])) for at in range(size)]
        return "\n\n".join(f"{name}\n\n{_side_by_side(one, heads, unit)}" for name, one in cards_of)
    verdicts = _cells(cards, "fits")
    rows = tuple(tuple(verdicts[size * n : size * (n + 1)]) for n in range(len(table.rows)))
    columns = tuple(Column(str(name), str(name), "text") for name in names[:size])
    return _side_by_side(replace(cards, columns=columns, rows=rows), heads, unit)


def _heads(table: Table) -> list[str]:
    """Describes how each row differs from the others, with the name of its model if there are several."""
    models, (_, heads) = _cells(table, "model"), _settings(table)
    if len(set(models)) == 1:
        return heads
    names = short_names(models)
    return [f"{names[model]}\n{head}" for model, head in zip(models, heads, strict=True)]


def _side_by_side(table: Table, heads: Sequence[str], unit: Unit) -> str:
    """A table with its rows side by side, in blocks."""
    blocks = [
        print_sideways(replace(table, rows=table.rows[start:end]), heads[start:end], "", unit)
        for start in range(0, len(heads), COLUMNS_PER_BLOCK)
        for end in (start + COLUMNS_PER_BLOCK,)
    ]
    return "\n\n".join(blocks)


def _cells(table: Table, key: str) -> list[Any]:
    at = table.column(key)
    return [row[at] for row in table.rows]


def _without(table: Table, dropped: set[str]) -> Table:
    kept = [at for at, column in enumerate(table.columns) if column.key not in dropped]
    rows = tuple(tuple(row[at] for at in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[at] for at in kept), rows=rows)
