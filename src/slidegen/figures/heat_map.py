"""A heat map: a cell for each pair of a row's and a column's name, with its number, darker for larger numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from pydantic import Field

from slidegen.figures.axes import NUMBER, SIZE, TITLE_ROOM, top_title
from slidegen.figures.base import FigureKind, FigureOptions, listed, part, svg_drawing
from slidegen.figures.data import Measure, Reader
from slidegen.figures.rows import RowNames, check_cut
from slidegen.figures.scales import decimals_of_all
from slidegen.figures.svg import INK, INSIDE, PAGE, QUIET, color, rect, text
from slidegen.figures.type import LINE, shortened, text_width, wrapped
from slidegen.pictures import Drawing, Frame

MOST: Final = 12
"""The most rows and columns."""
PALEST: Final = 8.0
"""The share of the colour in the cell of the least number, in percent."""
DARK: Final = 72.0
"""From this share on, numbers have the colour of the page: both colours of text have a contrast of 3:1 there."""
GAP: Final = 3.0


class HeatMapOptions(FigureOptions):
    """A heat map."""

    x: str = Field(description="The column that names the columns of cells.")
    y: str = Field(description="The column that names the rows of cells.")
    value: str = Field(description="The column of the numbers.")
    value_label: str | None = Field(None, description="What the numbers are; else the column's heading.")
    highlight: str | None = Field(None, description="An expression over a row's columns: cells that stand out.")


@dataclass(frozen=True, slots=True)
class Cell:
    """A number in the figure's unit, as in the table, and whether it stands out."""

    value: float | None
    raw: float | None
    lit: bool


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The content of a heat map: `cells` by the positions of their row and their column."""

    title: str
    description: str | None
    measure: Measure
    across: str
    down: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: dict[tuple[int, int], Cell]

    def alt_text(self) -> str:
        """The sentence for screen readers."""
        if self.description is not None:
            return self.description
        rows = []
        for row, name in enumerate(self.rows):
            found = [(self.columns[column], cell) for (at, column), cell in sorted(self.cells.items()) if at == row]
            rows.append(f"{name}: " + ", ".join(f"{column} {self.measure.text(cell.value)}" for column, cell in found))
        return f"Heat map of {self.measure.title}. {listed(rows)}"

    def draw(self, frame: Frame) -> Drawing:
        """Draws the cells below the names of their columns. What these and the rows are stands above them."""
        names = RowNames.of([(name,) for name in (*self.rows, self.down)], frame.width)
        title = "" if frame.titled else self.measure.title
        wide = (frame.width - names.width) / len(self.columns)
        heads = [wrapped(name, SIZE, wide - 8) for name in self.columns]
        top = (TITLE_ROOM if title else 0.0) + SIZE * LINE * (max(map(len, heads)) + 1) + 8
        high = max((frame.height - top) / len(self.rows), SIZE * 1.3)
        above = top - 12 - SIZE * LINE * max(map(len, heads))
        down = shortened(self.down, SIZE, names.width - 8)
        across = shortened(self.across, SIZE, frame.width - names.width)
        parts = [
            top_title(title),
            text(0, top - 12, down, fill=QUIET),
            text(names.width + GAP / 2, above, across, fill=QUIET),
        ]
        for column, lines in enumerate(heads):
            y = top - 12 - SIZE * LINE * (len(lines) - 1)
            parts.append(text(names.width + wide * (column + 0.5), y, lines, fill=QUIET, anchor="middle"))
        widest = max(text_width(self.measure.text(cell.value), 1.0, True) for cell in self.cells.values())
        size = next((size for size in (NUMBER, SIZE) if widest * size <= wide - 12 and high > size * 1.2), 0.0)
        for row in range(len(self.rows)):
            cells = [
                self._cell(cell, names.width + wide * column, top + high * row, wide, high, size)
                for (at, column), cell in sorted(self.cells.items())
                if at == row
            ]
            parts.append(part(frame, names.draw(row, top + high * (row + 0.5)), *cells))
        bottom = top + high * len(self.rows)
        return svg_drawing(frame, bottom, self.title, self.alt_text(), "".join(parts))

    def _cell(self, cell: Cell, x: float, y: float, wide: float, high: float, size: float) -> str:
        middle, baseline = x + wide / 2, y + high / 2 + (size or SIZE) * 0.35
        words = self.measure.text(cell.value)
        if cell.value is None:
            return text(middle, baseline, words, fill=QUIET, anchor="middle")
        known = [one.value for one in self.cells.values() if one.value is not None]
        share = (cell.value - min(known)) / ((max(known) - min(known)) or 1.0)
        percent = round(PALEST + share * (100 - PALEST))
        box = rect(
            x + GAP / 2, y + GAP / 2, wide - GAP, high - GAP, f"color-mix(in srgb, {color(0)} {percent}%, {PAGE})",
            data_value=repr(cell.raw), stroke=INK if cell.lit else None, stroke_width=3 if cell.lit else None,
        )  # fmt: skip
        if not size:
            return box
        fill = PAGE if percent >= DARK else INK
        return box + text(middle, baseline, words, size, fill, "middle", bold=True, class_=f"{INSIDE} heat")


def read(reader: Reader, options: HeatMapOptions) -> HeatMap:
    """Reads the cells of a table, one for each row of it."""
    measure, numbers = reader.one("value", options.value)
    across, down = reader.names("x", options.x) or [], reader.names("y", options.y) or []
    columns, rows = tuple(dict.fromkeys(across)), tuple(dict.fromkeys(down))
    for option, names in (("x", columns), ("y", rows)):
        if len(names) > MOST:
            reader.problem(option, f"{len(names)} names; at most {MOST} have room; choose rows with where")
    lit = reader.rule("highlight", options.highlight)
    cells: dict[tuple[int, int], Cell] = {}
    for row, (x, y) in enumerate(zip(across, down, strict=True) if not reader.problems else ()):
        at = rows.index(y), columns.index(x)
        if at in cells:
            reader.problem("value", f"{y} and {x} have several numbers; choose rows with where")
            break
        cells[at] = Cell(numbers.values[row], numbers.raw[row], lit[row] and not all(lit))
    check_cut(reader, [(name,) for name in rows])
    label = measure.label if options.value_label is None else options.value_label
    digits = decimals_of_all(numbers.known) if measure.digits is None else measure.digits
    measure = replace(measure, label=label, digits=digits)
    title = options.heading(f"{measure.label} by {options.y} and {options.x}")
    x_head, y_head = (_head(reader, option, key) for option, key in (("x", options.x), ("y", options.y)))
    return HeatMap(title, options.description, measure, x_head, y_head, columns, rows, cells)


def _head(reader: Reader, option: str, key: str) -> str:
    """What the names of a column are."""
    column = reader.column(option, key)
    return key if column is None else reader.words(key, column.label)


HEAT_MAP: Final = FigureKind(HeatMapOptions, read)
