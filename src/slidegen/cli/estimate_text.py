"""The estimates of `slidegen estimate` for people: side by side, below the settings that they share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from slidegen.model import Column, Table
from slidegen.printing import print_sideways, print_table, printable
from slidegen.render.table import short_names
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
    sizes = _without(table, {"model", "context", *SETTINGS})
    blocks = [f"{printable(model)}: {', '.join(common)}; in {unit}", ""]
    for start in range(0, len(heads), COLUMNS_PER_BLOCK):
        block = replace(sizes, rows=sizes.rows[start : start + COLUMNS_PER_BLOCK])
        zero_columns = {
            column.key
            for number, column in enumerate(block.columns)
            if column.kind == "bytes" and column.key != "total" and not any(row[number] for row in block.rows)
        }
        blocks += [
            print_sideways(_without(block, zero_columns), heads[start : start + COLUMNS_PER_BLOCK], "", unit),
            "",
        ]
    return "\n".join(blocks[:-1])


def _settings(table: Table) -> tuple[list[str], list[str]]:
    """Describes the settings that all rows share, and those that differ for each row."""
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


def for_cards(table: Table, cards: Table, unit: Unit) -> str:
    """What fits on which card: all columns for one estimate, or the verdicts for several side by side."""
    if len(table.rows) == 1:
        return print_table(_without(cards, {"model", "method", "source", "context"}), "table", unit)
    model, (_, heads) = table.column("model"), _settings(table)
    if len({row[model] for row in table.rows}) > 1:
        names = short_names(row[model] for row in table.rows)
        heads = [f"{names[row[model]]}\n{head}" for row, head in zip(table.rows, heads, strict=True)]
    size = len(cards.rows) // len(table.rows)
    if size == 1:
        sizes = _without(cards, {"model", "method", "card", "total", "reserved", "source", "context"})
        blocks = [str(cards.rows[0][cards.column("card")])]
        for start in range(0, len(heads), COLUMNS_PER_BLOCK):
            block = replace(sizes, rows=sizes.rows[start : start + COLUMNS_PER_BLOCK])
            blocks.append(print_sideways(block, heads[start : start + COLUMNS_PER_BLOCK], "", unit))
        return "\n\n".join(blocks)
    at, name = cards.column("fits"), cards.column("card")
    columns = tuple(Column(str(row[name]), str(row[name]), "text") for row in cards.rows[:size])
    verdicts = [tuple(row[at] for row in cards.rows[size * n : size * (n + 1)]) for n in range(len(table.rows))]
    blocks = []
    for start in range(0, len(heads), COLUMNS_PER_BLOCK):
        block = replace(cards, columns=columns, rows=tuple(verdicts[start : start + COLUMNS_PER_BLOCK]))
        blocks.append(print_sideways(block, heads[start : start + COLUMNS_PER_BLOCK], "", unit))
    return "\n\n".join(blocks)


def _without(table: Table, dropped: set[str]) -> Table:
    kept = [at for at, column in enumerate(table.columns) if column.key not in dropped]
    rows = tuple(tuple(row[at] for at in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[at] for at in kept), rows=rows)
