"""Horizontal bars made of parts, such as the memory of a method: weights, gradients, optimizer states, adapter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Annotated, Final

from pydantic import Field

from slidegen.figures.annotations import (
    Note,
    Notes,
    PlacedThreshold,
    Threshold,
    check_bar_notes,
    clear_of,
    ends,
    place_thresholds,
)
from slidegen.figures.axes import NUMBER, SIZE, TICK_ROOM, TITLE_ROOM, Axis, axis, top_title, vertical_grid
from slidegen.figures.base import Columns, FigureKind, FigureOptions, listed, part, svg_drawing
from slidegen.figures.data import Measure, Numbers, Reader
from slidegen.figures.gpu_lines import chosen_cards, usual_cards
from slidegen.figures.keys import SWATCH, key_row
from slidegen.figures.labels import Box
from slidegen.figures.rows import BETWEEN, RowNames, check_cut
from slidegen.figures.scales import Scale
from slidegen.figures.svg import INSIDE, PAGE, QUIET, STRONG, Fills, inside_color, line, tag, text
from slidegen.figures.type import LINE, text_width
from slidegen.hardware import Gpu
from slidegen.pictures import Drawing, Frame

MOST_ROWS, MOST_PARTS = 14, 6
USUAL_PARTS: Final = (
    *("weights", "gradients", "optimizer", "adapter"),
    *("activations", "logits", "kv_cache", "temporaries", "quantization_constants", "workspace"),
)
"""The columns of memory tables that add up to the total. If there are too many, the smallest become one part."""
THINNEST, THICKEST, SHARE = 26.0, 140.0, 0.7
"""The least height of a bar with the space around it, the greatest without, and its share of that space."""
PADDING: Final = 8.0
"""The least space on both sides of text in a segment."""
PALE: Final = 0.4
"""The opacity of bars that are not highlighted."""


class StackedBarsOptions(FigureOptions):
    """Stacked bars."""

    parts: Columns | None = Field(None, description="The columns that add up; else those of a memory table.")
    label: Columns | None = Field(None, description="What names a bar; else the columns that differ.")
    cards: Annotated[
        bool | tuple[int | str, ...],
        Field(description="Lines at the memory of graphics cards: false, true, or sizes in GB and names."),
    ] = True
    value_label: str | None = Field(None, description="The title of the axis.")
    highlight: str | None = Field(None, description="An expression over a row's columns: bars that stand out.")
    annotate: Notes = ()


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
    lit: tuple[bool, ...]
    notes: tuple[Note, ...]
    unknown: frozenset[int] = frozenset()
    """The rows whose total is n/a, whatever parts they have."""

    def total(self, row: int) -> float | None:
        """The length of a bar; None (n/a) if a part is n/a."""
        values = [column.values[row] for column in self.parts]
        return None if None in values or row in self.unknown else sum(value for value in values if value is not None)

    def at(self, card: Gpu) -> float:
        """A card's memory in the figure's unit."""
        return card.size / self.measure.divisor

    def words(self, row: int) -> str:
        """What is said at a bar."""
        name = self.names[row]
        return "; ".join(note.text for note in self.notes if note.row in (*name, BETWEEN.join(name)))

    @property
    def thresholds(self) -> list[Threshold]:
        """The lines of the cards, and what is said at the axis."""
        cards = [
            Threshold((self.at(card), self.at(card)), f"{card.gigabytes} GB", card.short, not self.all_cards)
            for card in self.cards
        ]
        return [*(Threshold(ends(note.value), note.text) for note in self.notes if note.value is not None), *cards]

    def alt_text(self, lines: Sequence[Threshold]) -> str:
        """The sentence for screen readers. `lines` are the lines that are drawn."""
        if self.description is not None:
            return self.description
        rows = []
        for row, name in enumerate(self.names):
            pieces = [f"{p.label} {self.measure.text(p.values[row])}" for p in self.parts if p.values[row]]
            total = self.total(row)
            inside = f" ({', '.join(pieces)})" if total is not None and len(pieces) > 1 else ""
            rows.append(f"{', '.join(name)}: {self.measure.text(total)}{inside}")
        at = ", ".join(one.words for one in sorted(lines, key=lambda one: one.at))
        return f"Stacked bars of {self.measure.title}. {listed(rows)}" + (f" Lines: {at}." if at else "")

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
            reader.shows("total")  # the number at the end of a bar
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
    title = options.heading(f"{measure.label or 'Sum'} in parts")
    all_cards = options.cards is not True
    check_cut(reader, names)
    check_bar_notes(reader, options.annotate, names, log=False)
    lit = tuple(reader.rule("highlight", options.highlight))
    bars = StackedBars(
        title,
        options.description,
        measure,
        tuple(parts),
        tuple(names),
        (),
        all_cards,
        lit,
        options.annotate,
        frozenset(unknown),
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


@dataclass(frozen=True, slots=True)
class StackLayout:
    """Where stacked bars stand in their frame. The numbers at their ends have `size` pixels. `named` has for each part
    the row in which it has its name, `unnamed` the names of the parts in the key, which begins at `beside`."""

    axis: Axis
    area: Box
    band: float
    size: float
    title: str
    named: Mapping[int, int]
    unnamed: Mapping[int, str]
    beside: float
    lines: tuple[PlacedThreshold, ...]


def stack_layout(bars: StackedBars, frame: Frame) -> StackLayout:
    """Lays out the bars below their key and the names of the lines."""
    names = RowNames.of(bars.names, frame.width)
    totals = [bars.total(row) for row in range(len(bars.names))]
    size = NUMBER if frame.height / len(totals) > 2 * NUMBER else SIZE
    widest = max((text_width(bars.measure.text(total), size, True) for total in totals), default=0.0)
    left, right = names.width, frame.width - widest - 14
    reach = [end for one in bars.thresholds for end in one.at]
    longest = max([1e-9, *(total for total in totals if total), *reach])
    along = axis(Scale(0, longest, left, right), "", max(3, round((right - left) / 120)), bars.measure.lang)
    title = "" if frame.titled else bars.measure.title
    lines = place_thresholds(bars.thresholds, along.scale, frame.width, 0.0, left)
    named, unnamed = _named(bars, along.scale, lines) if len(bars.parts) > 1 else ({}, {})
    beside = text_width(title, SIZE) + 28 if title else 0.0
    key_height = key_row(unnamed, lambda *_: "", frame.width, start=beside)[1]
    above = max(TITLE_ROOM if title else 0.0, key_height)
    lines = place_thresholds(bars.thresholds, along.scale, frame.width, above, left)
    top = max((one.plot_top for one in lines), default=above)
    band = max((frame.height - top - TICK_ROOM) / len(totals), THINNEST, names.height)
    area = Box(left, top, right, top + band * len(totals))
    return StackLayout(along, area, band, size, title, named, unnamed, beside, tuple(lines))


def _draw(bars: StackedBars, frame: Frame) -> Drawing:
    laid, fills, names = (
        stack_layout(bars, frame),
        Fills(frame.prefix, frame.patterns),
        RowNames.of(bars.names, frame.width),
    )
    left, top, bottom, along = laid.area.left, laid.area.top, laid.area.bottom, laid.axis
    key, _ = key_row(
        laid.unnamed, lambda index, x, y: fills.box(index, x, y - 8, SWATCH, 16), frame.width, start=laid.beside
    )
    rows = []
    for row in range(len(bars.names)):
        total, middle = bars.total(row), top + laid.band * (row + 0.5)
        bar = _bar(bars, fills, along.scale, row, middle, min(laid.band * SHARE, THICKEST), laid.named, laid.lines)
        end = left if total is None else along.scale(total)
        inside = bar if bars.lit[row] else tag("g", bar, opacity=PALE)
        number = _number(bars, row, end, middle, laid.size, laid.lines, frame.width)
        rows.append(part(frame, names.draw(row, middle, bars.lit[row] and not all(bars.lit)), inside, number))
    body = [
        top_title(laid.title) + key,
        vertical_grid(along, top, bottom),
        *(one.range(bottom) for one in laid.lines),
        *rows,
        line(left, top, left, bottom, STRONG, 1.5),
        *(one.line(bottom) + one.name for one in laid.lines),
    ]
    alt_text = bars.alt_text([one.threshold for one in laid.lines])
    return svg_drawing(frame, bottom + TICK_ROOM, bars.title, alt_text, "".join(body), fills.defs)


def _start(words: str, left: float, right: float, lines: Sequence[PlacedThreshold]) -> float | None:
    """Where words begin in a segment, clear of lines; None if they have no space."""
    wide = text_width(words, SIZE, True)
    x = clear_of(left + PADDING, wide, lines)
    return x if x + wide + PADDING <= right else None


def _named(bars: StackedBars, scale: Scale, lines: Sequence[PlacedThreshold]) -> tuple[dict[int, int], dict[int, str]]:
    """The row in which each part has its name: where it is longest, if the name has space there. The other parts, with
    their names, are for the key."""
    named, unnamed = {}, {}
    for index, column in enumerate(bars.parts):
        longest, place = 0.0, None
        for row in range(len(bars.names)):
            value = column.values[row]
            if bars.total(row) is None or not bars.lit[row] or not value or value <= longest:
                continue
            longest, start = value, sum(one.values[row] or 0.0 for one in bars.parts[:index])
            if _start(column.label, scale(start), scale(start + value), lines) is not None:
                place = row
        if place is not None:
            named[index] = place
        elif any(value for row, value in enumerate(column.values) if bars.total(row) is not None):
            unnamed[index] = column.label  # also a part of pale bars alone
    return named, unnamed


def _bar(
    bars: StackedBars,
    fills: Fills,
    scale: Scale,
    row: int,
    middle: float,
    thick: float,
    named: Mapping[int, int],
    lines: Sequence[PlacedThreshold],
) -> str:
    """The segments of a bar. `named` has for each part the row in which it has its name."""
    if bars.total(row) is None:
        return ""
    drawn, at, joints = [], 0.0, [scale(0)]
    for index, column in enumerate(bars.parts):
        value = column.values[row]
        if not value:
            continue
        x = scale(at)
        at += value
        title = tag("title", f"{column.label}: {bars.measure.text(value)} {bars.measure.unit}".rstrip())
        drawn.append(
            fills.box(index, x, middle - thick / 2, scale(at) - x, thick, title,
                      data_part=column.key, data_value=repr(column.raw[row]))
        )  # fmt: skip
        if len(bars.parts) > 1 and bars.lit[row]:
            name = column.label if named.get(index) == row else ""
            segment = Box(x, middle - thick / 2, scale(at), middle + thick / 2)
            drawn.append(_inside(fills, index, (name, bars.measure.text(value)), segment, lines))
        joints.append(scale(at))
    for a, b in pairwise(joints):
        if b != joints[-1] and b - a > 3:  # a line in the colour of the page between parts
            drawn.append(line(b, middle - thick / 2, b, middle + thick / 2, PAGE, 2))
    return "".join(drawn)


def inside_words(
    words: Sequence[str], ends: tuple[float, float], thick: float, lines: Sequence[PlacedThreshold]
) -> list[str]:
    """The lines of the name and the number of a part that have space in its segment between two `ends`."""
    together = " ".join(filter(None, words))
    rows = [together] if _start(together, *ends, lines) is not None else []
    if not rows:
        rows = [one for one in words if one and _start(one, *ends, lines) is not None]
        rows = rows if thick > 2.6 * SIZE else rows[:1]
    return rows if thick > SIZE else []


def _inside(fills: Fills, series: int, words: Sequence[str], segment: Box, lines: Sequence[PlacedThreshold]) -> str:
    """The name and the number of a part in its segment, as far as they have space."""
    thick = segment.bottom - segment.top
    rows = inside_words(words, (segment.left, segment.right), thick, lines)
    if not rows:
        return ""
    longest = max(rows, key=lambda one: text_width(one, SIZE, True))
    x = _start(longest, segment.left, segment.right, lines) or segment.left
    high = SIZE * LINE * len(rows) + 4
    middle = (segment.top + segment.bottom) / 2
    behind = fills.clear(series, x - 4, middle - high / 2, text_width(longest, SIZE, True) + 8, high)
    first = middle + SIZE * 0.35 - SIZE * LINE / 2 * (len(rows) - 1)
    return behind + text(x, first, rows, fill=inside_color(series), bold=True, class_=INSIDE)


def _number(
    bars: StackedBars,
    row: int,
    end: float,
    middle: float,
    size: float,
    lines: Sequence[PlacedThreshold],
    right: float,
) -> str:
    """The sum at the end of its bar, or after a line that would cross it, and what is said at the bar."""
    total = bars.total(row)
    shown = bars.measure.text(total)
    x = clear_of(end + 8, text_width(shown, size, True), lines)
    said = bars.words(row)
    after = clear_of(x + text_width(shown, size, True) + 12, text_width(said, SIZE), lines)
    words = text(after, middle + SIZE * 0.35, said, fill=QUIET, halo=True) if said else ""
    if said and after + text_width(said, SIZE) > right:  # below the number's line, at the right end
        words = text(right, middle + size * 0.35 + SIZE * 1.2, said, fill=QUIET, anchor="end", halo=True)
    if total is None:
        return text(x, middle + SIZE * 0.35, shown, fill=QUIET) + words
    return text(x, middle + size * 0.35, shown, size, bold=True) + words


STACKED_BARS: Final = FigureKind(StackedBarsOptions, read)
