"""The bits of number formats, one row each: sign, exponent, mantissa, and the bits of integers.

The table has a row for each format: its name, its number of bits (`bits`), and how many of them are exponent and
mantissa (n/a or 0 for none). If one bit remains, it is the sign. A format without an exponent is an integer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from slidegen.figures.axes import MIDDLE, SIZE, SMALL
from slidegen.figures.base import Columns, FigureKind, FigureOptions, listed, part, svg_drawing
from slidegen.figures.data import Numbers, Reader
from slidegen.figures.rows import RowNames
from slidegen.figures.svg import QUIET, Fills, label_color, number, text
from slidegen.figures.type import LINE, shortened, text_width
from slidegen.pictures import Drawing, Frame

PARTS: Final = ("sign", "exponent", "mantissa", "integer")
FILLS: Final = {"sign": 3, "exponent": 1, "mantissa": 0, "integer": 2}
MOST_ROWS, MOST_BITS = 12, 64
THINNEST, HEAD = 34.0, 34.0
"""The least height of a row, and the height of the names above the rows."""
NARROWEST_CELL: Final = 5.0
LARGEST_CELL, TALLEST_CELL = 32.0, 48.0


class BitLayoutOptions(FigureOptions):
    """The bits of number formats."""

    name: str = Field("name", description="The column of the formats' names.")
    bits: str = Field("bits", description="The column of all bits.")
    exponent: str = Field("exponent", description="The column of the exponent's bits.")
    mantissa: str = Field("mantissa", description="The column of the mantissa's bits, without the hidden one.")
    facts: Columns | None = Field(None, description="Columns that are written beside the bits.")


@dataclass(frozen=True, slots=True)
class Layout:
    """A format: its bits by part, from the left."""

    name: str
    parts: tuple[tuple[str, int], ...]

    @property
    def bits(self) -> int:
        """The number of all bits."""
        return sum(count for _, count in self.parts)

    @property
    def sum(self) -> str:
        """The bits as a sum: "1 + 8 + 23 = 32"."""
        counts = [str(count) for _, count in self.parts]
        return f"{' + '.join(counts)} = {self.bits}" if len(counts) > 1 else f"{self.bits}"


@dataclass(frozen=True, slots=True)
class BitLayout:
    """The content of the figure. `facts` are columns of text, each with its heading."""

    title: str
    description: str | None
    layouts: tuple[Layout, ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...]

    def alt_text(self) -> str:
        """The sentence for screen readers."""
        if self.description is not None:
            return self.description
        sentences = [
            f"{layout.name}: {layout.bits} bits, {', '.join(f'{count} {part}' for part, count in layout.parts)}"
            for layout in self.layouts
        ]
        return f"Bits of number formats. {listed(sentences)}"

    def draw(self, frame: Frame) -> Drawing:
        """Draws the rows of cells. The names of the parts stand above the first row or at their first row. Where cells
        would be too narrow to be seen, the facts stand below them."""
        fills = Fills(frame.prefix, frame.patterns)
        names = RowNames.of([(layout.name,) for layout in self.layouts], frame.width)
        widths = [max(text_width(words, SIZE) for words in (heading, *cells)) + 28 for heading, cells in self.facts]
        left = names.width
        cell = self._cell(frame.width - left - sum(widths) - 12, sums=True)
        if below := cell < NARROWEST_CELL:
            cell = self._cell(frame.width - left - 12, sums=False)
        foot = SMALL * LINE if below else 0.0
        band = max((frame.height - HEAD) / len(self.layouts), THINNEST + foot)
        high = min((band - foot) * 0.72, TALLEST_CELL)
        rows = []
        for index, layout in enumerate(self.layouts):
            middle = HEAD + band * (index + 0.5) - foot / 2
            end = left + cell * layout.bits + 12
            new = self._new(index) if index else ()
            if below:
                facts = shortened(self._below(index), SMALL, frame.width - left)
                said = [text(left, middle + high / 2 + SMALL, facts, SMALL, QUIET)]
            else:
                said = [text(end, middle + MIDDLE, layout.sum, fill=QUIET)]
                said += self._facts(index, widths, frame.width, middle)
                end += text_width(layout.sum, SIZE) + 12
            cells = _cells(layout, fills, left, middle, cell, high)
            new_names = _names(new, [end] * len(new), middle + MIDDLE)
            rows.append(part(frame, names.draw(index, middle), *cells, *said, *new_names))
        headings = [] if below else self._headings(widths, frame.width)
        body = [*self._head(left, cell), *headings, *rows]
        return svg_drawing(frame, HEAD + band * len(rows), self.title, self.alt_text(), "".join(body), fills.defs)

    def _cell(self, free: float, sums: bool) -> float:
        """The width of a cell if all rows have this width, with the names of new parts after them, and the sums."""
        return min(
            LARGEST_CELL,
            *(
                (free - self._width_of_new(row) - (text_width(one.sum, SIZE) if sums else 0.0)) / one.bits
                for row, one in enumerate(self.layouts)
            ),
        )

    def _below(self, row: int) -> str:
        """The facts of a row in one line; without any, the sum."""
        return " · ".join(f"{heading} {cells[row]}" for heading, cells in self.facts) or self.layouts[row].sum

    def _new(self, row: int) -> tuple[str, ...]:
        """The parts that no row above has."""
        above = {name for layout in self.layouts[:row] for name, _ in layout.parts}
        return tuple(name for name, _ in self.layouts[row].parts if name not in above)

    def _width_of_new(self, row: int) -> float:
        return sum(text_width(name, SIZE, True) + 14 for name in self._new(row)) if row else 0.0

    def _head(self, left: float, cell: float) -> list[str]:
        """The names of the first row's parts, above them."""
        starts, at = [], left
        for _, count in self.layouts[0].parts:
            starts.append(at)
            at += count * cell
        return _names(self._new(0), starts, SIZE)

    def _headings(self, widths: list[float], right: float) -> list[str]:
        drawn = []
        for (heading, _), width in reversed(list(zip(self.facts, widths, strict=True))):
            drawn.append(text(right, SIZE, heading, fill=QUIET, anchor="end"))
            right -= width
        return drawn

    def _facts(self, row: int, widths: list[float], right: float, middle: float) -> list[str]:
        drawn = []
        for (_, cells), width in reversed(list(zip(self.facts, widths, strict=True))):
            drawn.append(text(right, middle + MIDDLE, cells[row], anchor="end"))
            right -= width
        return drawn


