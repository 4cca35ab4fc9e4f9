"""Fits a table to its place, by measured text: wide gaps, narrow gaps, then two steps of smaller type.

The sizes are those of the style sheets; a browser sets the same text at most as wide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

LEADING: Final = 1.25
WRAPPED: Final = 11.0
"""The width in ems at which text may wrap: a table shrinks before it breaks a name, but not for sentences."""
MARK: Final = 0.4
"""The width of the mark of a footnote in a heading, in ems."""


@dataclass(frozen=True, slots=True)
class Step:
    """A size of tables: `step` counts how often they were set smaller, sizes are in pixels."""

    step: int
    size: int
    gap: int
    air: int
    tight: bool = False


STEPS: Final = (Step(0, 24, 40, 10), Step(0, 24, 28, 10, tight=True), Step(1, 20, 24, 7), Step(2, 18, 20, 5))
COMPACT: Final = (Step(0, 20, 28, 5), Step(2, 18, 20, 5))


@dataclass(frozen=True, slots=True)
class ColumnWidth:
    """A column: what messages call it, its width without line breaks and its least width, both in ems. A column that
    is `needed` says what the rows are about."""

    name: str
    natural: float
    least: float
    needed: bool = False


@dataclass(frozen=True, slots=True)
class TableSize:
    """What a table takes: its columns, its rows with headings and totals, and the text below it, in pixels. One with
    groups may be set `beside`: with their names in a column instead of in rows."""

    columns: Sequence[ColumnWidth]
    rows: int
    below: float = 0.0
    compact: bool = False
    beside: TableSize | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """How a table is set. One that is too wide has the columns without which it would fit; None are those of others.
    `beside` says that the names of groups stand in a column."""

    step: int = 0
    tight: bool = False
    too_wide: tuple[str, ...] | None = None
    beside: bool = False


def fit(table: TableSize, width: float, height: float) -> Fit:
    """Returns the largest type in which a table fits `width` and `height`, in pixels; the smallest if none does. The
    names of groups stand beside their rows if larger type fits so."""
    steps = COMPACT if table.compact else STEPS
    for step in steps:
        for one in filter(None, (table, table.beside)):
            loose = not step.tight and step is steps[0]
            if width_of(one.columns, step, natural=loose) <= width and height_of(one, step) <= height:
                return Fit(step.step, step.tight, beside=one is not table)
    last = steps[-1]
    too_wide = width_of(table.columns, last) > width
    return Fit(last.step, last.tight, tuple(_too_many(table.columns, last, width)) if too_wide else None)


def attributes(fitted: Fit | None, classes: Iterable[str] = ()) -> str:
    """The attributes of a table: its classes, and `data-step` if it is set smaller than usual."""
    found = fitted or Fit()
    names = " ".join([*classes, *(["tight"] if found.tight else [])])
    named = f' class="{escape(names)}"' if names else ""
    return named + (f' data-step="{found.step}"' if found.step else "")


def warning(name: str, columns: Sequence[str]) -> str:
    """What a build says of a table that is too wide with these columns."""
    without = f"leave out {', '.join(map(repr, columns))}" if columns else "shorten its longest words"
    return f"{name} is wider than its place, even in its smallest type; {without}"


def heading_width(text: str, unit: str = "") -> tuple[float, float]:
    """The widths of a heading: without line breaks, and with the unit on a line of its own if need be."""
    from slidegen.figures.type import text_width  # slides without tables need no charts

    words = [text_width(word, 1.0, bold=True) for word in text.split()]
    whole = text_width(text, 1.0, bold=True)
    more = text_width(f" {unit}", 1.0) if unit else 0.0
    return whole + more, max([*words, more, (whole + more) * 0.55])


def words_width(text: str) -> tuple[float, float]:
    """The widths of the text in a cell: without line breaks, and with some."""
    from slidegen.figures.type import text_width

    natural = text_width(text, 1.0, bold=True)
    longest = max((text_width(word, 1.0, bold=True) for word in text.split()), default=0.0)
    return natural, max(longest, min(natural, WRAPPED))


def width_of(columns: Sequence[ColumnWidth], step: Step, natural: bool = False) -> float:
    """The width of a table in pixels: the least, or the `natural` one without line breaks."""
    ems = sum(column.natural if natural else column.least for column in columns)
    return ems * step.size + step.gap * max(0, len(columns) - 1)


def height_of(table: TableSize, step: Step) -> float:
    """The height of a table in pixels, if no cell has several lines."""
    return table.rows * (step.size * LEADING + 2 * step.air + 1) + table.below


def _too_many(columns: Sequence[ColumnWidth], step: Step, width: float) -> Iterator[str]:
    """Yields the widest columns but the needed ones, until the others fit."""
    left = list(columns)
    for column in sorted(columns, key=lambda column: -column.least):
        if width_of(left, step) <= width:
            return
        if not column.needed:
            left.remove(column)
            yield column.name
