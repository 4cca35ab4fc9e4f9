"""Compares the tables and figures of a slide: cells, rows, columns, emphasis, and the words around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from slidegen.changes.cells import Grid, figure_grids, placed_grid
from slidegen.changes.counting import Counts
from slidegen.changes.grids import CellChange, compared
from slidegen.changes.reasons import Sides
from slidegen.changes.slides import SlideText
from slidegen.changes.values import Change, Place, Reason
from slidegen.resolved import PlacedTable


@dataclass(frozen=True, slots=True)
class LooseGrid:
    """A table or figure that a slide has on one side only: `old` or `new` is None."""

    old: Grid | None
    new: Grid | None

    @property
    def key(self) -> tuple[object, ...]:
        """What it shares with the same table on another slide."""
        grid = self.old or self.new
        assert grid is not None
        return (grid.figure, grid.name, grid.table)


def grids_of(slide: SlideText | None) -> list[Grid]:
    """Returns the tables of a slide, then its figures."""
    placed = [] if slide is None else list(slide.blocks)
    tables = [placed_grid(block) for block in placed if isinstance(block, PlacedTable)]
    figures = [grid for block in placed if not isinstance(block, PlacedTable) for grid in figure_grids(block)]
    return [*tables, *figures]


def paired_grids(old: Sequence[Grid], new: Sequence[Grid]) -> Iterator[LooseGrid]:
    """Pairs the tables and figures of two slides by their names, then those of the same columns. A figure is paired
    with a table of the same cells if its side has no other one."""
    left, right = list(old), list(new)
    found: list[tuple[Grid, Grid]] = []
    for same in (lambda a, b: (a.figure, a.name, a.table) == (b.figure, b.name, b.table), _alike):
        for one in list(left):
            two = next((other for other in right if same(one, other)), None)
            if two is not None:
                found.append((one, two))
                left.remove(one)
                right.remove(two)
    yield from (LooseGrid(one, two) for one, two in found)
    yield from (LooseGrid(one, None) for one in left)
    yield from (LooseGrid(None, two) for two in right)


def _alike(old: Grid, new: Grid) -> bool:
    return old.table == new.table or (old.figure == new.figure and old.labels == new.labels)


@dataclass(frozen=True, slots=True)
class Blocks:
    """The comparison of tables and figures in one comparison of decks."""

    sides: Sides
    counts: Counts

    def compared(self, pair: LooseGrid, seen: set[tuple[object, ...]], place: Place | None = None) -> Iterator[Change]:
        """Yields the changes of a table or figure. Those of the same cells that a slide shows again, which are in
        `seen`, are left out. `place` is that of a recorded result."""
        grid = pair.new or pair.old
        assert grid is not None
        empty = Grid(grid.name, grid.table, grid.labels, (), grid.naming, figure=grid.figure)
        where: Place = place or ("figure" if grid.figure else "table")
        own: set[tuple[object, ...]] = set()
        missing = (pair.old is None and self.sides.lacks(grid.table, self.sides.old)) or (
            pair.new is None and self.sides.lacks(grid.table, self.sides.new)
        )
        for cell in compared(pair.old or empty, pair.new or empty):
            own.add(identity := _identity(grid, cell))
            if identity not in seen:
                yield from self._cell(where, grid.name, cell, missing=missing)
        seen |= own

    def _cell(self, place: Place, name: str, cell: CellChange, *, missing: bool) -> Iterator[Change]:
        old, new = cell.old, cell.new
        if old is not None and new is not None:
            same = cell.kind == "number" and old.value == new.value and old.value is not None
            if not self.counts.lists(new.text if same else old.text, new.text, old.value, new.value):
                return
        was, now = (None if side is None else side.text for side in (old, new))
        before, after = (None if side is None else side.value for side in (old, new))
        reasons = self.sides.of_cells(cell.old_source, cell.new_source, is_number=cell.kind == "number")
        if missing:
            reasons = (Reason("missing"),)
        yield Change(cell.kind, place, name, cell.row, cell.column, was, now, before, after, reasons)


def _identity(grid: Grid, cell: CellChange) -> tuple[object, ...]:
    """Returns what the same cell of the same table has in common wherever a slide shows it."""
    values = (None if side is None else side.value for side in (cell.old, cell.new))
    return (grid.table, cell.kind, *cell.key, *values)
