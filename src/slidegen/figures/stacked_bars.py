"""Horizontal bars made of parts, such as the memory of a method: weights, gradients, optimizer states, adapter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Annotated, Final

from pydantic import Field

from slidegen.figures.axes import BOTTOM_ROOM, MIDDLE, SIZE, SMALL, Axis, axis, bottom_axis
from slidegen.figures.base import Columns, FigureKind, FigureOptions, listed, part, svg_drawing
from slidegen.figures.data import Measure, Numbers, Reader
from slidegen.figures.gpu_lines import chosen_cards, usual_cards
from slidegen.figures.keys import SWATCH, key_row
from slidegen.figures.labels import staggered
from slidegen.figures.rows import RowNames
from slidegen.figures.scales import Scale
from slidegen.figures.svg import PAGE, QUIET, STRONG, Fills, line, rect, tag, text
from slidegen.figures.type import text_width
from slidegen.hardware import Gpu
from slidegen.pictures import Drawing, Frame

MOST_ROWS, MOST_PARTS = 14, 6
USUAL_PARTS: Final = (
    *("weights", "gradients", "optimizer", "adapter"),
    *("activations", "logits", "kv_cache", "temporaries", "quantization_constants", "workspace"),
)
"""The columns of memory tables that add up to the total. If there are too many, the smallest become one part."""
BAND: Final = (32.0, 46.0, 84.0)
"""The height of a bar with the space around it: least, least if names have two lines, and greatest."""
BETWEEN: Final = 12.0
"""The space between the names of two cards."""


class StackedBarsOptions(FigureOptions):
    """Stacked bars."""

    parts: Columns | None = Field(None, description="The columns that add up; else those of a memory table.")
    label: Columns | None = Field(None, description="What names a bar; else the columns that differ.")
    cards: Annotated[
        bool | tuple[int | str, ...],
        Field(description="Lines at the memory of graphics cards: false, true, or sizes in GB and names."),
    ] = True
    value_label: str | None = Field(None, description="The title of the axis.")


@dataclass(frozen=True, slots=True)
class StackedBars:
    """The content of a stacked bar chart: the parts for each name, and lines for cards across all bars."""

    title: str
    description: str | None
    measure: Measure
    parts: tuple[Numbers, ...]
    names: tuple[tuple[str, ...], ...]
    cards: tuple[Gpu, ...]
    all_cards: bool
    """Whether all cards are drawn, because the deck names them. Of usual cards, only those with space for the name."""
    unknown: frozenset[int] = frozenset()
    """The rows whose total is n/a, whatever parts they have."""

    def total(self, row: int) -> float | None:
        """The length of a bar; None (n/a) if a part is n/a."""
        values = [column.values[row] for column in self.parts]
        return None if None in values or row in self.unknown else sum(value for value in values if value is not None)

    def at(self, card: Gpu) -> float:
        """A card's memory in the figure's unit."""
        return card.size / self.measure.divisor

    def alt_text(self, cards: Sequence[Gpu]) -> str:
        """The sentence for screen readers. `cards` are the cards with a line."""
        if self.description is not None:
            return self.description
        rows = []
        for row, name in enumerate(self.names):
            pieces = [f"{p.label} {self.measure.text(p.values[row])}" for p in self.parts if p.values[row]]
            total = self.total(row)
            inside = f" ({', '.join(pieces)})" if total is not None and len(pieces) > 1 else ""
            rows.append(f"{', '.join(name)}: {self.measure.text(total)}{inside}")
        lines = ", ".join(f"{card.gigabytes} GB" for card in cards)
        return f"Stacked bars of {self.measure.title}. {listed(rows)}" + (f" Card lines: {lines}." if lines else "")

    def draw(self, frame: Frame) -> Drawing:
        """Draws the bars below their key and the names of the lines."""
        return _draw(self, frame)


def _with_others(parts: Sequence[Numbers], label: str) -> list[Numbers]:
    """As many parts as can be told apart, in order. The last one is the sum of the smallest."""
    by_size = sorted(parts, key=lambda part: max(part.known, default=0.0), reverse=True)
    kept, others = by_size[: MOST_PARTS - 1], by_size[MOST_PARTS - 1 :]
    raw = tuple(_sum(column) for column in zip(*(one.raw for one in others), strict=True))
    values = tuple(_sum(column) for column in zip(*(one.values for one in others), strict=True))
    return [*(one for one in parts if one in kept), Numbers("other", label, raw, values)]


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def read(reader: Reader, options: StackedBarsOptions) -> StackedBars:
    """Reads the bars of a table, one for each row."""
    columns = options.parts
    unknown: list[int] = []
    usual = False
    if columns is None:
        # A column without numbers is not a part, so rows that are n/a must be found by their total.
        if reader.has("total"):
            unknown = [row for row, total in enumerate(reader.cells("total")) if total is None]
        columns = tuple(key for key in USUAL_PARTS if reader.has(key) and any(reader.cells(key)))
        usual = True
        if not columns:
            allowed = ", ".join(reader.numeric_keys()) or "(none)"
            reader.problem("parts", f"parts is missing; name the columns that add up, of: {allowed}")
    measure, parts = reader.numbers("parts", columns, options.value_label)
    if usual and len(parts) > MOST_PARTS:
        parts = _with_others(parts, reader.words("other", "Other"))
    names = reader.bar_names("label", options.label)
    if len(names) > MOST_ROWS:
        reader.problem("table", f"{len(names)} bars; at most {MOST_ROWS} have room; choose rows with where")
    if len(parts) > MOST_PARTS:
        reader.problem("parts", f"{len(parts)} columns; at most {MOST_PARTS} can be told apart")
    for column in parts:
        for row, value in enumerate(column.raw):
            if value is not None and value < 0:
                reader.problem(
                    "parts", f"{reader.row_name(row)}: {column.key} is {value:g}; parts of a sum are not negative"
                )
    title = options.caption or f"{measure.label or 'Sum'} in parts"
    all_cards = options.cards is not True
    bars = StackedBars(
        title, options.description, measure, tuple(parts), tuple(names), (), all_cards, frozenset(unknown)
    )
    return bars if reader.problems else replace(bars, cards=tuple(_cards(bars, reader, options)))


def _cards(bars: StackedBars, reader: Reader, options: StackedBarsOptions) -> list[Gpu]:
    in_bytes = any(column.key == bars.parts[0].key and column.kind == "bytes" for column in reader.table.columns)
    if options.cards is True:
        totals = [total for row in range(len(bars.names)) if (total := bars.total(row)) is not None]
        return usual_cards(max(totals, default=0.0) * bars.measure.divisor) if in_bytes else []
    if not options.cards:
        return []
    if not in_bytes:
        reader.problem("cards", f"cards are sizes in bytes, and {bars.parts[0].key} is not; leave cards out")
    found, wrong = chosen_cards(options.cards)
    for message in wrong:
        reader.problem("cards", message)
    return found


def _draw(bars: StackedBars, frame: Frame) -> Drawing:
    fills = Fills(frame.prefix)
    names = RowNames.of(bars.names, frame.width)
    totals = [bars.total(row) for row in range(len(bars.names))]
    widest = max((text_width(bars.measure.text(total), SIZE, True) for total in totals), default=0.0)
    left, right = names.width, frame.width - widest - 14
    longest = max([1e-9, *(total for total in totals if total), *map(bars.at, bars.cards)])
    scale = axis(Scale(0, longest, left, right), bars.measure.title, max(3, round((right - left) / 120)))
    key, top = "", 0.0
    if len(bars.parts) > 1:
        key, top = key_row(
            [column.label for column in bars.parts],
            lambda index, x, y: rect(x, y - 8, SWATCH, 16, fills.fill(index)),
            frame.width,
        )
    lines = _card_lines(bars, scale, frame.width, top)
    plot_top = max((one.plot_top for one in lines), default=top)
    band = (frame.height - plot_top - BOTTOM_ROOM) / len(bars.names)
    if not frame.exact:
        band = min(max(band, BAND[1] if names.two_lines else BAND[0]), BAND[2])
    bottom = plot_top + band * len(bars.names)
    rows = []
    for row, total in enumerate(totals):
        middle = plot_top + band * (row + 0.5)
        bar = _bar(bars, fills, scale, row, total, middle, band * 0.62)
        end = left if total is None else scale.scale(total)
        rows.append(part(frame, names.draw(row, middle), bar, _number(bars, total, end, middle, lines)))
    body = [
        key,
        bottom_axis(scale, bottom, left, right, line_at=False),
        tag("g", *(line(one.x, one.begin, one.x, bottom, QUIET, 1.5, stroke_dasharray="5 4") for one in lines)),
        *(one.name for one in lines),
        *rows,
        line(left, plot_top, left, bottom, STRONG, 1.5),
    ]
    alt_text = bars.alt_text(sorted((one.card for one in lines), key=lambda card: card.gigabytes))
    return svg_drawing(frame, bottom + BOTTOM_ROOM, bars.title, alt_text, "".join(body), fills.defs)


@dataclass(frozen=True, slots=True)
class _CardLine:
    """The line of a card: its position and upper end, the markup of its name, and where the bars below may begin."""

    card: Gpu
    x: float
    begin: float
    name: str
    plot_top: float


def _card_lines(bars: StackedBars, scale: Axis, width: float, top: float) -> list[_CardLine]:
    """The lines of the cards. Usual cards whose names would overlap others are left out. The names of cards from the
    deck are staggered in rows instead."""
    cards: list[Gpu] = []
    spans: list[tuple[float, float]] = []
    for card in bars.cards:
        half = max(text_width(f"{card.gigabytes} GB", SMALL, True), text_width(card.short, SMALL)) / 2 + 1
        center = min(scale.scale(bars.at(card)), width - half)
        free = all(center + half + BETWEEN <= left or right + BETWEEN <= center - half for left, right in spans)
        if free or bars.all_cards:
            cards.append(card)
            spans.append((center - half, center + half))
    rows = staggered(spans, BETWEEN)
    height, last = 2 * SMALL * 1.2 + 4, max(rows, default=0)
    found = []
    for card, (left, right), row in zip(cards, spans, rows, strict=True):
        y, middle = top + (last - row) * height + SMALL, (left + right) / 2
        name = text(middle, y, f"{card.gigabytes} GB", size=SMALL, anchor="middle", bold=True, halo=True)
        if card.short:
            name += text(middle, y + SMALL * 1.15, card.short, size=SMALL, fill=QUIET, anchor="middle", halo=True)
        begin = y + (SMALL * 1.15 if card.short else 0) + 6
        found.append(_CardLine(card, scale.scale(bars.at(card)), begin, name, top + (last + 1) * height + 8))
    return found


def _bar(
    bars: StackedBars, fills: Fills, scale: Axis, row: int, total: float | None, middle: float, thick: float
) -> str:
    start = scale.scale(0)
    if total is None:
        return ""
    drawn, at, joints = [], 0.0, [start]
    for index, column in enumerate(bars.parts):
        value = column.values[row]
        if not value:
            continue
        x = scale.scale(at)
        at += value
        title = tag("title", f"{column.label}: {bars.measure.text(value)} {bars.measure.unit}".rstrip())
        drawn.append(
            rect(x, middle - thick / 2, scale.scale(at) - x, thick, fills.fill(index), title,
                 data_part=column.key, data_value=repr(column.raw[row]))
        )  # fmt: skip
        joints.append(scale.scale(at))
    for a, b in pairwise(joints):
        if b != joints[-1] and b - a > 3:  # a line in the colour of the page between parts
            drawn.append(line(b, middle - thick / 2, b, middle + thick / 2, PAGE, 2))
    return "".join(drawn)


def _number(bars: StackedBars, total: float | None, end: float, middle: float, lines: Sequence[_CardLine]) -> str:
    """The sum at the end of its bar, or after a card's line that would cross it."""
    words = bars.measure.text(total)
    x, width = end + 8, text_width(words, SIZE, True)
    for one in sorted(lines, key=lambda one: one.x):
        if x - 4 < one.x < x + width + 4:
            x = one.x + 8
    if total is None:
        return text(x, middle + MIDDLE, words, fill=QUIET)
    return text(x, middle + MIDDLE, words, bold=True)


STACKED_BARS: Final = FigureKind(StackedBarsOptions, read)
