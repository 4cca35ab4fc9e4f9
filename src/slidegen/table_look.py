"""How a table is shown: a deck's options for its look. Nothing of it changes what is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from slidegen.units import Unit

EmphasisStyle = Literal["strong", "em", "good", "warn", "bad"]
Summary = Literal["sum", "mean", "median", "min", "max"]
"""What a summary row says of a column."""


Claimed = Literal["all", "none"] | int | tuple[str, ...]
"""The rows that a rule is claimed to mark: how many, or their names. As a deck writes it, it may be an expression."""


@dataclass(frozen=True, slots=True)
class EmphasisRule:
    """A rule for cells to emphasise. `when` is an expression over a row's columns. The cells are those of `column`, or
    else those of the columns that `when` names.

    `claim` says which rows it marks. `truth` is what it marks where that is not true; empty if it is.
    """

    when: str
    style: EmphasisStyle
    legend: str | None = None
    column: str | None = None
    claim: Claimed | str | None = None
    truth: str = ""


@dataclass(frozen=True, slots=True)
class SummaryRule:
    """A row below the table with the sum (or `of`) of each of some `columns`; with `groups` below each group, too."""

    columns: tuple[str, ...]
    of: Summary = "sum"
    label: str | None = None
    groups: bool = False


@dataclass(frozen=True, slots=True)
class ScaleRule:
    """The scale of the bars or the heat in a column. An end that is None is that of the numbers: those of all columns
    of the same kind without an end of their own. A text is an expression."""

    min: float | str | None = None
    max: float | str | None = None
    log: bool = False


@dataclass(frozen=True, slots=True)
class FootnoteRule:
    """A footnote at the heading of a `column`; with `when`, an expression over a row's columns, at the cells of the
    column in the rows where it holds. Without a column it is at the names of these rows."""

    text: str
    column: str | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class TableLook:
    """How a table is shown. It has no effect on what is computed."""

    columns: tuple[str, ...] | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    unit: Unit = "GiB"
    digits: int | None = None
    sort_by: str | None = None
    caption: str | None = None
    emphasis: tuple[EmphasisRule, ...] = ()
    provenance: bool = True
    full_names: bool = False
    group: str | None = None
    total: tuple[SummaryRule, ...] = ()
    spanners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bars: Mapping[str, ScaleRule] = field(default_factory=dict)
    heat: Mapping[str, ScaleRule] = field(default_factory=dict)
    footnotes: tuple[FootnoteRule, ...] = ()
    stripes: bool = False
    compact: bool = False
