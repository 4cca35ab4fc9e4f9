"""Claims about the rows that a rule marks: all, none, how many, or which ones by their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from slidegen.comparison_text import share, truth
from slidegen.judgments import Judgment
from slidegen.model import Table
from slidegen.resolve import row_claims
from slidegen.resolve.judging import compare
from slidegen.resolve.lookup import NoSingleRow, find_row
from slidegen.resolve.table_view import TableView
from slidegen.resolve.values import ValueProblem, unwrapped
from slidegen.table_look import Claimed

MAX_NAMES: Final = 4
"""The most rows that a message names; of more it says how many they are."""
MAX_CLAIMED: Final = 100
"""The most names in a claim: each is looked for in all rows."""
ALLOWED: Final = "allowed: all, none, how many rows, or their names"


@dataclass(frozen=True, slots=True)
class Marking:
    """Whether a rule marks the rows that are claimed. `marked` says which ones it does mark, `instead` all about it
    for a message; both are empty if the claim is true."""

    judgment: Judgment
    marked: str = ""
    instead: str = ""


def claimed_rows(value: Any) -> Claimed | None:
    """Returns what a deck claims of a rule's rows. Raises ValueProblem for anything that claims nothing."""
    value = unwrapped(value)
    if value is None or value in ("all", "none"):
        return cast(Claimed | None, value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not names or not all(isinstance(name, str) and name for name in names):
        raise ValueProblem(f"claim is {str(value)[:60]!r}; {ALLOWED}", code="wrong-value")
    if len(names) > MAX_CLAIMED:
        message = f"claim names {len(names)} rows; allowed: {MAX_CLAIMED}, or how many they are"
        raise ValueProblem(message, code="limit")
    return tuple(map(str, names))


def marking(view: TableView, expression: str, claimed: Claimed) -> Marking:
    """Returns whether an expression over the columns of a table holds in the claimed rows, and in no other one.

    Raises ValueProblem for a mistake in the expression, and for a name that no row or several rows have.
    """
    judgments = view.judged(expression)
    naming, expected = _expected(view.table, view.name, claimed)
    if isinstance(claimed, int):
        judgment = cast(Judgment, compare("==", row_claims.counted(judgments, view.origin), claimed))
    else:
        judgment = row_claims.marked(judgments, expected, view.origin)
    if judgment.holds and judgment.known:
        return Marking(judgment)
    found = [at for at, one in enumerate(judgments) if one.holds]
    marked = _named(view.table, naming, found)
    wanted = _named(view.table, naming, expected) if isinstance(claimed, tuple) else claimed
    nearest = _nearest(view.table, naming, judgments, claimed, expected)
    return Marking(judgment, marked, f"it marks {marked}, claimed: {wanted}{nearest}")


def _expected(table: Table, name: str, claimed: Claimed) -> tuple[int, Sequence[int]]:
    """Returns the column that names the rows, and the numbers of the rows that are claimed, from 0."""
    texts = [at for at, column in enumerate(table.columns) if column.kind in ("text", "model")]
    if not isinstance(claimed, tuple):
        distinct = (at for at in texts if len({row[at] for row in table.rows}) == len(table.rows))
        every = range(len(table.rows)) if claimed == "all" else ()
        return next(distinct, texts[0] if texts else 0), every
    failures = []
    for at in texts:
        try:
            return at, [find_row(table, (), {table.columns[at].key: one}) for one in claimed]
        except NoSingleRow as error:
            failures.append(error)
    what = failures[0] if failures else f"has no names, but {claimed[0]!r} is claimed"
    raise ValueProblem(f"table {name!r} {what}; in a claim, {ALLOWED}", code="unknown-row") from None


def _named(table: Table, naming: int, rows: Sequence[int]) -> str:
    """Returns the names of some rows of a table, or how many they are."""
    if not rows:
        return "no row"
    if len(rows) > MAX_NAMES or not table.columns:
        return _counted(len(rows), len(table.rows))
    return ", ".join(_name(table, naming, at) for at in rows)


def _counted(count: int, of: int) -> str:
    return f"{count} of {of} rows"


def _name(table: Table, naming: int, row: int) -> str:
    cell = str(table.rows[row][naming])
    return cell.rpartition("/")[2] if table.columns[naming].kind == "model" else cell


def _nearest(
    table: Table, naming: int, judgments: Sequence[Judgment], claimed: Claimed, expected: Sequence[int]
) -> str:
    """Returns which of the rows that would have to change sides is nearest to that, and how near."""
    if isinstance(claimed, int):
        too_many = sum(one.holds for one in judgments) > claimed
        wrong = [at for at, one in enumerate(judgments) if one.holds == too_many]
    else:
        wrong = [at for at, one in enumerate(judgments) if one.holds != (at in expected)]
    unknown = [at for at, one in enumerate(judgments) if not one.known]
    if unknown:
        return f"; of {_name(table, naming, unknown[0])} a number is n/a"
    near = [(one.margin, at) for at, one in enumerate(judgments) if at in wrong and one.margin is not None]
    if not near:
        return ""
    margin, at = min(near)
    return f"; the nearest is {_name(table, naming, at)}, {truth(judgments[at])}, by {share(margin)}"
