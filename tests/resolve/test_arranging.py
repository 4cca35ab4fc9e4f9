"""What the look of a table adds to its rows: groups, totals, spanners, scales, footnotes."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import pytest

from slidegen.model import CellValue, Column, ColumnKind, Provenance, Table
from slidegen.resolve.environment import make_environment
from slidegen.resolve.expander import Expander
from slidegen.resolve.placing import LookError, place
from slidegen.resolved import Arrangement, PlacedTable, Scale, SummaryRow
from slidegen.table_look import EmphasisRule, FootnoteRule, ScaleRule, Summary, SummaryRule, TableLook

COLUMNS = (
    Column("name", "Name", "text"),
    Column("rank", "Rank", "integer"),
    Column("size", "Size", "bytes"),
    Column("other", "Other", "bytes"),
    Column("share", "Share", "percent"),
)
ROWS: tuple[tuple[CellValue, ...], ...] = (
    ("b", 16, 30, 1, 0.5),
    ("a", 8, 10, 2, 0.25),
    ("c", 16, 21, None, 0.125),
)


def placed(rows: tuple[tuple[CellValue, ...], ...] = ROWS, **look: Any) -> PlacedTable:
    """A table with a look."""
    table = Table(COLUMNS, rows, Provenance("memory"))
    return place("t", table, TableLook(**look), Expander(make_environment(), {}))


def arrangement(**look: Any) -> Arrangement:
    """What a look adds to it."""
    return placed(**look).arrangement


def total(kind: ColumnKind, of: Summary, cells: list[CellValue]) -> CellValue:
    """The total of a column."""
    table = Table((Column("x", "X", kind),), tuple((cell,) for cell in cells), Provenance("memory"))
    look = TableLook(columns=("x",), total=(SummaryRule(("x",), of),))
    (row,) = place("t", table, look, Expander(make_environment(), {})).arrangement.summaries
    return row.cells["x"]


def test_rows_stand_by_group_in_the_order_of_their_first_rows() -> None:
    """Sorting comes first. The column stays one of the table's, for those who print its data."""
    table = placed(group="rank", sort_by="name")
    assert [row[0] for row in table.table.rows] == ["a", "b", "c"]
    table = placed(group="rank")
    assert [row[0] for row in table.table.rows] == ["b", "c", "a"]
    assert [(group.value, group.count) for group in table.arrangement.groups] == [(16, 2), (8, 1)]
    assert [column.key for column in table.table.columns] == ["name", "rank", "size", "other", "share"]
    assert [column.key for column in placed(group="rank", columns=("name",)).table.columns] == ["rank", "name"]


def test_styles_follow_their_rows_into_groups() -> None:
    """As do the marks of footnotes."""
    table = placed(
        group="rank", emphasis=(EmphasisRule("size == 21", "bad"),), footnotes=(FootnoteRule("n", when="size == 21"),)
    )
    assert [row[2] for row in table.styles] == [None, "bad", None]
    assert table.arrangement.notes.cells == {(1, "name"): (0,)}


@pytest.mark.parametrize(
    ("kind", "of", "cells", "expected"),
    [
        ("bytes", "sum", [2**60, 1, 2], 2**60 + 3),  # floats would lose the bytes
        ("number", "sum", [0.1] * 10, 1.0),
        ("bytes", "mean", [1, 2], 2),
        ("integer", "mean", [8, 9], 8.5),
        ("number", "median", [3.0, 1.0, 9.0], 3.0),
        ("percent", "max", [0.5, 0.25], 0.5),
        ("ratio", "min", [0.5, 0.25], 0.25),
        ("bytes", "sum", [1, None], None),
        ("number", "mean", [1.0, nan], None),
        ("number", "max", [1.0, inf], None),
        ("bytes", "sum", [], None),
    ],
)
def test_a_total_is_that_of_all_rows_or_of_none(
    kind: ColumnKind, of: Summary, cells: list[CellValue], expected: CellValue
) -> None:
    """A sum that leaves one out would look like the sum of all. Bytes stay whole."""
    found = total(kind, of, cells)
    assert found == expected
    assert type(found) is type(expected)


def test_a_row_whose_numbers_mean_nothing_has_no_part_in_a_total() -> None:
    """So there is none."""
    table = Table(
        (Column("x", "X", "integer"), Column("why", "Why", "caveat")), ((1, None), (2, "on a grid")), Provenance("s")
    )
    look = TableLook(total=(SummaryRule(("x",)),))
    assert place("t", table, look, Expander(make_environment(), {})).arrangement.summaries[0].cells == {"x": None}


def test_totals_of_groups_stand_in_the_groups() -> None:
    """And that of all rows at the end; columns that are not shown have none."""
    found = arrangement(
        group="rank",
        columns=("name", "size"),
        total=(SummaryRule(("size", "other"), groups=True), SummaryRule(("size",), "max", "Most")),
    )
    assert [group.summaries for group in found.groups] == [
        (SummaryRow("Total", {"size": 51}),),
        (SummaryRow("Total", {"size": 10}),),
    ]
    assert found.summaries == (SummaryRow("Total", {"size": 61}), SummaryRow("Most", {"size": 30}))


def test_bars_of_one_kind_share_a_scale_from_zero() -> None:
    """One with a scale of its own does not change that of others. Expressions have units."""
    assert arrangement(bars=dict.fromkeys(("size", "other", "share"), ScaleRule())).bars == {
        "size": Scale(0.0, 30.0),
        "other": Scale(0.0, 30.0),
        "share": Scale(0.0, 0.5),
    }
    assert arrangement(bars={"size": ScaleRule(max="24 * GiB"), "other": ScaleRule()}).bars == {
        "size": Scale(0.0, 24.0 * 2**30),
        "other": Scale(0.0, 2.0),
    }


def test_heat_reaches_from_the_least_to_the_greatest() -> None:
    """Over columns of one kind, too."""
    assert arrangement(heat=dict.fromkeys(("size", "other"), ScaleRule())).heat["other"] == Scale(1.0, 30.0)
    assert arrangement(heat={"size": ScaleRule(log=True)}).heat == {"size": Scale(10.0, 30.0, log=True)}


def test_spanners_stand_over_the_columns_that_are_shown() -> None:
    """One over none is left out."""
    found = arrangement(columns=("name", "size"), spanners={"A": ("size", "other"), "B": ("share",)}).spanners
    assert [(spanner.label, spanner.columns) for spanner in found] == [("A", ("size",))]


def test_footnotes_have_letters_in_the_order_of_reading() -> None:
    """Headings from the left, then rows from the top; equal texts have one."""
    notes = arrangement(
        footnotes=(
            FootnoteRule("rows", when="size < 25"),
            FootnoteRule("cell", column="other", when="size > 20"),
            FootnoteRule("head", column="share"),
            FootnoteRule("rows", column="size"),
        )
    ).notes
    assert notes.texts == ("rows", "head", "cell")
    assert notes.heads == {"size": (0,), "share": (1,)}
    assert notes.cells == {(0, "other"): (2,), (1, "name"): (0,), (2, "name"): (0,), (2, "other"): (2,)}


def test_more_footnotes_than_letters_are_too_many() -> None:
    """At most 26."""
    with pytest.raises(LookError, match="27 footnotes are too many; at most 26"):
        placed(footnotes=tuple(FootnoteRule(str(n), column="size") for n in range(27)))
