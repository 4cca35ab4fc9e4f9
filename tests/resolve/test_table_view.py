"""Claims about the rows of a table, each with its margin."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from slidegen.errors import DeckError
from slidegen.model import Accuracy, Column, Provenance, Table
from slidegen.resolve.environment import make_environment
from slidegen.resolve.expander import Expander
from slidegen.resolve.shown_table import judged
from slidegen.resolve.table_view import TableView
from slidegen.resolve.values import ValueProblem

COLUMNS = (Column("model", "Model", "model"), Column("method", "Method", "text"), Column("total", "Total", "number"))
ROWS = (
    ("org/small", "full", 10.0),
    ("org/small", "lora", 4.0),
    ("org/large", "full", 40.0),
    ("org/large", "lora", 16.0),
)


def expander(*rows: tuple[Any, ...], error: float | None = None) -> Expander:
    """Expressions over `t`, a table with these rows, whose numbers may be off by an `error`."""
    table = Table(COLUMNS, rows, Provenance("memory"))
    context: dict[str, Any] = {}
    found = Expander(make_environment(), context)
    accuracy = None if error is None else Accuracy(error, "five runs")
    context["t"] = TableView("t", table, lambda column, *_: accuracy, partial(judged, found))
    return found


def judge(claim: str, *rows: tuple[Any, ...]) -> Any:
    """The value of a claim about `t`."""
    return expander(*(rows or ROWS)).evaluate(claim)


@pytest.mark.parametrize(
    ("claim", "margin"),
    [
        ('t.least("total", "small", method="lora")', (10 - 4) / 10),
        ('t.most("total", model="org/large", method="full")', (40 - 16) / 16),
        ('t.only("total > 20", model="org/large", method="full")', (20 - 16) / 20),
        ('t.all("total <= 50")', 10 / 50),
        ('t.none("total > 50")', 10 / 50),
        ('t.count("total <= 12") == 2', (12 - 10) / 12),
        ('2 == t.count("total <= 12")', (12 - 10) / 12),
        ('t.rank("total", "large", method="lora") == 3', (16 - 10) / 16),
        ('t.ordered("total", method=["lora", "full"], model="org/small")', (10 - 4) / 10),
        ('t.ordered("-total", method=["full", "lora"], model="org/small")', (10 - 4) / 4),
        ('t.ordered("total", method="lora")', (16 - 4) / 16),
    ],
)
def test_claims_that_hold(claim: str, margin: float) -> None:
    """The margin is the gap to the next row, or of the row that is nearest to changing sides."""
    found = judge(claim)
    assert found.holds
    assert found.known
    assert found.margin == pytest.approx(margin)


@pytest.mark.parametrize(
    "claim",
    [
        't.least("total", "small", method="full")',
        't.most("total", "large", method="lora")',
        't.only("total > 12", model="org/large", method="full")',
        't.only("total > 50", model="org/large", method="full")',
        't.all("total <= 16")',
        't.none("total > 16")',
        't.count("total <= 12") == 3',
        't.rank("total", "large", method="lora") == 1',
        't.ordered("total")',
        't.ordered("total", method=["full", "lora"], model="org/small")',
    ],
)
def test_claims_that_do_not_hold(claim: str) -> None:
    """Each is false and known to be."""
    found = judge(claim)
    assert not found.holds
    assert found.known


def test_a_tie_has_no_least() -> None:
    """Nor is it an order, and no row is the greatest; equal rows are one row."""
    rows = (("a", "full", 1.0), ("b", "full", 1.0), ("b", "full", 1.0))
    assert not judge('t.least("total", "a")', *rows)
    assert not judge('t.most("total", "a")', *rows)
    assert not judge('t.ordered("total", model=["a", "b"])', *rows)
    assert judge('t.rank("total", "a") == t.rank("total", "b") and t.rank("total", "a") == 1', *rows)
    assert judge('t.least("total", "b")', ("a", "full", 2.0), *rows[1:])


@pytest.mark.parametrize(
    "claim",
    [
        't.least("total", "a")',
        't.only("total < 5", model="a")',
        't.none("total > 5")',
        't.count("total < 5") == 1',
        't.rank("total", "a") == 1',
        't.ordered("total")',
        't.all("total + 1 < 5")',
    ],
)
def test_what_is_not_available_is_not_known(claim: str) -> None:
    """A claim that would be true without the row that is n/a is not known."""
    found = judge(claim, ("a", "full", 1.0), ("b", "full", None))
    assert not (found.holds and found.known)


def test_rows_that_are_left_out_are_known() -> None:
    """An expression can leave out the rows that are n/a."""
    found = judge('t.count("total is not none and total < 5") == 1', ("a", "full", 1.0), ("b", "full", None))
    assert found.holds
    assert found.known


@pytest.mark.parametrize(
    ("limit", "margin"),
    [
        # One row would have to join, or leave.
        ("== 2", (12 - 10) / 12),
        # Two rows would have to leave, 10 and 4; the second has farther to go.
        (">= 1", (12 - 4) / 12),
        # Two rows would have to join, 16 and 40.
        ("<= 3", (40 - 12) / 12),
        ("!= 3", (16 - 12) / 12),
    ],
)
def test_a_number_of_rows_falls_when_enough_rows_change_sides(limit: str, margin: float) -> None:
    """The rows that are at most 12 are 4 and 10; the others are 16 and 40."""
    found = judge(f't.count("total <= 12") {limit}')
    assert found.holds
    assert found.margin == pytest.approx(margin)


def test_a_number_of_rows_is_a_number() -> None:
    """It can be shown and computed with."""
    assert str(judge('t.count("total <= 12") * 10')) == "20"
    assert judge('t.count("total <= 12") / t | length > 0.4').holds


def test_the_only_row_is_the_extreme() -> None:
    """A deck that is built with one model makes no false claim, and says no margin."""
    row = ("a", "full", 1.0)
    for claim in ('t.least("total", "a")', 't.most("total", "a")', 't.ordered("total")', 't.rank("total", "a") == 1'):
        found = judge(claim, row)
        assert found.holds
        assert found.margin is None


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ('t.least("totl", "a")', "table 't' has no column 'totl'; did you mean 'total'?"),
        ('t.least("method", "a")', "table 't': least() compares numbers, and the column 'method' has none"),
        ('t.most("total", "small")', "table 't' has 2 rows for 'small'; name method ('full', 'lora')"),
        ('t.most("total", "tiny")', "table 't' has no row 'tiny'"),
        (
            't.most("total", "a", "b")',
            "most() of table 't' takes one unnamed value of a row; name the others: method='full'",
        ),
        ('t.only("totl < 5", model="org/small", method="full")', "table 't': 'totl < 5' uses no column; did you mean"),
        ('t.all("total")', "table 't': 'total' is not a truth value"),
        ('t.all("total <")', "table 't': 'total <' is not an expression"),
        ('t.ordered("total", model=["a"], method=["b"])', "table 't': ordered() takes one list of values, not 2"),
        ('t.ordered("total", method="dora")', "table 't' has no row method='dora'"),
    ],
)
def test_mistakes(claim: str, message: str) -> None:
    """Each names the table, the mistake, and what there is."""
    with pytest.raises(ValueProblem) as raised:
        judge(claim)
    assert str(raised.value).startswith(message)


def test_a_table_without_rows_has_nothing_to_judge() -> None:
    """A claim about all of no rows would be true and mean nothing."""
    context: dict[str, Any] = {"t": TableView("t", Table(COLUMNS, (), Provenance("memory")))}
    with pytest.raises(ValueProblem, match="there are no rows"):
        Expander(make_environment(), context).evaluate('t.all("total < 1")')


def test_a_margin_below_the_accuracy_is_thin() -> None:
    """4 of 10.0 and 40.0 are each known within 20 %: 16 is 20 % below 20, and 16 may be 19.2; 10 is far enough."""
    found = expander(*ROWS, error=0.2)
    assert found.evaluate('t.row("large", method="lora").total < 19').closest.thin
    assert not found.evaluate('t.row("large", method="lora").total < 20').closest.thin
    # 10 is at least 8, and 4 at most 4.8; 16 and 10 may be 12.8 and 12.
    assert not found.evaluate('t.least("total", "small", method="lora")').closest.thin
    assert found.evaluate('t.ordered("total", model=["org/small", "org/large"], method="lora")').closest.thin is False


def test_the_error_of_a_difference_is_that_of_both() -> None:
    """16 - 10 is 6, but each may be off by a tenth: 2.6."""
    found = expander(*ROWS, error=0.1)
    difference = 't.row("large", method="lora").total - t.row("small", method="full").total'
    assert found.evaluate(f"({difference}) < 8.5").closest.thin
    assert not found.evaluate(f"({difference}) < 8.7").closest.thin


@pytest.mark.parametrize(
    "claim", ['t.all("total < 1")', 't.ordered("total")', 't.rank("total", "m1")', 't.least("total", "m1")']
)
def test_a_claim_about_very_many_rows_is_refused(claim: str) -> None:
    """At once: a stranger's deck must not keep the program busy."""
    rows = tuple((f"m{number}", "full", float(number)) for number in range(30_000))
    with pytest.raises(DeckError, match="too much work"):
        judge(claim, *rows)


def test_a_list_of_values_pays_for_each_search() -> None:
    """Each of them is looked for in all rows."""
    rows = tuple((f"m{number}", "full", float(number)) for number in range(1500))
    with pytest.raises(DeckError, match="too much work"):
        judge('t.ordered("total", model=t.rows | map(attribute="model") | list)', *rows)
