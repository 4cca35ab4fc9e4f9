"""Bars and stacked bars as charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from slidegen.exports.pptx.chart import Chart, ChartArea, ChartLabel, ChartLine, ChartSeries, ChartWords
from slidegen.exports.pptx.charts.parts import RISE, chart_axis, thresholds, wide, words
from slidegen.exports.pptx.charts.tints import of
from slidegen.figures.annotations import clear_of
from slidegen.figures.axes import SIZE
from slidegen.figures.bar_layout import BarLayout, bar_layout, said_at
from slidegen.figures.bars import Bars
from slidegen.figures.keys import SWATCH, key_row
from slidegen.figures.rows import BETWEEN
from slidegen.figures.stacked_bars import (
    PADDING,
    PALE,
    SHARE,
    THICKEST,
    StackedBars,
    StackLayout,
    inside_words,
    stack_layout,
)
from slidegen.pictures import Frame

BEFORE_NUMBER = 8.0
"""The space between a bar and its number."""


def sorted_out(parts: Iterable[Any]) -> dict[str, Any]:
    """Words, lines and areas as a chart takes them."""
    found = list(parts)
    return {
        "words": tuple(one for one in found if isinstance(one, ChartWords)),
        "lines": tuple(one for one in found if isinstance(one, ChartLine)),
        "areas": tuple(one for one in found if isinstance(one, ChartArea)),
    }


def bar_chart(bars: Bars, frame: Frame) -> Chart:
    """Bars, one series for each column."""
    laid = bar_layout(bars, frame)
    area, count = laid.area, max(1, len(bars.columns))
    parts: list[ChartWords | ChartLine | ChartArea] = [*thresholds(laid.lines, area.bottom)]
    if laid.title:
        parts.append(words(laid.title, 0, laid.key_height + SIZE * 0.8, tint="quiet"))
    space = (3.0 if laid.vertical else 2.0) if count > 1 else 0.0
    parts += _key(bars.keyed if laid.named is None else {}, 0.0, frame)
    parts += _beside_bars(bars, laid, frame) if not laid.vertical else _levels(bars, laid, frame)
    series = tuple(
        ChartSeries(
            column.label,
            column.values,
            tuple(of("series", index) if lit else "context" for lit in bars.lit),
            tuple(_label(bars, laid, index, row) for row in range(len(bars.names))),
        )
        for index, column in enumerate(bars.columns)
    )
    return Chart(
        "columns" if laid.vertical else "bars",
        (frame.width, laid.height),
        (area.left, area.top, area.right, area.bottom),
        series,
        chart_axis(laid.axis, seen=laid.ruled, grid=laid.ruled),
        categories=tuple(BETWEEN.join(name) for name in bars.names),
        gap=(laid.band - count * laid.thick + space) / (laid.thick - space),
        between=space / (laid.thick - space),
        **sorted_out(parts),
    )


def _label(bars: Bars, laid: BarLayout, index: int, row: int) -> ChartLabel | None:
    value = bars.columns[index].values[row]
    if value is None or not laid.size:
        return None
    shift = 0.0
    if not laid.vertical and value >= 0:
        at = laid.axis.scale(value) + BEFORE_NUMBER
        shift = clear_of(at, wide(bars.measure.text(value), laid.size), laid.lines) - at
    return ChartLabel(bars.measure.text(value), "end", laid.size, "ink", bold=bars.lit[row], shift=(shift, 0.0))


def _beside_bars(bars: Bars, laid: BarLayout, frame: Frame) -> Iterable[ChartWords]:
    """The names of columns, what is said, and n/a, at horizontal bars."""
    count = max(1, len(bars.columns))
    for row in range(len(bars.names)):
        for index, column in enumerate(bars.columns):
            value = column.values[row]
            middle = laid.area.top + laid.band * (row + 0.5) + (index + 0.5 - count / 2) * laid.thick
            if value is None:
                yield ChartWords(bars.measure.text(None), laid.base + 10, middle, SIZE, "quiet")
                continue
            end = laid.axis.scale(value) if value >= 0 else laid.base
            number = wide(bars.measure.text(value), laid.size) if laid.size else 0.0
            at = clear_of(end + BEFORE_NUMBER, number, laid.lines)
            after = at + (number + 10 if laid.size else 0) if value >= 0 else end + 10
            if row == laid.named:
                yield ChartWords(column.label, after, middle, SIZE, of("label", index), bold=True)
            said = said_at(bars, row, laid, frame.width, end, after)
            if said is not None and said.inside:
                tint = of("inside", index) if bars.lit[row] else "ink"
                yield ChartWords(said.words, said.x, middle, SIZE, tint, "end", True)
            elif said is not None:
                yield ChartWords(said.words, said.x, middle, SIZE, "quiet")


def _levels(bars: Bars, laid: BarLayout, frame: Frame) -> Iterable[ChartWords | ChartLine | ChartArea]:
    """The thresholds of vertical bars, and n/a."""
    count = max(1, len(bars.columns))
    for one in bars.thresholds:
        low, high = sorted(map(laid.axis.scale, one.at))
        if high - low > 1:
            yield ChartArea(laid.area.left, low, frame.width, high, "faint", 0.4)
        else:
            yield ChartLine((laid.area.left, low), (frame.width, low), "quiet", 1.5, True)
        yield words(one.words, frame.width, low - 8, anchor="end", bold=True)
    for index, column in enumerate(bars.columns):
        for row, value in enumerate(column.values):
            if value is None:
                x = laid.area.left + laid.band * (row + 0.5) + (index + 0.5 - count / 2) * laid.thick
                yield words(bars.measure.text(None), x, laid.base - 8, tint="quiet", anchor="middle")


def stack_chart(bars: StackedBars, frame: Frame) -> Chart:
    """Stacked bars, one series for each part, and one without colour whose labels are the sums."""
    laid = stack_layout(bars, frame)
    area = laid.area
    parts: list[ChartWords | ChartLine | ChartArea] = [*thresholds(laid.lines, area.bottom)]
    if laid.title:
        parts.append(words(laid.title, 0, SIZE * 0.8, tint="quiet"))
    parts += _key(laid.unnamed, laid.beside, frame)
    parts += _beside_stacks(bars, laid, frame)
    parts.append(ChartLine((area.left, area.top), (area.left, area.bottom), "strong", 1.5))
    rows = range(len(bars.names))
    totals = tuple(bars.total(row) for row in rows)
    thick = min(laid.band * SHARE, THICKEST)
    series = [
        ChartSeries(
            part.label,
            tuple(None if totals[row] is None else part.values[row] for row in rows),
            tuple(of("series", index) for _ in rows),
            tuple(_inside(bars, laid, index, row, thick) for row in rows),
            strengths=tuple(1.0 if lit else PALE for lit in bars.lit),
        )
        for index, part in enumerate(bars.parts)
    ]
    labels = tuple(_sum(bars, laid, row) for row in rows)
    series.append(ChartSeries(_total_name(bars), totals, ("",) * len(totals), labels, summed=True))
    return Chart(
        "stack",
        (frame.width, area.bottom + 38.0),
        (area.left, area.top, area.right, area.bottom),
        tuple(series),
        chart_axis(laid.axis, grid=True),
        categories=tuple(BETWEEN.join(name) for name in bars.names),
        gap=laid.band / thick - 1,
        **sorted_out(parts),
    )


def _key(names: Mapping[int, str], start: float, frame: Frame) -> list[ChartWords | ChartArea]:
    """The key of these series. PowerPoint's would have all of them, the sums too, and stand in its own order."""
    found: list[ChartWords | ChartArea] = []

    def swatch(index: int, x: float, y: float) -> str:
        found.append(ChartArea(x, y - 8, x + SWATCH, y + 8, of("series", index)))
        found.append(ChartWords(names[index], x + SWATCH + 8, y, SIZE, of("label", index), bold=True))
        return ""

    key_row(names, swatch, frame.width, start=start)
    return found


