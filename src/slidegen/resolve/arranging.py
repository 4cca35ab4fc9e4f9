"""What the look of a table adds to its rows: groups, totals, spanners, scales of bars and heat, footnotes.

None of it is data: expressions in a deck's text see the computed table alone. Columns that are not shown get nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import fmean, median
from typing import Final

from slidegen.model import CellValue, Table
from slidegen.resolve.scales import scales
from slidegen.resolve.shown_table import Check, ShownTable, finite, known
from slidegen.resolve.table_notes import notes
from slidegen.resolved import Arrangement, RowGroup, Spanner, SummaryRow
from slidegen.table_look import Summary, SummaryRule, TableLook

LABELS: Final[Mapping[Summary, str]] = {
    "sum": "Total",
    "mean": "Mean",
    "median": "Median",
    "min": "Minimum",
    "max": "Maximum",
}
WITHOUT_SUM: Final = frozenset({"percent", "ratio"})
"""The kinds of numbers whose sum says nothing."""
WHOLE: Final = frozenset({"bytes", "count"})
"""The kinds whose cells are whole numbers, means as well."""


def grouped(name: str, table: Table, group: str | None) -> Table:
    """Returns the table with the rows of each group one below the other, groups in the order of their first rows.

    Raises:
        ValueProblem: no such column.
    """
    if group is None:
        return table
    at = table.column(known(group, [column.key for column in table.columns], name))
    order: dict[CellValue, int] = {}
    for row in table.rows:
        order.setdefault(row[at], len(order))
    return replace(table, rows=tuple(sorted(table.rows, key=lambda row: order[row[at]])))


def arranged(shown: ShownTable, look: TableLook, check: Check) -> Arrangement:
    """Returns what the look adds to a table whose rows are in the order of its groups. Mistakes go to `check`."""
    if look.stripes and look.group is None:
        check("stripes", partial(_no_group, shown))
    for index, rule in enumerate(look.total):
        for at, key in enumerate(rule.columns):
            check(f"total.{index}.columns.{at}", partial(_check_total, shown, key, rule.of))
        if rule.groups and look.group is None:
            check(f"total.{index}.groups", partial(_no_group, shown))
    spanners = [
        check(f"spanners.{label}", partial(_spanner, shown, label, look.spanners)) for label in look.spanners
    ]  # fmt: skip
    totals = _totals(shown, look.total)
    group = look.group if look.group in shown.keys else None
    return Arrangement(
        grouped=None if group is None else shown.column(group),
        groups=() if group is None else tuple(_groups(shown, group, totals)),
        summaries=tuple(total.of_rows(0, len(shown.table.rows)) for total in totals),
        spanners=tuple(spanner for spanner in spanners if spanner is not None and spanner.columns),
        bars=scales(shown, "bars", look.bars, check),
        heat=scales(shown, "heat", look.heat, check),
        notes=notes(shown, look.footnotes, check),
    )


def _no_group(shown: ShownTable) -> None:
    raise shown.problem("there are no groups; name their column with group")


def _check_total(shown: ShownTable, key: str, of: Summary) -> None:
    if shown.numbers(key).kind in WITHOUT_SUM and of == "sum":
        raise shown.problem(f"the ratios in the column {key!r} have no sum; allowed: of: mean, median, min or max")


def _groups(shown: ShownTable, group: str, totals: Sequence[_Total]) -> Iterator[RowGroup]:
    """Yields the groups. Their rows follow each other."""
    start, cells = 0, shown.cells(group)
    for end in range(1, len(cells) + 1):
        if end == len(cells) or cells[end] != cells[start]:
            summaries = tuple(total.of_rows(start, end) for total in totals if total.rule.groups)
            yield RowGroup(cells[start], end - start, summaries)
            start = end


@dataclass(frozen=True, slots=True)
class _Total:
    """A rule with the numbers of its columns that are shown. One that is missing or means nothing is None."""

    rule: SummaryRule
    numbers: Mapping[str, list[int | float | None]]
    whole: frozenset[str]

    def of_rows(self, start: int, end: int) -> SummaryRow:
        label = LABELS[self.rule.of] if self.rule.label is None else self.rule.label
        return SummaryRow(label, {key: self._cell(key, start, end) for key in self.numbers})

    def _cell(self, key: str, start: int, end: int) -> CellValue:
        """Returns a total; None if it would leave out a row."""
        numbers = [number for number in self.numbers[key][start:end] if number is not None]
        if len(numbers) < end - start or not numbers:
            return None
        value = FUNCTIONS[self.rule.of](numbers)
        return round(value) if key in self.whole else value


def _totals(shown: ShownTable, rules: Sequence[SummaryRule]) -> list[_Total]:
    caveats = [shown.cells(column.key) for column in shown.table.columns if column.kind == "caveat"]
    sure = [all(caveat[row] is None for caveat in caveats) for row in range(len(shown.table.rows))]
    totals = []
    for rule in rules:
        keys = [key for key in rule.columns if key in shown.shown]
        shown.expander.spend(len(keys) * len(shown.table.rows))
        numbers = {
            key: [finite(cell) if meant else None for cell, meant in zip(shown.cells(key), sure, strict=True)]
            for key in keys
        }
        totals.append(_Total(rule, numbers, frozenset(key for key in keys if shown.column(key).kind in WHOLE)))
    return totals


def _sum(numbers: Sequence[int | float]) -> int | float:
    return sum(numbers) if all(isinstance(number, int) for number in numbers) else math.fsum(numbers)


FUNCTIONS: Final[Mapping[Summary, Callable[[Sequence[int | float]], int | float]]] = {
    "sum": _sum,
    "mean": fmean,
    "median": median,
    "min": min,
    "max": max,
}


def _spanner(shown: ShownTable, label: str, spanners: Mapping[str, tuple[str, ...]]) -> Spanner:
    """Returns a spanner over those of its columns that are shown. They must stand side by side, under it alone."""
    for key in spanners[label]:
        shown.column(key)
        first = next(name for name, keys in spanners.items() if key in keys)
        if first != label:
            raise shown.problem(f"the column {key!r} is under two spanners, {first!r} and {label!r}; choose one")
    under = [at for at, key in enumerate(shown.shown) if key in spanners[label]]
    if under and (between := sorted(set(range(under[0], under[-1])).difference(under))):
        raise shown.problem(
            f"the column {shown.shown[between[0]]!r} stands between those of the spanner {label!r}; "
            "order them under columns"
        )
    return Spanner(label, tuple(shown.shown[at] for at in under))
