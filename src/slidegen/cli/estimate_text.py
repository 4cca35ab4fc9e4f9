"""The estimates of `slidegen estimate` for people: beside each other, under what they have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from slidegen.estimate.allocated import PHASES
from slidegen.model import Column, Table
from slidegen.printing import harmless, print_sideways, print_table
from slidegen.render.table import short_names
from slidegen.tables.fields import column_specs
from slidegen.tables.settings import SettingParameters

if TYPE_CHECKING:
    from slidegen.units import Unit

ABREAST: Final = 6
"""Estimates beside each other."""
SETTINGS: Final = column_specs(SettingParameters)
"""The columns that say what the setting is."""


def for_people(table: Table, unit: Unit) -> str:
    """Each model's estimates beside each other, under what they have in common."""
    at = table.column("model")
    models = dict.fromkeys(row[at] for row in table.rows)
    return "\n\n".join(_of_model(str(model), _of(table, model), unit) for model in models)


def _of(table: Table, model: Any) -> Table:
    at = table.column("model")
    return replace(table, rows=tuple(row for row in table.rows if row[at] == model))


def _of_model(model: str, table: Table, unit: Unit) -> str:
    common, heads = _settings(table)
    sizes = _without(table, {"model", "context", *SETTINGS})
    blocks = [f"{harmless(model)}: {', '.join(common)}; in {unit}", ""]
    for start in range(0, len(heads), ABREAST):
        block = replace(sizes, rows=sizes.rows[start : start + ABREAST])
        nought = {
            column.key
            for number, column in enumerate(block.columns)
            if column.kind == "bytes" and column.key != "total" and not any(row[number] for row in block.rows)
        }
        blocks += [print_sideways(_without(block, nought), heads[start : start + ABREAST], "", unit), ""]
    return "\n".join(blocks[:-1])


def _settings(table: Table) -> tuple[list[str], list[str]]:
    """What all rows have in common, and what each has to itself, in words."""
    values = {key: [row[table.column(key)] for row in table.rows] for key in SETTINGS}
    common = {key for key in SETTINGS if key != "method" and len({*values[key]} - {None}) == 1}
    common -= {key for key in ("quantization", "mixed_precision") if None in values[key]}
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
    """The peak of each phase of each estimate, beside each other."""
    peaks = [dict(zip(_cells(one, "phase"), _cells(one, "total"), strict=True)) for one in phases]
    shown = [phase for phase in PHASES if any(phase in peak for peak in peaks)]
    columns = tuple(Column(phase, phase.capitalize(), "bytes") for phase in shown)
    rows = tuple(tuple(peak.get(phase) for phase in shown) for peak in peaks)
    return f"Peak of each phase, in {unit}\n\n" + _abreast(
        replace(table, columns=columns, rows=rows), _heads(table), unit
    )


def for_cards(table: Table, cards: Table, unit: Unit) -> str:
    """What fits on which card: all that is known of one estimate, or the verdicts on several beside each other.

    Where the largest that fit were searched, several estimates stand beside each other under each card.
    """
    if len(table.rows) == 1:
        return print_table(_without(cards, {"model", "method", "source", "context"}), "table", unit)
    heads, names = _heads(table), _cells(cards, "card")
    size = len(cards.rows) // len(table.rows)
    if size == 1 or any(cell is not None for key in ("batch_size", "seq_len") for cell in _cells(cards, key)):
        said = _without(cards, {"model", "method", "card", "total", "reserved", "source", "context"})
        cards_of = [(str(names[at]), replace(said, rows=said.rows[at::size])) for at in range(size)]
        return "\n\n".join(f"{name}\n\n{_abreast(one, heads, unit)}" for name, one in cards_of)
    verdicts = _cells(cards, "fits")
    rows = tuple(tuple(verdicts[size * n : size * (n + 1)]) for n in range(len(table.rows)))
    columns = tuple(Column(str(name), str(name), "text") for name in names[:size])
    return _abreast(replace(cards, columns=columns, rows=rows), heads, unit)


def _heads(table: Table) -> list[str]:
    """What each row has to itself, in words, with its model's name where there are several."""
    models, (_, heads) = _cells(table, "model"), _settings(table)
    if len(set(models)) == 1:
        return heads
    names = short_names(models)
    return [f"{names[model]}\n{head}" for model, head in zip(models, heads, strict=True)]


def _abreast(table: Table, heads: Sequence[str], unit: Unit) -> str:
    """A table with its rows beside each other, as many as are shown abreast, then the others below."""
    blocks = [
        print_sideways(
            replace(table, rows=table.rows[start : start + ABREAST]), heads[start : start + ABREAST], "", unit
        )
        for start in range(0, len(heads), ABREAST)
    ]
    return "\n\n".join(blocks)


def _cells(table: Table, key: str) -> list[Any]:
    at = table.column(key)
    return [row[at] for row in table.rows]


def _without(table: Table, gone: set[str]) -> Table:
    kept = [at for at, column in enumerate(table.columns) if column.key not in gone]
    rows = tuple(tuple(row[at] for at in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[at] for at in kept), rows=rows)
