"""The cells of a table or figure as people read them, with rows named by the columns that tell them apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from slidegen.model import FOOTNOTES, NUMERIC, CellValue, Column, Provenance, Table
from slidegen.renamed import COLUMNS
from slidegen.render.tables.formats import column_format, group_names, printed
from slidegen.resolve.lookup import distinguishing_keys
from slidegen.resolved import PlacedFigure, PlacedTable
from slidegen.table_look import TableLook

NAMING: Final = frozenset({"text", "model", "integer"})
"""The kinds of columns that name rows."""
NAMES: Final = 2
"""The most columns that name the only row of a table."""
RowKey = tuple[tuple[str, CellValue], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as shown, its exact value, and its emphasis in words."""

    text: str
    value: CellValue
    emphasis: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its cells by the present keys of their columns, and where they come from."""

    cells: Mapping[str, Cell]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Grid:
    """A table or figure as rows of cells: its name, and that of its table.

    `labels` are the headings of its columns by their keys, `naming` the keys of the columns that tell the rows apart,
    `summaries` the rows of totals by their labels, `words` its title, its caption and other texts around the cells.
    """

    name: str
    table: str
    labels: Mapping[str, str]
    rows: tuple[Row, ...]
    naming: tuple[str, ...]
    summaries: Mapping[str, Row] = field(default_factory=dict)
    figure: bool = False
    words: str = ""

    def has_numbers(self, key: str) -> bool:
        """Returns whether a column holds numbers."""
        return any(isinstance(row.cells[key].value, int | float) for row in self.rows)

    def named(self, row: Row, keys: Sequence[str]) -> RowKey:
        """Returns the cells of a row in some columns."""
        return tuple((key, row.cells[key].value) for key in keys if key in row.cells)


def placed_grid(placed: PlacedTable) -> Grid:
    """Returns the cells of a table that a slide places."""
    grid = table_grid(placed.name, placed.table, placed.look, placed.lang)
    legends = {rule.style: rule.legend for rule in reversed(placed.look.emphasis)}
    rows = []
    for row, styles in zip(grid.rows, placed.styles, strict=True):
        emphasis = {
            key: "" if style is None else f"{style} ({legends[style]})" if legends.get(style) else str(style)
            for (key, style) in zip(_keys(placed.table), styles, strict=True)
        }
        rows.append(Row({k: Cell(c.text, c.value, emphasis.get(k, "")) for k, c in row.cells.items()}, row.provenance))
    words = (placed.look.caption, *dict.fromkeys(legends.values()), *placed.arrangement.notes.texts)
    summaries = dict(_summaries(placed))
    return replace(grid, rows=tuple(rows), summaries=summaries, words="\n\n".join(filter(None, words)))


def figure_grids(placed: PlacedFigure) -> list[Grid]:
    """Returns the numbers that a figure draws, from each of its tables."""
    found: list[Grid] = []
    for name, table in placed.drawn.items():
        columns = tuple(replace(one, label=placed.look.labels.get(one.key, one.label)) for one in table.columns)
        grid = _numbers_only(table_grid(name, replace(table, columns=columns), placed.look, placed.lang), table)
        around = () if found else (placed.title, placed.subtitle, placed.caption, *placed.annotations)
        found.append(replace(grid, name=placed.name, figure=True, words="\n\n".join(filter(None, around))))
    return found


def _numbers_only(grid: Grid, table: Table) -> Grid:
    """Returns what a figure shows of a table: numbers, and the names of its rows."""
    renamed = COLUMNS.get(table.provenance.source, {})
    numeric = {renamed.get(column.key, column.key) for column in table.columns if column.kind in NUMERIC}
    kept = [key for key in grid.labels if key in numeric or key in grid.naming]
    rows = tuple(replace(row, cells={key: row.cells[key] for key in kept}) for row in grid.rows)
    return replace(grid, labels={key: grid.labels[key] for key in kept}, rows=rows)


def table_grid(name: str, table: Table, look: TableLook, lang: str = "en") -> Grid:
    """Returns the cells of a table, shown as a look has it."""
    columns = [column for column in table.columns if column.kind not in FOOTNOTES]
    renamed = COLUMNS.get(table.provenance.source, {})
    shown: dict[str, list[Cell]] = {}
    for column in columns:
        cells = [row[table.column(column.key)] for row in table.rows]
        unit, show = column_format(column, cells, look)
        texts = (_with_unit(printed(column, cell, show, lang), unit, cell) for cell in cells)
        shown[renamed.get(column.key, column.key)] = list(map(Cell, texts, cells))
    rows = tuple(
        Row({key: cells[at] for key, cells in shown.items()}, table.provenance.of_row(row))
        for at, row in enumerate(table.rows)
    )
    labels = {renamed.get(column.key, column.key): column.label for column in columns}
    return Grid(name, name, labels, rows, _naming(table, renamed))


def _naming(table: Table, renamed: Mapping[str, str]) -> tuple[str, ...]:
    """Returns the columns that tell the rows apart; with a single row, the first ones that can name it."""
    kinds = {column.key: column.kind for column in table.columns}
    if len(table.rows) > 1:
        keys = [key for key in distinguishing_keys(table, range(len(table.rows))) if kinds[key] in NAMING]
    else:
        filled = zip(table.columns, *table.rows, strict=True)
        keys = [column.key for column, *cell in filled if column.kind in ("text", "model") and cell != [None]][:NAMES]
    return tuple(renamed.get(key, key) for key in keys)


def _with_unit(text: str, unit: str, cell: CellValue) -> str:
    """Returns a cell with its unit, which a table has in its heading."""
    plain = " ".join(text.split())
    return plain if cell is None or not unit else f"{plain} {unit}"


def _keys(table: Table) -> list[str]:
    renamed = COLUMNS.get(table.provenance.source, {})
    return [renamed.get(column.key, column.key) for column in table.columns]


def _summaries(placed: PlacedTable) -> Iterator[tuple[str, Row]]:
    arrangement = placed.arrangement
    for summary in arrangement.summaries:
        yield summary.label, _summary(placed, summary.cells)
    for name, group in zip(group_names(placed), arrangement.groups, strict=False):
        for summary in group.summaries:
            yield f"{name}: {summary.label}", _summary(placed, summary.cells)


def _summary(placed: PlacedTable, cells: Mapping[str, CellValue]) -> Row:
    renamed = COLUMNS.get(placed.table.provenance.source, {})
    found = {}
    for column in placed.table.columns:
        if column.key in cells:
            found[renamed.get(column.key, column.key)] = _summary_cell(placed, column, cells[column.key])
    return Row(found, placed.table.provenance)


def _summary_cell(placed: PlacedTable, column: Column, value: CellValue) -> Cell:
    column_cells = [row[placed.table.column(column.key)] for row in placed.table.rows]
    unit, show = column_format(column, [*column_cells, value], placed.look)
    return Cell(_with_unit(printed(column, value, show, placed.lang), unit, value), value)