def _names(names: Sequence[str], starts: Sequence[float], y: float) -> list[str]:
    """The names of parts in their colours, each at its start or after the one before."""
    drawn, end = [], 0.0
    for name, start in zip(names, starts, strict=True):
        x = max(start, end)
        drawn.append(text(x, y, name, fill=label_color(FILLS[name]), bold=True))
        end = x + text_width(name, SIZE, True) + 14
    return drawn


def _cells(layout: Layout, fills: Fills, left: float, middle: float, cell: float, height: float) -> list[str]:
    """Draws a cell for each bit, the cells of a part as one path."""
    drawn, x = [], left
    gap = min(1.5, cell / 4)
    top, width = number(middle - height / 2), number(cell - gap)
    for name, count in layout.parts:
        starts = [number(x + bit * cell + gap / 2) for bit in range(count)]
        path = "".join(f"M{start} {top}h{width}v{number(height)}h-{width}z" for start in starts)
        drawn.append(fills.shape(FILLS[name], path, data_part=name, data_bits=str(count)))
        x += count * cell
    return drawn


def read(reader: Reader, options: BitLayoutOptions) -> BitLayout:
    """Reads the formats of a table, in its order."""
    names = reader.names("name", options.name) or []
    bits = reader.one("bits", options.bits)[1]
    exponent, mantissa = (_counts(reader, option, getattr(options, option)) for option in ("exponent", "mantissa"))
    layouts = []
    for row, name in enumerate(names if not reader.problems else ()):
        total, e, m = (int(column[row] or 0) for column in (bits.raw, exponent, mantissa))
        parts = _parts(total, e, m)
        if not 0 < total <= MOST_BITS or parts is None:
            reader.problem("bits", f"{name}: {total} bits, {e} of exponent and {m} of mantissa do not make a format")
            continue
        layouts.append(Layout(name, parts))
    if len(layouts) > MOST_ROWS:
        reader.problem("table", f"{len(layouts)} formats; at most {MOST_ROWS} have room; choose rows with where")
    facts = []
    for key in options.facts or ():
        cells, column = reader.texts("facts", key), reader.column("facts", key)
        if cells is not None and column is not None:
            facts.append((reader.words(key, column.label), tuple(cells)))
    title = options.heading("Bits of number formats")
    return BitLayout(title, options.description, tuple(layouts), tuple(dict.fromkeys(facts)))


def _counts(reader: Reader, option: str, key: str) -> tuple[float | None, ...]:
    """A column of counts. It may be n/a in every row: integers have no exponent."""
    if reader.has(key) and all(cell is None for cell in reader.cells(key)):
        return (None,) * len(reader.table.rows)
    numbers: Numbers = reader.one(option, key)[1]
    return numbers.raw


def _parts(bits: int, exponent: int, mantissa: int) -> tuple[tuple[str, int], ...] | None:
    """The parts of a format from the left; None if they do not add up."""
    if exponent == 0:
        return (("integer", bits),) if mantissa <= bits else None
    sign = bits - exponent - mantissa
    # TF32 occupies 32 bits of memory but uses 19, so `bits` must be those that are used.
    if sign not in (0, 1):
        return None
    return tuple((name, count) for name, count in zip(PARTS, (sign, exponent, mantissa), strict=False) if count)


BIT_LAYOUT: Final = FigureKind(BitLayoutOptions, read)