def _total_name(bars: StackedBars) -> str:
    """The heading of the sums: one that no part has."""
    name = "Total"
    while name in [part.label for part in bars.parts]:
        name += " "
    return name


def _inside(bars: StackedBars, laid: StackLayout, index: int, row: int, thick: float) -> ChartLabel | None:
    """The name and the number of a part in its segment, as far as they have space."""
    value = bars.parts[index].values[row]
    if not value or bars.total(row) is None or not bars.lit[row] or len(bars.parts) < 2:
        return None
    before = sum(part.values[row] or 0.0 for part in bars.parts[:index])
    name = bars.parts[index].label if laid.named.get(index) == row else ""
    scale = laid.axis.scale
    shown = inside_words((name, bars.measure.text(value)), (scale(before), scale(before + value)), thick, laid.lines)
    if not shown:
        return None
    text = " ".join(shown)
    left = scale(before) + PADDING
    shift = clear_of(left, wide(max(shown, key=wide)), laid.lines) - left
    return ChartLabel(
        bars.measure.text(value),
        "base",
        SIZE,
        of("inside", index),
        named=bool(name) and name in text,
        fixed=text == name,
        shift=(shift, 0.0),
    )


def _sum(bars: StackedBars, laid: StackLayout, row: int) -> ChartLabel | None:
    total = bars.total(row)
    if total is None:
        return None
    shown, at = bars.measure.text(total), laid.axis.scale(total) + BEFORE_NUMBER
    shift = clear_of(at, wide(shown, laid.size), laid.lines) - at
    return ChartLabel(shown, "base", laid.size, "ink", shift=(shift, 0.0))


def _beside_stacks(bars: StackedBars, laid: StackLayout, frame: Frame) -> Iterable[ChartWords]:
    """What is said at a bar, after its sum, and n/a."""
    for row in range(len(bars.names)):
        total, said = bars.total(row), bars.words(row)
        middle = laid.area.top + laid.band * (row + 0.5)
        end = laid.area.left if total is None else laid.axis.scale(total)
        x = clear_of(end + BEFORE_NUMBER, wide(bars.measure.text(total), laid.size), laid.lines)
        if total is None:
            yield ChartWords(bars.measure.text(None), x, middle, SIZE, "quiet")
        if not said:
            continue
        after = x + wide(bars.measure.text(total), laid.size) + 12
        after = clear_of(after, wide(said), laid.lines)
        if after + wide(said) > frame.width:
            baseline = middle + laid.size * 0.35 + SIZE * 1.2
            yield ChartWords(said, frame.width, baseline - RISE * SIZE, SIZE, "quiet", "end")
        else:
            yield ChartWords(said, after, middle, SIZE, "quiet")
