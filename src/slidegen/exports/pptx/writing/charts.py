"""Writes charts as charts of PowerPoint: numbers in a data sheet, and the look of the figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slidegen.exports.pptx.chart import Chart, ChartLabel, ChartSeries
from slidegen.exports.pptx.scene import ChartShape, Color, Stroke
from slidegen.exports.pptx.writing.chart_axes import (
    ACROSS,
    VALUES,
    axis_text,
    category_axis,
    drawn_ticks,
    number_axis,
)
from slidegen.exports.pptx.writing.chart_data import common_format, data_sheet, number_format, series_elements
from slidegen.exports.pptx.writing.chart_words import add_drawing, drawn_parts, scaled, text_look
from slidegen.exports.pptx.writing.context import SlideWriter
from slidegen.exports.pptx.writing.shapes import identity
from slidegen.exports.pptx.writing.text import clean
from slidegen.exports.pptx.writing.xml import POINT, Palette, element, sub, transform
from slidegen.figures.axes import SIZE
from slidegen.figures.type import text_width

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

KIND: Final = "http://schemas.openxmlformats.org/drawingml/2006/chart"
PLACES: Final = {
    "end": "outEnd", "base": "inBase", "right": "r", "left": "l", "above": "t", "below": "b",
}  # fmt: skip
MARKERS: Final = ("circle", "square", "triangle", "diamond", "plus", "circle")
"""The signs of six series; the last one is a ring."""
RING: Final = 5
LEADERS: Final = "{CE6537A1-D6FC-4f65-9D91-7224C49458BB}"
"""The extension that says whether lines lead to labels that were moved."""
SWATCH: Final = 40.0
"""The room of a key's sign, with the space around it."""


def chart(writer: SlideWriter, shape: ChartShape) -> None:
    """Adds a chart with its data sheet."""
    from lxml import etree
    from pptx.opc.constants import CONTENT_TYPE as CT
    from pptx.opc.constants import RELATIONSHIP_TYPE as RT
    from pptx.parts.chart import ChartPart

    slide, package = writer.slide.part, writer.slide.part.package
    name = package.next_partname(ChartPart.partname_template)
    part = ChartPart.load(
        name, CT.DML_CHART, package, etree.tostring(scaled(_space(shape, writer.palette), shape.scale))
    )
    part.chart_workbook.update_from_xlsx_blob(data_sheet(shape.chart))
    drawn = drawn_parts(shape, list(drawn_ticks(shape)), writer.palette, writer.look.lang)
    if drawn is not None:
        key = add_drawing(part, drawn, int("".join(sign for sign in name.filename if sign.isdigit())))
        sub(part._element, "c:userShapes", r_id=key)
    number = writer.new_id()
    made = sub(writer.tree, "p:graphicFrame")
    identity(made, "graphicFrame", number, f"Chart {shape.figure} {number}".replace("  ", " "), shape.alt)
    sub(sub(made[0], "p:cNvGraphicFramePr"), "a:graphicFrameLocks", noGrp=True)
    sub(made[0], "p:nvPr")
    transform(made, shape.box, "p:xfrm")
    data = sub(sub(made, "a:graphic"), "a:graphicData", uri=KIND)
    sub(data, "c:chart", r_id=slide.relate_to(part, RT.CHART))
    writer.appears(number, shape.step)


def _space(shape: ChartShape, palette: Palette) -> Element:
    """The chart, up to the reference to its sheet."""
    space = element("c:chartSpace")
    sub(space, "c:date1904", val=0)
    sub(space, "c:roundedCorners", val=0)
    made = sub(space, "c:chart")
    sub(made, "c:autoTitleDeleted", val=1)
    _plot(made, shape, palette)
    if shape.chart.key:
        _key(made, shape, palette)
    sub(made, "c:plotVisOnly", val=1)
    sub(made, "c:dispBlanksAs", val="gap")
    properties = sub(space, "c:spPr")
    palette.fill(properties, None)
    palette.line(properties, "a:ln", None)
    axis_text(space, palette, shape.tints.get("ink"), SIZE)
    return space


