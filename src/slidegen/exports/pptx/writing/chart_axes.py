"""The axes of a chart. Their ends are fixed, so that what stands beside the data stays right when numbers change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import isclose, log10
from typing import TYPE_CHECKING

from slidegen.exports.pptx.chart import ChartAxis, ChartLine, ChartWords
from slidegen.exports.pptx.scene import ChartShape, Color, Stroke
from slidegen.exports.pptx.writing.chart_data import number_format
from slidegen.exports.pptx.writing.chart_words import text_look
from slidegen.exports.pptx.writing.xml import Palette, sub
from slidegen.figures.axes import SIZE

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

ACROSS, VALUES = 1, 2
"""The ids of the two axes: the one of categories or horizontal numbers, and the one of values."""
BELOW, BESIDE, MARK = 10.0, 10.0, 6.0
"""The space between the plot and the numbers below it and beside it, and the length of a tick."""


def regular_format(axis: ChartAxis) -> str | None:
    """The format of the numbers at an axis whose ticks PowerPoint can make: those of one step from its low end on, or
    the powers of ten; None for others."""
    if len(axis.ticks) < 2:
        return None
    formats = {number_format(text, tick) for tick, text in zip(axis.ticks, axis.texts, strict=True)}
    if axis.log:
        powers = all(isclose(b, 10 * a, rel_tol=1e-6) for a, b in pairwise(axis.ticks))
        whole = powers and isclose(log10(axis.low) % 1, 0.0, abs_tol=1e-9) and None not in formats
        return "General" if whole else None
    step = axis.ticks[1] - axis.ticks[0]
    even = all(isclose(b - a, step, rel_tol=1e-6) for a, b in pairwise(axis.ticks))
    begins = abs(axis.ticks[0] - axis.low) < 1e-6 * step and axis.ticks[-1] + step > axis.high * (1 + 1e-9)
    zero = {found for found in formats if found}
    return zero.pop() if even and begins and None not in formats and len(zero) == 1 else None


def drawn_ticks(shape: ChartShape) -> Iterator[ChartWords | ChartLine]:
    """The ticks that PowerPoint's axes cannot have."""
    chart = shape.chart
    left, top, right, bottom = chart.plot
    if regular_format(chart.values) is None:
        lies = chart.kind in ("bars", "stack")
        for tick, text in zip(chart.values.ticks, chart.values.texts, strict=True):
            share = _share(chart.values, tick)
            if lies:
                x = left + share * (right - left)
                if chart.values.grid:
                    yield ChartLine((x, top), (x, bottom), "faint", 1)
                yield ChartWords(text, x, bottom + BELOW + SIZE * 0.645, SIZE, "quiet", "middle")
            else:
                y = bottom - share * (bottom - top)
                if chart.values.grid:
                    for start, end in _free(left, right, y, chart.clear):
                        yield ChartLine((start, y), (end, y), "faint", 1)
                yield ChartWords(text, left - BESIDE, y, SIZE, "quiet", "end")
    if chart.across is not None:
        for tick, text in zip(chart.across.ticks, chart.across.texts, strict=True):
            x = left + _share(chart.across, tick) * (right - left)
            yield ChartLine((x, bottom), (x, bottom + MARK), "strong", 1)
            if regular_format(chart.across) is None:
                yield ChartWords(text, x, bottom + BELOW + SIZE * 0.645, SIZE, "quiet", "middle")


def _free(
    left: float, right: float, y: float, boxes: Sequence[tuple[float, float, float, float]]
) -> Iterator[tuple[float, float]]:
    """The parts of a horizontal line that cross no box."""
    at = left
    for start, _, end, _ in sorted(box for box in boxes if box[1] < y < box[3]):
        if start > at:
            yield at, min(start, right)
        at = max(at, end)
    if at < right:
        yield at, right


def _share(axis: ChartAxis, value: float) -> float:
    """Where a number stands between the ends of an axis."""
    if axis.log:
        return log10(value / axis.low) / log10(axis.high / axis.low)
    return (value - axis.low) / (axis.high - axis.low)


