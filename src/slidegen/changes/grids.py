"""Compares two tables cell by cell: rows by the columns that name them, columns by their keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from slidegen.changes.aligning import aligned, similarity
from slidegen.changes.cells import Cell, Grid, Row
from slidegen.changes.values import ChangeKind
from slidegen.model import Provenance


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell, row or column that both sides have, or only one. `key` is the same wherever a slide shows it."""

    kind: ChangeKind
    key: tuple[object, ...]
    row: str
    column: str
    old: Cell | None
    new: Cell | None
    old_source: tuple[Provenance, ...]
    new_source: tuple[Provenance, ...]


def compared(old: Grid, new: Grid) -> Iterator[CellChange]:
    """Yields every cell of two tables, changed or not, every row and column that only one of them has, and every row
    whose emphasis changed."""
    columns = _columns(old, new)
    pairs = _rows(old, new)
    for before, after in pairs:
        one = None if before is None else old.rows[before]
        two = None if after is None else new.rows[after]
        if one is not None and two is not None:
            yield from _row(new, one, two, columns, emphasised=not (old.figure or new.figure))
        elif two is not None:
            yield _whole_row(new, two, old, added=True)
        elif one is not None:
            yield _whole_row(old, one, new, added=False)
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    for key in new.labels:
        if key not in columns.values() and both:
            yield _whole_column(new, key, old, added=True)
    for key in old.labels:
        if key not in columns and both:
            yield _whole_column(old, key, new, added=False)
    yield from _summaries(old, new)


def _columns(old: Grid, new: Grid) -> dict[str, str]:
    """Pairs the columns by their keys, then those of numbers by their labels."""
    pairs = {key: key for key in old.labels if key in new.labels}
    left = [key for key in new.labels if key not in pairs and new.has_numbers(key)]
    for key, label in old.labels.items():
        same = [other for other in left if new.labels[other] == label and old.has_numbers(key)]
        if key not in pairs and len(same) == 1:
            pairs[key] = same[0]
            left.remove(same[0])
    return pairs


def _rows(old: Grid, new: Grid) -> list[tuple[int | None, int | None]]:
    """Pairs the rows by the columns that name them, similar names after equal ones. Rows without names are paired in
    their order."""
    shared = [key for key in old.labels if key in new.labels]
    naming = [key for key in shared if key in old.naming or key in new.naming]
    if not naming:
        most = max(len(old.rows), len(new.rows))
        return [(at if at < len(old.rows) else None, at if at < len(new.rows) else None) for at in range(most)]
    before = _unique([old.named(row, naming) for row in old.rows])
    after = _unique([new.named(row, naming) for row in new.rows])
    return aligned(before, after, lambda a, b: similarity(before[a][0], after[b][0]))


def _unique(names: Sequence[tuple[object, ...]]) -> list[tuple[tuple[object, ...], int]]:
    """Numbers the rows of the same name."""
    counts: dict[tuple[object, ...], int] = {}
    found = []
    for name in names:
        counts[name] = counts.get(name, 0) + 1
        found.append((name, counts[name]))
    return found


def _row(new: Grid, one: Row, two: Row, columns: dict[str, str], *, emphasised: bool) -> Iterator[CellChange]:
    name = row_name(new, two)
    emphasis: dict[tuple[str, str], list[str]] = {}
    for before, after in columns.items():
        cell, other = one.cells[before], two.cells[after]
        label = new.labels[after]
        yield CellChange("number", (after,), name, label, cell, other, (one.provenance,), (two.provenance,))
        if cell.emphasis != other.emphasis and emphasised:
            emphasis.setdefault((cell.emphasis, other.emphasis), []).append(label)
    for (was, now), labels in emphasis.items():
        yield CellChange(
            "emphasis",
            (name, was, now),
            name,
            ", ".join(labels),
            Cell(was, was),
            Cell(now, now),
            (one.provenance,),
            (two.provenance,),
        )


def _whole_row(grid: Grid, row: Row, other: Grid, *, added: bool) -> CellChange:
    filled = {key: cell for key, cell in row.cells.items() if cell.value is not None and key not in grid.naming}
    cells = [f"{grid.labels[key]} {cell.text}" for key, cell in filled.items()]
    cell = Cell(", ".join(cells), None)
    key = (grid.named(row, grid.naming),)
    return _one_sided("row", key, row_name(grid, row), "", cell, (grid, other), added=added)


def _whole_column(grid: Grid, key: str, other: Grid, *, added: bool) -> CellChange:
    cell = Cell(", ".join(row.cells[key].text for row in grid.rows), None)
    return _one_sided("column", (key,), "", grid.labels[key], cell, (grid, other), added=added)


def _one_sided(
    kind: ChangeKind,
    key: tuple[object, ...],
    row: str,
    column: str,
    cell: Cell,
    grids: tuple[Grid, Grid],
    *,
    added: bool,
) -> CellChange:
    """Returns the change of what only the first of two tables has. Both tables may say why."""
    own, other = (tuple({id(row.provenance): row.provenance for row in grid.rows}.values()) for grid in grids)
    if added:
        return CellChange(kind, key, row, column, None, cell, other, own)
    return CellChange(kind, key, row, column, cell, None, own, other)


def _summaries(old: Grid, new: Grid) -> Iterator[CellChange]:
    """Yields the cells of the rows of totals."""
    for label in dict.fromkeys((*new.summaries, *old.summaries)):
        one, two = old.summaries.get(label), new.summaries.get(label)
        before, after = (row.cells if row is not None else {} for row in (one, two))
        for key in dict.fromkeys((*after, *before)):
            yield CellChange(
                "number",
                ("total", label, key),
                label,
                new.labels.get(key) or old.labels.get(key, key),
                before.get(key),
                after.get(key),
                () if one is None else (one.provenance,),
                () if two is None else (two.provenance,),
            )


def row_name(grid: Grid, row: Row) -> str:
    """Returns the name of a row: the cells by which it differs from others, numbers with the label of their column."""
    parts = []
    for key in grid.naming:
        cell = row.cells[key]
        if cell.value is None:
            continue
        parts.append(cell.text if isinstance(cell.value, str) else f"{grid.labels[key].lower()} {cell.text}")
    return ", ".join(parts) or f"row {grid.rows.index(row) + 1}"
