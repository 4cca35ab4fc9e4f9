"""Histograms as charts: bars that touch."""

from __future__ import annotations

from itertools import pairwise

from slidegen.exports.pptx.chart import Chart, ChartArea, ChartLine, ChartSeries, ChartWords
from slidegen.exports.pptx.charts.bars import sorted_out
from slidegen.exports.pptx.charts.parts import chart_axis, words
from slidegen.exports.pptx.charts.tints import of
from slidegen.figures.axes import SIZE, TICK_ROOM
from slidegen.figures.histogram import Histogram
from slidegen.figures.scales import significant
from slidegen.pictures import Frame

EVEN = 1e-3
"""How much the widths of bins may differ, over the width of one: the bars of a chart are all as wide."""


def histogram_chart(histogram: Histogram, frame: Frame) -> Chart | None:
    """A histogram; None if its bins are not all as wide, or if there are strips of levels below them."""
    edges = histogram.edges
    widths = [b - a for a, b in pairwise(edges)]
    if len(histogram.strips) > 1 or max(widths) - min(widths) > EVEN * max(widths):
        return None
    laid = histogram.layout(frame)
    x, y = laid.x.scale, laid.y.scale
    left, right = x(edges[0]), x(edges[-1])
    parts: list[ChartWords | ChartLine | ChartArea] = []
    if laid.y.title:
        parts.append(words(laid.y.title, 0, SIZE * 0.8, tint="quiet"))
    if laid.x.title:
        parts.append(words(laid.x.title, laid.right, laid.lowest + TICK_ROOM + SIZE, tint="quiet", anchor="end"))
    for tick, text in zip(laid.x.ticks, laid.x.texts, strict=True):
        at = x(tick)
        parts.append(ChartLine((at, laid.lowest), (at, laid.lowest + 6), "strong", 1))
        parts.append(words(text, at, laid.lowest + 10 + SIZE, tint="quiet", anchor="middle"))
    for strip in histogram.strips:
        for pin in histogram.pins(strip, x, y):
            parts.append(ChartLine((pin.x, y(0)), (pin.x, pin.top), of("series", 0), pin.width))
            if pin.dot:
                box = pin.x - pin.dot, pin.top - pin.dot, pin.x + pin.dot, pin.top + pin.dot
                parts.append(ChartArea(*box, of("series", 0), round=True))
        name = histogram.pins_name(strip)
        parts.append(words(name, laid.right, SIZE * 0.8, tint=of("label", 0), anchor="end", bold=True))
    bins = tuple(f"{significant(a)} to {significant(b)}" for a, b in pairwise(edges))
    count = len(histogram.counts)
    series = ChartSeries(histogram.y.label or "Count", histogram.counts, ("faint",) * count, (None,) * count)
    return Chart(
        "columns",
        (frame.width, frame.height),
        (left, laid.top, right, laid.bottom),
        (series,),
        chart_axis(laid.y, grid=True),
        categories=bins,
        named=False,
        gap=0.0,
        **sorted_out(parts),
    )
