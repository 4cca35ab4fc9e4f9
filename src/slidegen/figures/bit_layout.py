"""The bits of number formats, one row each: sign, exponent, mantissa, and the bits of integers.

The table has a row for each format: its name, its number of bits (`bits`), and how many of them are exponent and
mantissa (n/a or 0 for none). If one bit remains, it is the sign. A format without an exponent is an integer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic import Field

from slidegen.figures.axes import MIDDLE, SIZE
from slidegen.figures.base import Columns, FigureKind, FigureOptions, listed, part, svg_drawing
from slidegen.figures.data import Numbers, Reader
from slidegen.figures.keys import SWATCH, key_row
from slidegen.figures.rows import RowNames
from slidegen.figures.svg import QUIET, Fills, number, rect, tag, text
from slidegen.figures.type import text_width
from slidegen.pictures import Drawing, Frame

PARTS: Final = ("sign", "exponent", "mantissa", "integer")
FILLS: Final = {"sign": 3, "exponent": 1, "mantissa": 0, "integer": 2}
MOST_ROWS, MOST_BITS = 12, 64
BAND: Final = (36.0, 58.0)
LARGEST_CELL: Final = 30.0


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
        """Draws the rows of cells below the key."""
        fills = Fills(frame.prefix)
        used = [name for name in PARTS if any(name == p for layout in self.layouts for p, _ in layout.parts)]
        key, top = key_row(used, lambda i, x, y: rect(x, y - 8, SWATCH, 16, fills.fill(FILLS[used[i]])), frame.width)
        names = RowNames.of([(layout.name,) for layout in self.layouts], frame.width)
        widths = [max(text_width(words, SIZE) for words in (heading, *cells)) + 28 for heading, cells in self.facts]
        left = names.width
        free = frame.width - left - sum(widths) - 12
        cell = min([LARGEST_CELL, *((free - text_width(one.sum, SIZE)) / one.bits for one in self.layouts)])
        if self.facts:
            right = frame.width
            for (heading, _), width in reversed(list(zip(self.facts, widths, strict=True))):
                key += text(right, SIZE, heading, fill=QUIET, anchor="end")
                right -= width
        band = (frame.height - top) / len(self.layouts)
        band = band if frame.exact else min(max(band, BAND[0]), BAND[1])
        rows = []
        for index, layout in enumerate(self.layouts):
            middle = top + band * (index + 0.5)
            rows.append(
                part(
                    frame,
                    names.draw(index, middle),
                    *_cells(layout, fills, left, middle, cell, min(band * 0.66, 32.0)),
                    text(left + cell * layout.bits + 12, middle + MIDDLE, layout.sum, fill=QUIET),
                    *self._facts(index, widths, frame.width, middle),
                )
            )
        return svg_drawing(frame, top + band * len(rows), self.title, self.alt_text(), key + "".join(rows), fills.defs)

    def _facts(self, row: int, widths: list[float], right: float, middle: float) -> list[str]:
        drawn = []
        for (_, cells), width in reversed(list(zip(self.facts, widths, strict=True))):
            drawn.append(text(right, middle + MIDDLE, cells[row], anchor="end"))
            right -= width
        return drawn


def _cells(layout: Layout, fills: Fills, left: float, middle: float, cell: float, height: float) -> list[str]:
    """Draws a cell for each bit, the cells of a part as one path."""
    drawn, x = [], left
    top, width = number(middle - height / 2), number(cell - 1.5)
    for name, count in layout.parts:
        starts = [number(x + bit * cell + 0.75) for bit in range(count)]
        path = "".join(f"M{start} {top}h{width}v{number(height)}h-{width}z" for start in starts)
        drawn.append(tag("path", d=path, fill=fills.fill(FILLS[name]), data_part=name, data_bits=str(count)))
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
    title = options.caption or "Bits of number formats"
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
