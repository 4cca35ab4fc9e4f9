"""Placing a table: which columns, in which order, and which cells are emphasised."""

from __future__ import annotations

import re
from typing import Any

import pytest

from slidegen.model import Column, Provenance, Table
from slidegen.resolve.environment import make_environment
from slidegen.resolve.expander import Expander
from slidegen.resolve.placing import place
from slidegen.resolved import PlacedTable
from slidegen.table_look import EmphasisRule, TableLook

TABLE = Table(
    (Column("model", "Model", "model"), Column("rank", "Rank", "integer"), Column("total", "Total", "bytes")),
    (("a/b", None, 30), ("a/c", 8, 10), ("a/a", 16, 20)),
    Provenance("memory"),
)


def placed(**look: Any) -> PlacedTable:
    """TABLE with a look."""
    return place("t", TABLE, TableLook(**look), Expander(make_environment(), {}))


def emphasised(*rules: EmphasisRule, **look: Any) -> list[list[str | None]]:
    """The style of each cell."""
    return [list(row) for row in placed(emphasis=rules, **look).styles]


@pytest.mark.parametrize(
    ("sort_by", "models"),
    [
        (None, ["a/b", "a/c", "a/a"]),
        ("total", ["a/c", "a/a", "a/b"]),
        ("-total", ["a/b", "a/a", "a/c"]),
        ("model", ["a/a", "a/b", "a/c"]),
        ("rank", ["a/b", "a/c", "a/a"]),
        ("-rank", ["a/a", "a/c", "a/b"]),
    ],
)
def test_rows_are_sorted_by_a_column(sort_by: str | None, models: list[str]) -> None:
    """With a minus, the greatest first; n/a counts as least."""
    assert [row[0] for row in placed(sort_by=sort_by).table.rows] == models


def test_rows_can_be_sorted_by_a_column_that_is_not_shown() -> None:
    """And emphasised by one."""
    table = placed(sort_by="total", columns=("model",), emphasis=(EmphasisRule("total > 15", "em", column="model"),))
    assert table.table.rows == (("a/c",), ("a/a",), ("a/b",))
    assert table.styles == ((None,), ("em",), ("em",))


def test_columns_come_in_the_order_that_is_asked_for() -> None:
    """Cells and headings alike."""
    table = placed(columns=("total", "model")).table
    assert [column.key for column in table.columns] == ["total", "model"]
    assert table.rows[0] == (30, "a/b")


def test_a_column_without_any_value_is_left_out_unless_asked_for() -> None:
    """Such as the rank of full fine-tuning."""
    empty = Table(TABLE.columns, (("a/b", None, 30),), TABLE.provenance)
    expander = Expander(make_environment(), {})
    assert [c.key for c in place("t", empty, TableLook(), expander).table.columns] == ["model", "total"]
    asked = place("t", empty, TableLook(columns=("rank",)), expander).table
    assert asked.rows == ((None,),)


@pytest.mark.parametrize(
    "when", ["total <= 20", "total<=20", "(total)<=20", "20 >= total", "total <= 10 or total == 20"]
)
def test_a_rule_emphasises_the_columns_it_names(when: str) -> None:
    """However it is written."""
    rule = EmphasisRule(when, "strong")
    assert emphasised(rule) == [[None, None, None], [None, None, "strong"], [None, None, "strong"]]


def test_the_first_rule_that_holds_gives_the_style() -> None:
    """Later ones fill the cells that it leaves."""
    rules = (
        EmphasisRule("total <= 10", "strong"),
        EmphasisRule("total <= 20", "em"),
        EmphasisRule("total <= 10", "good", column="model"),
    )
    assert emphasised(*rules) == [[None, None, None], ["good", None, "strong"], [None, None, "em"]]


def test_a_rule_does_not_hold_where_its_cell_is_not_available() -> None:
    """Nothing can be said of n/a, neither more nor less."""
    assert emphasised(EmphasisRule("rank < 10", "strong")) == [[None] * 3, [None, "strong", None], [None] * 3]
    assert emphasised(EmphasisRule("rank >= 0 and total > 0", "em"), columns=("rank",)) == [[None], ["em"], ["em"]]
    assert emphasised(EmphasisRule("rank is none", "warn"), columns=("rank",)) == [["warn"], [None], [None]]


def test_units_can_be_used_in_rules() -> None:
    """As in the text."""
    assert emphasised(EmphasisRule("total * GiB >= 20 * GiB", "em"), columns=("total",)) == [["em"], [None], ["em"]]


def test_a_table_without_rows_is_placed() -> None:
    """With its asked columns."""
    empty = Table(TABLE.columns, (), TABLE.provenance)
    table = place("t", empty, TableLook(columns=("model",)), Expander(make_environment(), {}))
    assert (table.table.rows, table.styles) == ((), ())


def test_rules_are_not_written_as_code() -> None:
    """A rule cannot close its expression and open a statement."""
    with pytest.raises(Exception, match=re.escape("is not an expression")):
        emphasised(EmphasisRule("total }}{% for x in y %}", "em"))


def test_a_choice_of_columns_keeps_what_numbers_are_worth() -> None:
    """A caveat goes with the table whatever columns are shown; without any there is no such column."""
    columns = (Column("method", "M", "text"), Column("kl", "KL", "number"), Column("note", "N", "caveat"))
    for why in ("on a grid", None):
        table = Table(columns, (("int4", 0.1, why), ("nf4", 0.2, None)), Provenance("quantization"))
        shown = place("t", table, TableLook(columns=("kl",)), Expander(make_environment(), {}))
        assert [column.key for column in shown.table.columns] == (["kl", "note"] if why else ["kl"])
        assert [len(styles) for styles in shown.styles] == [len(row) for row in shown.table.rows]
