"""Makes the plan of a cut from its parameters, and the columns of its table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from slidegen.errors import nearest
from slidegen.model import Column
from slidegen.parquet.plan import Axis, BinsCut, Condition, Function, GroupsCut, Order, Plan, RowsCut
from slidegen.tables.cuts.columns import FileColumn, FileColumns, Mistakes
from slidegen.tables.cuts.conditions import conditions, setting_conditions
from slidegen.tables.cuts.parameters import SweepParameters
from slidegen.tables.data import column_key
from slidegen.tables.sweep_format import ERROR, PROVENANCE, PROVENANCE_COLUMNS, WHOLE

DISTINCT: Final = tuple(
    name
    for name in PROVENANCE_COLUMNS
    if name.removeprefix(PROVENANCE) not in ("source", "parameters", "inputs", "version")
)
"""The columns of a sweep from which the provenance of a cut is made."""
FUNCTIONS: Final[Mapping[str, tuple[Literal["min", "max", "mean"] | float, str]]] = {
    "min": ("min", "minimum"),
    "max": ("max", "maximum"),
    "mean": ("mean", "mean"),
    "median": (0.5, "median"),
}
QUANTILE: Final = re.compile(r"p(\d{1,2})")
COUNT: Final = Column("count", "Count", "integer")
UNITS: Final = {"bytes": 2**30}
"""The units in which bins have round ends."""


@dataclass(frozen=True, slots=True)
class PlannedCut:
    """A plan, and the columns of its rows. Of those that the deck did not choose, `spare` ones are left out if no row
    has a value, and `settings` also if all rows have the same."""

    plan: Plan
    columns: tuple[Column, ...]
    spare: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()


def planned(request: SweepParameters, columns: FileColumns) -> PlannedCut:
    """Returns the plan of a cut. Raises ParameterError with every mistake."""
    mistakes = Mistakes()
    where = conditions(request.where, columns, "where", mistakes)
    make = _groups if request.grouping else _bins if request.bins else _rows
    found = make(request, columns, mistakes)
    mistakes.check()
    plan = replace(found.plan, where=where)
    if columns.source is not None:
        plan = replace(plan, distinct=DISTINCT)
        if ERROR not in _used(request):
            settings = setting_conditions(request.where, columns)
            plan = replace(plan, failed=ERROR, failed_where=settings)
    return replace(found, plan=plan)


def _used(request: SweepParameters) -> set[str]:
    """Returns the keys of the columns that a request names."""
    return {*request.where, *request.select, *request.by}


def _rows(request: SweepParameters, columns: FileColumns, mistakes: Mistakes) -> PlannedCut:
    keys = request.select or (*columns.cells, *columns.parameters)
    shown = _all(columns, "select", keys, mistakes)
    by = _all(columns, "by", request.by, mistakes)
    best = request.least or request.greatest
    way = "least" if request.least else "greatest"
    number = None if best is None else columns.find(way, best, mistakes, numeric=True)
    cut = RowsCut(
        columns=_names(shown),
        best=None if number is None else number.name,
        greatest=way == "greatest",
        by=_names(by),
        order=_order(request, columns, mistakes),
        limit=request.limit,
        sample=request.sample,
    )
    spare = frozenset() if request.select else frozenset(keys)
    settings = frozenset() if request.select else frozenset(columns.parameters)
    return PlannedCut(Plan(cut=cut), tuple(one.column for one in shown), spare, settings)


def _order(request: SweepParameters, columns: FileColumns, mistakes: Mistakes) -> Order | None:
    if request.order_by is None:
        return None
    found = columns.find("order_by", request.order_by.removeprefix("-"), mistakes)
    return None if found is None else Order(found.name, request.order_by.startswith("-"))


def _groups(request: SweepParameters, columns: FileColumns, mistakes: Mistakes) -> PlannedCut:
    by = _all(columns, "by", request.by, mistakes)
    shown = [one.column for one in by]
    aggregates: list[tuple[str, Function]] = []
    for key, words in request.aggregate.items():
        column = columns.find(f"aggregate.{key}", key, mistakes, numeric=True)
        if column is None:
            continue
        for word in words:
            function, label = _function(word)
            aggregates.append((column.name, function))
            shown.append(_aggregated(column.column, word, label))
    named, counts = _counts(request, columns, mistakes)
    made = (*shown, *named, COUNT)
    shares = [Column(f"{column.key}_share", f"{column.label}, share", "percent") for column in named]
    pairs = [column for pair in zip(named, shares, strict=True) for column in pair]
    keys = [column.key for column in (*shown, COUNT, *pairs)]
    for key in dict.fromkeys(key for key in keys if keys.count(key) > 1):
        mistakes.add("count", f"count: several columns of the cut are called {key!r}; give each a name of its own")
    order = None
    if request.order_by is not None:
        key = request.order_by.removeprefix("-")
        own = [column.key for column in made]
        if key in own:
            order = Order(own.index(key), request.order_by.startswith("-"))
        else:
            mistakes.add("order_by", f"the cut has no column {key!r}; {nearest(key, own)}", "unknown-column")
    cut = GroupsCut(by=_names(by), aggregates=tuple(aggregates), counts=tuple(counts), order=order, limit=request.limit)
    return PlannedCut(Plan(cut=cut), (*shown, COUNT, *pairs))


def _counts(
    request: SweepParameters, columns: FileColumns, mistakes: Mistakes
) -> tuple[list[Column], list[tuple[Condition, ...]]]:
    """Returns the column of each name whose conditions rows are counted by, and these conditions."""
    named, counts = [], []
    for name, where in request.count.items() if isinstance(request.count, dict) else ():
        key = column_key(name)
        if key is None:
            mistakes.add(f"count.{name}", f"count: {name!r} is not a name; it needs a letter or a digit")
        else:
            named.append(Column(key, name, "integer"))
            counts.append(conditions(where, columns, f"count.{name}", mistakes))
    return named, counts


def _bins(request: SweepParameters, columns: FileColumns, mistakes: Mistakes) -> PlannedCut:
    paired = len(request.bins) == 2
    axes, shown = [], []
    for key, count in request.bins.items():
        column = columns.find(f"bins.{key}", key, mistakes, numeric=not paired)
        if column is not None:
            unit = UNITS.get(column.column.kind, 1)
            axes.append(Axis(column.name, count, unit, column.type == "whole"))
            shown.append(column.column)
    return PlannedCut(Plan(cut=BinsCut(tuple(axes))), tuple(shown))


def _function(word: str) -> tuple[Function, str]:
    """Returns a function with its label. The parameters have only allowed words."""
    quantile = QUANTILE.fullmatch(word)
    return FUNCTIONS[word] if quantile is None else (int(quantile[1]) / 100, f"percentile {int(quantile[1])}")


def _aggregated(column: Column, word: str, label: str) -> Column:
    kind = column.kind
    if kind == "integer" and word not in ("min", "max"):
        kind = "number"
    return Column(f"{column.key}_{word}", f"{column.label}, {label}", kind)


def _all(columns: FileColumns, option: str, keys: Iterable[str], mistakes: Mistakes) -> list[FileColumn]:
    found = (columns.find(option, key, mistakes) for key in dict.fromkeys(keys))
    return [one for one in found if one is not None]


def _names(columns: Iterable[FileColumn]) -> tuple[str, ...]:
    return tuple(one.name for one in columns)


def is_whole(column: Column) -> bool:
    """Returns whether cells of a column are whole numbers."""
    return column.kind in WHOLE