def _plot(parent: Element, shape: ChartShape, palette: Palette) -> None:
    chart = shape.chart
    left, top, right, bottom = chart.plot
    made = sub(parent, "c:plotArea")
    _layout(made, chart, (left, top, right - left, bottom - top), target="inner")
    points_ = chart.kind == "points"
    plot = sub(made, "c:scatterChart" if points_ else "c:barChart")
    if points_:
        sub(plot, "c:scatterStyle", val="lineMarker")
    else:
        sub(plot, "c:barDir", val="col" if chart.kind == "columns" else "bar")
        sub(plot, "c:grouping", val="stacked" if chart.kind == "stack" else "clustered")
    sub(plot, "c:varyColors", val=0)
    for one, found in zip(chart.series, series_elements(chart), strict=True):
        _series(plot, one, found, shape, palette)
    if not points_:
        sub(plot, "c:gapWidth", val=min(500, round(chart.gap * 100)))
        sub(plot, "c:overlap", val=100 if chart.kind == "stack" else -round(chart.between * 100))
    sub(plot, "c:axId", val=ACROSS)
    sub(plot, "c:axId", val=VALUES)
    if chart.across is not None:
        number_axis(made, shape, palette, chart.across, across=True)
    else:
        category_axis(made, shape, palette)
    number_axis(made, shape, palette, chart.values, across=False)
    palette.fill(sub(made, "c:spPr"), None)


def _layout(parent: Element, chart: Chart, box: tuple[float, float, float, float], target: str = "") -> None:
    """Adds a place in the chart: left, top, width and height."""
    wide, high = chart.size
    made = sub(sub(parent, "c:layout"), "c:manualLayout")
    if target:
        sub(made, "c:layoutTarget", val=target)
    sub(made, "c:xMode", val="edge")
    sub(made, "c:yMode", val="edge")
    for name, length, whole in zip("xywh", box, (wide, high, wide, high), strict=True):
        sub(made, f"c:{name}", val=f"{length / whole:.5f}")


def _series(plot: Element, one: ChartSeries, found: Element, shape: ChartShape, palette: Palette) -> None:
    made = sub(plot, "c:ser")
    parts = {str(child.tag).rpartition("}")[2]: child for child in found}
    made.extend([parts["idx"], parts["order"], parts["tx"]])
    usual = max(set(one.tints), key=one.tints.count)
    faint = max(set(one.strengths), key=one.strengths.count) if one.strengths else 1.0
    if shape.chart.kind == "points":
        properties = sub(made, "c:spPr")
        color = shape.tints.get(usual)
        palette.line(properties, "a:ln", Stroke(color, one.line) if color and one.line else None)
        if one.line:
            sub(properties[-1], "a:round")
        _marker(made, one, usual, shape, palette)
    else:
        _fill(made, shape, palette, usual, faint)
        sub(made, "c:invertIfNegative", val=0)
    for index, tint in enumerate(one.tints):
        strength = one.strengths[index] if one.strengths else 1.0
        if (tint, strength) == (usual, faint):
            continue
        point = sub(made, "c:dPt")
        sub(point, "c:idx", val=index)
        if shape.chart.kind == "points":
            _marker(point, one, tint, shape, palette, -1 if tint == "context" else 1)
            line = shape.tints.get(usual)
            palette.line(sub(point, "c:spPr"), "a:ln", Stroke(line, one.line) if line and one.line else None)
        else:
            sub(point, "c:invertIfNegative", val=0)
            _fill(point, shape, palette, tint, strength)
    _labels(made, one, shape, palette)
    made.extend(parts[name] for name in ("cat", "val", "xVal", "yVal") if name in parts)
    if shape.chart.kind == "points":
        sub(made, "c:smooth", val=0)


def _fill(parent: Element, shape: ChartShape, palette: Palette, tint: str, strength: float) -> None:
    """Adds the look of a bar. The parts of one are told apart by a line in the colour of the page."""
    color = shape.tints.get(tint)
    properties = sub(parent, "c:spPr")
    page = shape.tints.get("page")
    palette.fill(properties, mixed(color, page, strength) if color and page else color)
    palette.line(properties, "a:ln", Stroke(page, 1) if page and color and shape.chart.kind == "stack" else None)


def mixed(color: Color, page: Color, strength: float) -> Color:
    """A colour on that of the page."""
    if strength == 1:
        return color
    pairs = [(int(color.rgb[at : at + 2], 16), int(page.rgb[at : at + 2], 16)) for at in (0, 2, 4)]
    parts = [round(own * strength + behind * (1 - strength)) for own, behind in pairs]
    return Color("".join(f"{part:02x}" for part in parts), color.alpha)


