"""A waffle chart: a hundred squares, as many of each colour as the percent that a row has of the whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from slidegen.figures.axes import NUMBER
from slidegen.figures.base import Columns, FigureKind, FigureOptions, listed, part, svg_drawing
from slidegen.figures.data import Measure, Numbers, Reader
from slidegen.figures.labels import spread
from slidegen.figures.points import shades
from slidegen.figures.svg import CONTEXT, QUIET, Fills, label_color, number, tag, text
from slidegen.figures.type import LINE, SEMIBOLD, text_width, wrapped
from slidegen.pictures import Drawing, Frame

MOST: Final = 6
SIDE: Final = 10
"""The squares of a row and of a column."""
AIR: Final = 0.12
"""The share of a square that is space around it."""
LARGE: Final = 44.0
"""The font size of a share, in pixels."""


class WaffleOptions(FigureOptions):
    """A waffle chart."""

    value: str = Field(description="The column of the numbers that add up to the whole.")
    label: Columns | None = Field(None, description="What names a part; else the columns that differ.")
    highlight: str | None = Field(None, description="An expression over a row's columns: parts that stand out.")


@dataclass(frozen=True, slots=True)
class Waffle:
    """The content of a waffle chart: the numbers, their names, and the squares of each."""

    title: str
    description: str | None
    measure: Measure
    values: Numbers
    names: tuple[str, ...]
    squares: tuple[int, ...]
    lit: tuple[bool, ...]

    def share(self, row: int) -> str:
        """The share of a row in percent."""
        part = (self.values.values[row] or 0.0) / sum(self.values.known) * 100
        return "< 1 %" if 0 < part < 0.5 else f"{round(part)} %"

    def alt_text(self) -> str:
        """The sentence for screen readers."""
        if self.description is not None:
            return self.description
        rows = [
            f"{name}: {self.share(row)} ({self.measure.text(self.values.values[row])})"
            for row, name in enumerate(self.names)
        ]
        return f"Shares of {self.measure.title}. {listed(rows)}"

    def draw(self, frame: Frame) -> Drawing:
        """Draws the squares, filled row by row from the top, with the shares beside them."""
        narrow = frame.width < frame.height * 1.35
        rows = len(self.names) * LARGE * LINE + 16 if narrow else 0.0
        side = min(frame.height - rows, frame.width if narrow else frame.width * 0.6)
        cell, fills = side / SIDE, Fills(frame.prefix, frame.patterns)
        left, top = (0.0, side + 16 + LARGE) if narrow else (side + 36, LARGE)
        room = frame.width - left
        starts = [sum(self.squares[:row]) for row in range(len(self.names))]
        middles = [(start + count / 2) / SIDE * cell for start, count in zip(starts, self.squares, strict=True)]
        step = LARGE * LINE
        places = spread(middles, step, 0 if narrow else LARGE / 2, (rows if narrow else side) - LARGE / 2)
        if narrow:
            places = [step * row for row in range(len(self.names))]
        parts = []
        for row, (start, count, shade) in enumerate(zip(starts, self.squares, shades(self.lit), strict=True)):
            fill = QUIET if shade is None else label_color(shade)
            y = top + places[row] if narrow else places[row] + LARGE * 0.35
            wide = text_width(self.share(row), LARGE, True) + 12
            name = wrapped(self.names[row], NUMBER * SEMIBOLD, room - wide, 1)
            path = "".join(_square(index, cell) for index in range(start, start + count))
            squares = ""
            if path and shade is None:
                squares = tag("path", d=path, fill=CONTEXT, data_value=repr(self.values.raw[row]))
            elif path and shade is not None:
                squares = fills.shape(shade, path, data_value=repr(self.values.raw[row]))
            label = text(left, y, self.share(row), LARGE, fill, bold=shade is not None)
            parts.append(
                part(frame, squares, label, text(left + wide, y, name, NUMBER, fill=fill, bold=shade is not None))
            )
        height = max(side + rows, SIDE * cell)
        return svg_drawing(frame, max(height, frame.height), self.title, self.alt_text(), "".join(parts), fills.defs)


def _square(index: int, cell: float) -> str:
    inside = cell * (1 - AIR)
    x, y = index % SIDE * cell, index // SIDE * cell
    return f"M{number(x)} {number(y)}h{number(inside)}v{number(inside)}h{number(-inside)}z"


def squares(values: Sequence[float]) -> tuple[int, ...]:
    """A hundred squares in the ratio of numbers, by largest remainders (Hamilton's method)."""
    whole = sum(values)
    exact = [value / whole * SIDE**2 for value in values]
    found = [math.floor(share) for share in exact]
    order = sorted(range(len(values)), key=lambda row: (found[row] - exact[row], row))
    for row in order[: SIDE**2 - sum(found)]:
        found[row] += 1
    return tuple(found)


def read(reader: Reader, options: WaffleOptions) -> Waffle:
    """Reads the parts of a table, one for each row."""
    measure, numbers = reader.one("value", options.value)
    names = [" · ".join(parts) for parts in reader.bar_names("label", options.label)]
    lit = tuple(reader.rule("highlight", options.highlight))
    if len(names) > MOST and all(lit):
        reader.problem("table", f"{len(names)} parts; at most {MOST} can be told apart; choose rows with where")
    for row, value in enumerate(numbers.raw):
        if value is None or value < 0:
            what = "n/a" if value is None else f"{value:g}"
            reader.problem("value", f"{reader.row_name(row)}: {numbers.key} is {what}; a share is a number from 0 on")
    if numbers.known and not sum(numbers.known):
        reader.problem("value", f"column {numbers.key!r} adds up to 0; shares need a whole")
    count = squares(numbers.known) if not reader.problems else ()
    title = options.heading(f"Shares of {measure.label}")
    return Waffle(title, options.description, measure, numbers, tuple(names), count, lit)


WAFFLE: Final = FigureKind(WaffleOptions, read)
