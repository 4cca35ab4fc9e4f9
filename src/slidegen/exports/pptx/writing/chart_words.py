"""What stands in a chart beside its data: words, lines and areas. They are in the chart, and move with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from slidegen.exports.pptx.chart import ChartArea, ChartLine, ChartWords
from slidegen.exports.pptx.scene import ChartShape, Color, Stroke
from slidegen.exports.pptx.writing.text import clean
from slidegen.exports.pptx.writing.xml import Palette, element, emu, named, points, sub
from slidegen.figures.type import text_width

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

TYPE: Final = "application/vnd.openxmlformats-officedocument.drawingml.chartshapes+xml"
RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chartUserShapes"
LEADING: Final = 1.3
"""The height of a line of words over the size of their type."""
COVER: Final = 0.7
"""The same for words that hide what is behind them: not the lines above and below."""
ROOM: Final = 1.1
"""How much wider another font may be than the theme's."""
ALIGN: Final = {"start": "l", "middle": "ctr", "end": "r"}
Part = ChartWords | ChartLine | ChartArea


def drawn_parts(shape: ChartShape, ticks: Sequence[Part], palette: Palette, lang: str) -> bytes | None:
    """The drawing of a chart with everything that is not data, areas first; None if there is nothing. `ticks` are
    those that PowerPoint's axes cannot have."""
    from lxml import etree

    chart = shape.chart
    parts: list[Part] = [*ticks, *chart.areas, *chart.lines, *chart.words]
    if not parts:
        return None
    root = element("c:userShapes")
    for number, part in enumerate(parts, start=2):
        _part(root, part, number, shape, palette, lang)
    scaled(root, shape.scale)
    etree.cleanup_namespaces(root)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def scaled(root: Element, scale: float) -> Element:
    """Changes the sizes of type of a chart that is shown larger or smaller than it is laid out, and the lengths of what
    is drawn in it; all else are shares of the chart. Returns it."""
    for node in root.iter() if scale != 1 else ():
        for name in ("sz", "x", "y", "cx", "cy"):
            if name in node.attrib and (name == "sz" or node.tag in (named("a:off"), named("a:ext"))):
                node.set(name, str(round(int(node.get(name, "0")) * scale)))
    return root


def _part(root: Element, part: Part, number: int, shape: ChartShape, palette: Palette, lang: str) -> None:
    left, top, right, bottom = _box(part)
    color = shape.tints.get(part.tint) or Color("808080")
    if isinstance(part, ChartLine):
        made = _anchored(root, (left, top, right, bottom), shape, "cxnSp")
        flip = (part.end[0] < part.start[0]) != (part.end[1] < part.start[1])
        _identity(made, "CxnSp", number, f"Line {number}")
        properties = sub(made, "cdr:spPr")
        _place(properties, (left, top, right, bottom), flip=flip)
        sub(sub(properties, "a:prstGeom", prst="line"), "a:avLst")
        palette.line(properties, "a:ln", Stroke(color, part.width))
        if part.dashed:
            sub(properties[-1], "a:prstDash", val="dash")
        return
    made = _anchored(root, (left, top, right, bottom), shape, "sp")
    text = isinstance(part, ChartWords)
    _identity(made, "Sp", number, f"{'Text' if text else 'Area'} {number}", text=text)
    properties = sub(made, "cdr:spPr")
    _place(properties, (left, top, right, bottom))
    round_ = isinstance(part, ChartArea) and part.round
    sub(sub(properties, "a:prstGeom", prst="ellipse" if round_ else "rect"), "a:avLst")
    if isinstance(part, ChartArea):
        faint = Color(color.rgb, round(color.alpha * part.opacity, 3))
        palette.fill(properties, None if part.outline else faint)
        palette.line(properties, "a:ln", Stroke(color, part.outline) if part.outline else None)
        return
    palette.fill(properties, shape.tints.get("page") if part.over else None)
    _text(made, part, color, palette, lang)


def _box(part: Part) -> tuple[float, float, float, float]:
    """Its sides."""
    if isinstance(part, ChartArea):
        return part.left, part.top, part.right, part.bottom
    if isinstance(part, ChartLine):
        (x1, y1), (x2, y2) = part.start, part.end
        return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
    high = part.size * (COVER if part.over else LEADING)
    wide = text_width(part.text, part.size, part.bold) * ROOM
    left = part.x - {"start": 0.0, "middle": wide / 2, "end": wide}[part.anchor]
    return left, part.y - high / 2, left + wide, part.y + high / 2


def _anchored(root: Element, sides: tuple[float, float, float, float], shape: ChartShape, kind: str) -> Element:
    """A new shape at a place that is a share of the chart."""
    wide, high = shape.chart.size
    anchor = sub(root, "cdr:relSizeAnchor")
    for name, (x, y) in (("from", sides[:2]), ("to", sides[2:])):
        end = sub(anchor, f"cdr:{name}")
        sub(end, "cdr:x").text = f"{min(1.0, max(0.0, x / wide)):.5f}"
        sub(end, "cdr:y").text = f"{min(1.0, max(0.0, y / high)):.5f}"
    made = sub(anchor, f"cdr:{kind}", macro="")
    if kind == "sp":
        made.set("textlink", "")
    return made


def _identity(made: Element, kind: str, number: int, name: str, *, text: bool = False) -> None:
    outer = sub(made, f"cdr:nv{kind}Pr")
    sub(outer, "cdr:cNvPr", id=number, name=name)
    sub(outer, f"cdr:cNv{kind}Pr", txBox=True if text else None)


def _place(properties: Element, sides: tuple[float, float, float, float], *, flip: bool = False) -> None:
    left, top, right, bottom = sides
    made = sub(properties, "a:xfrm", flipV=flip or None)
    sub(made, "a:off", x=emu(left), y=emu(top))
    sub(made, "a:ext", cx=emu(right - left), cy=emu(bottom - top))


def _text(made: Element, part: ChartWords, color: Color, palette: Palette, lang: str) -> None:
    body = sub(made, "cdr:txBody")
    inner = sub(body, "a:bodyPr", wrap="none", lIns=0, tIns=0, rIns=0, bIns=0, rtlCol=False, anchor="ctr")
    sub(inner, "a:noAutofit")
    sub(body, "a:lstStyle")
    paragraph = sub(body, "a:p")
    sub(paragraph, "a:pPr", algn=ALIGN[part.anchor])
    run = sub(paragraph, "a:r")
    text_look(sub(run, "a:rPr", lang=lang), palette, color, part.size, part.bold)
    sub(run, "a:t").text = clean(part.text)


def text_look(properties: Element, palette: Palette, color: Color, size: float, bold: bool) -> None:
    """Writes size, weight, colour and font into the properties of a run or of a default."""
    properties.set("sz", points(size))
    properties.set("b", "1" if bold else "0")
    palette.fill(properties, color)
    for script, end in (("latin", "lt"), ("ea", "ea"), ("cs", "cs")):
        sub(properties, f"a:{script}", typeface=f"+mn-{end}")


def add_drawing(part: Any, content: bytes, number: int) -> str:
    """Adds the drawing to the part of a chart and returns its relationship."""
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI

    drawing = Part(PackURI(f"/ppt/drawings/drawing{number}.xml"), TYPE, part.package, content)
    found: str = part.relate_to(drawing, RELATION)
    return found