def category_axis(parent: Element, shape: ChartShape, palette: Palette) -> None:
    """Adds the axis of the names, which go down beside bars that lie."""
    chart = shape.chart
    lies = chart.kind in ("bars", "stack")
    made = sub(parent, "c:catAx")
    sub(made, "c:axId", val=ACROSS)
    sub(sub(made, "c:scaling"), "c:orientation", val="maxMin" if lies else "minMax")
    sub(made, "c:delete", val=0)
    sub(made, "c:axPos", val="l" if lies else "b")
    sub(made, "c:numFmt", formatCode="General", sourceLinked=0)
    sub(made, "c:majorTickMark", val="none")
    sub(made, "c:minorTickMark", val="none")
    sub(made, "c:tickLblPos", val="low" if chart.named else "none")
    _axis_line(made, shape, palette, "" if chart.kind == "stack" else "strong", 1.5)
    axis_text(made, palette, shape.tints.get("ink"), SIZE)
    sub(made, "c:crossAx", val=VALUES)
    sub(made, "c:crosses", val="autoZero")
    sub(made, "c:auto", val=0)
    sub(made, "c:lblAlgn", val="ctr")
    sub(made, "c:lblOffset", val=100)
    if chart.named:
        sub(made, "c:tickLblSkip", val=1)
    sub(made, "c:noMultiLvlLbl", val=1)


def number_axis(parent: Element, shape: ChartShape, palette: Palette, axis: ChartAxis, *, across: bool) -> None:
    """Adds an axis of numbers with fixed ends."""
    chart = shape.chart
    lies = chart.kind in ("bars", "stack")
    found = regular_format(axis)
    made = sub(parent, "c:valAx")
    sub(made, "c:axId", val=ACROSS if across else VALUES)
    scaling = sub(made, "c:scaling")
    if axis.log:
        sub(scaling, "c:logBase", val=10)
    sub(scaling, "c:orientation", val="minMax")
    sub(scaling, "c:max", val=f"{axis.high:.12g}")
    sub(scaling, "c:min", val=f"{axis.low:.12g}")
    sub(made, "c:delete", val=0)
    sub(made, "c:axPos", val="b" if lies or across else "l")
    if axis.grid and found:
        _axis_line(sub(made, "c:majorGridlines"), shape, palette, "faint", 1)
    sub(made, "c:numFmt", formatCode=found or "General", sourceLinked=0)
    sub(made, "c:majorTickMark", val="none")
    sub(made, "c:minorTickMark", val="none")
    sub(made, "c:tickLblPos", val=("nextTo" if lies else "low") if found else "none")
    _axis_line(made, shape, palette, axis.line, 1)
    axis_text(made, palette, shape.tints.get("quiet"), SIZE)
    sub(made, "c:crossAx", val=VALUES if across else ACROSS)
    sub(made, "c:crosses", val="max" if lies else "min" if chart.kind == "points" else "autoZero")
    sub(made, "c:crossBetween", val="midCat" if chart.kind == "points" else "between")
    if found and not axis.log:
        sub(made, "c:majorUnit", val=f"{axis.ticks[1] - axis.ticks[0]:.12g}")


def _axis_line(parent: Element, shape: ChartShape, palette: Palette, tint: str, width: float) -> None:
    color = shape.tints.get(tint)
    palette.line(sub(parent, "c:spPr"), "a:ln", Stroke(color, width) if color else None)


def axis_text(
    parent: Element, palette: Palette, color: Color | None, size: float, bold: bool = False, wrap: str | None = None
) -> None:
    """Adds the look of the words of an axis, a label or a key."""
    made = sub(parent, "c:txPr")
    sub(made, "a:bodyPr", wrap=wrap)
    sub(made, "a:lstStyle")
    paragraph = sub(made, "a:p")
    text_look(sub(sub(paragraph, "a:pPr"), "a:defRPr"), palette, color or Color("808080"), size, bold)
    sub(paragraph, "a:endParaRPr", lang="en-US")
