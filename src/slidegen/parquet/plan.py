"""What a cut of a Parquet file is: columns by their names in the file, and values that have the columns' types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Cell = str | int | float | bool | None
"""A value in a file; None is null."""
CellType = Literal["whole", "number", "switch", "text"]
"""The type of a column's cells: int, float, bool or str."""
Function = Literal["min", "max", "mean", "count"] | float
"""What is made of a group's numbers. A number from 0 to 1 is a quantile."""

MOST_ROWS: Final = 1000
"""The most rows of a cut."""
MOST_BINS: Final = 400
"""The most bins of one column, as many as a histogram draws."""
MOST_CATEGORIES: Final = 40
"""The most values of a column of text whose combinations with another column are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What the cells of a column must be; all fields that are given hold.

    They are one of `values` (None stands for null), match one of `patterns` (shell-style, upper and lower case alike),
    or are numbers in a range, whose ends `least` and `most` belong to it, and `above` and `below` do not. A `negated`
    condition holds for the other cells. `option` is its place in the parameters.
    """

    column: str
    option: str
    values: tuple[Cell, ...] | None = None
    patterns: tuple[str, ...] | None = None
    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """A column by which rows are sorted, null last. In rows of groups it is the position of a column."""

    column: str | int
    descending: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsCut:
    """The rows themselves, with these columns. With `best` only the row with the least number in this column in each
    group of rows that have the same values `by`, or the row with the greatest. With `sample` a random sample."""

    columns: tuple[str, ...]
    best: str | None = None
    greatest: bool = False
    by: tuple[str, ...] = ()
    order: Order | None = None
    limit: int | None = None
    sample: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsCut:
    """A row for each group of rows that have the same values `by`: these values, the `aggregates`, for each of `counts`
    how many rows meet its conditions, and how many rows there are."""

    by: tuple[str, ...] = ()
    aggregates: tuple[tuple[str, Function], ...] = ()
    counts: tuple[tuple[Condition, ...], ...] = ()
    order: Order | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """A column in `bins` of equal width, which begin and end at round numbers of a `unit`. A `whole` one has whole
    numbers as ends."""

    column: str
    bins: int
    unit: int
    whole: bool


@dataclass(frozen=True, slots=True)
class BinsCut:
    """How many rows have a number in each bin; with two axes, in each pair of bins."""

    axes: tuple[Axis, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A cut of the rows that meet conditions. Rows with a value in the column `failed` are left out and counted, if
    they meet `failed_where`. The answer has the values that the columns `distinct` have in the rows of the cut."""

    cut: RowsCut | GroupsCut | BinsCut
    where: tuple[Condition, ...] = ()
    failed: str | None = None
    failed_where: tuple[Condition, ...] = ()
    distinct: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileSchema:
    """The columns of a file with their types, None for one that cannot be read, and its metadata."""

    columns: Mapping[str, CellType | None]
    metadata: Mapping[bytes, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """The cells of a cut. `rows` have the columns that the cut names; of bins, `bins` has the ends of each axis' bins,
    or its categories, and the rows are positions and counts. `count` is how many rows met the conditions, `failed` how
    many were left out, `lost` how many groups have no row with a number."""

    rows: tuple[tuple[Cell, ...], ...]
    count: int
    failed: int
    distinct: Mapping[str, tuple[str, ...]]
    bins: tuple[tuple[Cell, ...], ...] = ()
    categories: tuple[bool, ...] = ()
    lost: int = 0


class CutError(Exception):
    """Why a file gives no cut: `kind` says what is wrong, `facts` are for the message.

    - ``broken``: `text`, the reader's own words
    - ``large``: `what`, a limit in words
    - ``unknown``: `option`, `value`, and the `known` values of the column
    - ``empty``: `counts` of the rows that meet each condition, by its option
    - ``rows``: `count`, more than `MOST_ROWS`
    - ``categories``: `column` and `count`, more than `MOST_CATEGORIES`
    - ``no-numbers``: `column`
    """

    def __init__(self, kind: str, **facts: Any) -> None:
        self.kind = kind
        self.facts = facts
        super().__init__(kind, facts)