def _marker(parent: Element, one: ChartSeries, tint: str, shape: ChartShape, palette: Palette, larger: int = 0) -> None:
    """Adds the sign of points. LibreOffice takes the colour of a single one only if it is larger or smaller."""
    made = sub(parent, "c:marker")
    color, page = shape.tints.get(tint), shape.tints.get("page")
    if one.marker is None or color is None:
        sub(made, "c:symbol", val="none")
        return
    kind = one.marker % len(MARKERS)
    sub(made, "c:symbol", val=MARKERS[kind])
    sub(made, "c:size", val=max(2, int(one.marker_size * POINT) - 1 + larger))
    properties = sub(made, "c:spPr")
    hollow = kind == RING and not one.line
    palette.fill(properties, page if hollow else color)
    rim = Stroke(color, 3) if hollow or MARKERS[kind] == "plus" else Stroke(page, 1.5) if page else None
    palette.line(properties, "a:ln", rim if not one.line or hollow else None)


def _labels(made: Element, one: ChartSeries, shape: ChartShape, palette: Palette) -> None:
    """Adds the labels: those that differ from what most have one by one."""
    labels = sub(made, "c:dLbls")
    shown = [label for label in one.labels if label is not None]
    if not shown:
        sub(labels, "c:delete", val=1)
        return
    general = common_format(one)
    usual = shown[0] if shape.chart.kind != "points" else None
    for index, (label, value) in enumerate(zip(one.labels, one.values, strict=True)):
        if usual is not None and label is None:
            point = sub(labels, "c:dLbl")
            sub(point, "c:idx", val=index)
            sub(point, "c:delete", val=1)
        elif label is not None and value is not None:
            _label(labels, index, label, value, general, one.name, shape, palette)
    if usual is not None:
        sub(labels, "c:numFmt", formatCode=general, sourceLinked=0)
        _no_ground(labels, palette)
        axis_text(labels, palette, shape.tints.get(usual.tint), usual.size, usual.bold, "none")
        sub(labels, "c:dLblPos", val=PLACES[usual.place])
    _shows(labels, value=usual is not None, name=False)
    extension = sub(sub(labels, "c:extLst"), "c:ext", uri=LEADERS)
    sub(extension, "c15:showLeaderLines", val=0)


def _label(
    labels: Element,
    index: int,
    label: ChartLabel,
    value: float,
    general: str,
    name: str,
    shape: ChartShape,
    palette: Palette,
) -> None:
    made = sub(labels, "c:dLbl")
    sub(made, "c:idx", val=index)
    color = shape.tints.get(label.tint) or Color("808080")
    x, y = (move / side for move, side in zip(label.shift, shape.chart.size, strict=True))
    if abs(label.shift[0]) + abs(label.shift[1]) > 3:
        layout = sub(sub(made, "c:layout"), "c:manualLayout")
        sub(layout, "c:x", val=f"{x:.5f}")
        sub(layout, "c:y", val=f"{y:.5f}")
    found = number_format(label.text, value)
    written = found is None if not label.fixed else not label.named
    if written:
        body = sub(sub(made, "c:tx"), "c:rich")
        sub(body, "a:bodyPr", wrap="none")
        sub(body, "a:lstStyle")
        paragraph = sub(body, "a:p")
        run = sub(paragraph, "a:r")
        text_look(sub(run, "a:rPr", lang="en-US"), palette, color, label.size, label.bold)
        sub(run, "a:t").text = clean(f"{name} {label.text}" if label.named else label.text)
    else:
        sub(made, "c:numFmt", formatCode=found or general, sourceLinked=0)
    _no_ground(made, palette)
    if not written:
        axis_text(made, palette, color, label.size, label.bold, "none")
    sub(made, "c:dLblPos", val=PLACES[label.place])
    _shows(made, value=not (label.named and label.fixed), name=label.named)


def _no_ground(parent: Element, palette: Palette) -> None:
    properties = sub(parent, "c:spPr")
    palette.fill(properties, None)
    palette.line(properties, "a:ln", None)


def _shows(parent: Element, *, value: bool, name: bool) -> None:
    """Adds what a label says: its number, the name of its series, or both."""
    shown = {"LegendKey": False, "Val": value, "CatName": False, "SerName": name, "Percent": False, "BubbleSize": False}
    for what, yes in shown.items():
        sub(parent, f"c:show{what}", val=yes)
    if value and name:
        sub(parent, "c:separator").text = " "


def _key(parent: Element, shape: ChartShape, palette: Palette) -> None:
    """Adds the key of the series, above the plot."""
    chart = shape.chart
    made = sub(parent, "c:legend")
    sub(made, "c:legendPos", val="t")
    wide = sum(text_width(one.name, SIZE, True) + SWATCH for one in chart.series)
    _layout(made, chart, (0, 0, min(chart.size[0], wide * 1.1), SIZE * 1.5))
    sub(made, "c:overlay", val=0)
    axis_text(made, palette, shape.tints.get("ink"), SIZE, True)
