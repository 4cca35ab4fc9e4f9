"""Writes text boxes, panels and pictures, and what all shapes have: name, alternative text, place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from slidegen.exports.pptx.scene import Box, PanelShape, Paragraph, PictureShape, TextShape
from slidegen.exports.pptx.writing.context import SlideWriter
from slidegen.exports.pptx.writing.room import ROOM
from slidegen.exports.pptx.writing.text import Default, clean, has_formula, write_paragraphs
from slidegen.exports.pptx.writing.xml import NAMES, element, emu, geometry, sub, transform

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

DECORATIVE: Final = "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"
"""The extension of a shape that says nothing: a screen reader leaves it out."""
LOADS: Final = re.compile(
    r"""<script|<foreignObject|@import|\bon[a-z]+\s*=|(?:href\s*=\s*["']?|url\(\s*["']?)(?!\s*(?:#|data:image/))""",
    re.I,
)
"""What an SVG may not have: scripts, and what it loads. Its PNG is enough then."""
SVG: Final = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
"""The extension of a picture that has an SVG besides."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A placeholder of the layout that a shape takes: its type, its index, its box there, and its text's look. Text in
    one of somebody else's template is as much smaller as `shrunk` says, so that it fits."""

    type: str
    index: int | None
    box: Box | None
    default: Default
    size: str | None = None
    shrunk: float = 1.0


def identity(parent: Element, kind: str, number: int, name: str, alt: str = "", *, decorative: bool = False) -> Element:
    """Adds the properties of a shape that are not seen: `kind` is "sp", "pic" or "graphicFrame". Returns `p:cNvPr`."""
    outer = sub(parent, f"p:nv{kind[0].upper()}{kind[1:]}Pr")
    made = sub(outer, "p:cNvPr", id=number, name=clean(name), descr=clean(alt) or None)
    if decorative:
        extension = sub(sub(made, "a:extLst"), "a:ext", uri=DECORATIVE)
        sub(extension, "adec:decorative", val=True)
    return made


def text_box(writer: SlideWriter, shape: TextShape, place: Placeholder | None) -> None:
    """Adds a text box, or fills a placeholder. With formulas it has a twin for programs that know no Office Math."""
    number = writer.new_id()

    def build(*, plain: bool) -> Element:
        made = element("p:sp")
        identity(made, "sp", number, _name(shape, number))
        outer = made[0]
        locks = sub(outer, "p:cNvSpPr", txBox=True if place is None else None)
        if place is not None:
            sub(locks, "a:spLocks", noGrp=True)
        inner = sub(outer, "p:nvPr")
        if place is not None:
            sub(inner, "p:ph", type=place.type or None, sz=place.size, idx=place.index)
        properties = sub(made, "p:spPr")
        if place is None or place.box is None or not _close(place.box, shape.box):
            transform(properties, shape.box)
        if place is None:
            geometry(properties, shape.box, shape.radius)
        if place is None or shape.fill:
            writer.palette.fill(properties, shape.fill)
        if place is None and shape.outline:
            writer.palette.line(properties, "a:ln", shape.outline)
        body = sub(made, "p:txBody")
        if place is not None and place.default.levels and place.box == shape.box:
            _following_body(body, place)
        else:
            _body(body, shape)
        free = Default(None, writer.look.colors.get("text"), font=writer.look.code_font if shape.code else "")
        default = place.default if place is not None else free
        write_paragraphs(writer, body, shape.paragraphs, default, plain=plain)
        return made

    with_fallback(writer, shape.paragraphs, build)
    whole = {paragraph.step for paragraph in shape.paragraphs}
    if len(whole) == 1 or shape.step is not None:
        writer.appears(number, shape.step if shape.step is not None else whole.pop(), text=True)
    else:
        for index, paragraph in enumerate(shape.paragraphs):
            writer.appears(number, paragraph.step, index)


def _following_body(body: Element, place: Placeholder) -> None:
    """Adds the properties of a body that has its insets and its anchor from the template."""
    made = sub(body, "a:bodyPr")
    share = round(place.shrunk * 100) * 1000
    sub(made, "a:normAutofit", fontScale=share if share < 100000 else None)
    sub(body, "a:lstStyle")


def with_fallback(writer: SlideWriter, paragraphs: Sequence[Paragraph], build: Callable[..., Element]) -> None:
    """Adds a shape; if there are formulas in its paragraphs, also its twin for programs that know no Office Math.
    `build` makes it, with `plain=True` as the twin."""
    if not has_formula(paragraphs):
        writer.tree.append(build(plain=True))
        return
    from lxml import etree

    holder = element("mc:AlternateContent")
    choice = etree.SubElement(holder, f"{{{NAMES['mc']}}}Choice", nsmap={"a14": NAMES["a14"]})
    choice.set("Requires", "a14")
    choice.append(build(plain=False))
    sub(holder, "mc:Fallback").append(build(plain=True))
    writer.tree.append(holder)


def _name(shape: TextShape, number: int) -> str:
    if shape.code:
        return f"Code {shape.name} {number}".replace("  ", " ")
    kind = {"title": "Title", "subtitle": "Subtitle", "body": "Content", "footer": "Footer", "number": "Slide Number"}
    return f"{kind.get(shape.role, 'Text')} {number}"


def _close(a: Box, b: Box) -> bool:
    return all(abs(getattr(a, side) - getattr(b, side)) < 1.5 for side in ("left", "top", "width", "height"))


def _body(body: Element, shape: TextShape) -> None:
    """Adds the properties of a text body. A line that needs most of its box does not wrap in a wider font."""
    top, right, bottom, left = shape.padding
    single = all(paragraph.lines == 1 for paragraph in shape.paragraphs)
    tight = any(p.extent * ROOM > p.box.width - 1 for p in shape.paragraphs)
    wraps = not (shape.code or (single and tight))
    made = sub(
        body,
        "a:bodyPr",
        wrap="square" if wraps else "none",
        lIns=emu(left),
        tIns=emu(top),
        rIns=emu(right),
        bIns=emu(bottom),
        rtlCol=False,
        anchor={"top": "t", "middle": "ctr", "bottom": "b"}[shape.anchor],
    )
    sub(made, "a:noAutofit")  # LibreOffice would make text smaller that fits
    sub(body, "a:lstStyle")


def panel(writer: SlideWriter, shape: PanelShape) -> None:
    """Adds a rectangle without text."""
    number = writer.new_id()
    made = sub(writer.tree, "p:sp")
    identity(made, "sp", number, f"Panel {number}", decorative=True)
    sub(made[0], "p:cNvSpPr")
    sub(made[0], "p:nvPr")
    properties = sub(made, "p:spPr")
    transform(properties, shape.box)
    geometry(properties, shape.box, shape.radius)
    if shape.gradient:
        writer.palette.gradient(properties, shape.gradient)
    else:
        writer.palette.fill(properties, shape.fill)
    writer.palette.line(properties, "a:ln", shape.outline)
    writer.appears(number, shape.step, text=True)


def picture(writer: SlideWriter, shape: PictureShape) -> None:
    """Adds a picture, with its SVG besides if it is a drawing."""
    number = writer.new_id()
    made = sub(writer.tree, "p:pic")
    known = identity(made, "pic", number, f"Picture {number}", shape.alt, decorative=not shape.alt)
    if shape.link:
        key, action = writer.link(shape.link)
        known.insert(0, element("a:hlinkClick", r_id=key, action=action))
    sub(sub(made[0], "p:cNvPicPr"), "a:picLocks", noChangeAspect=True)
    sub(made[0], "p:nvPr")
    fill = sub(made, "p:blipFill")
    blip(writer, fill, shape.data, shape.svg)
    if any(shape.crop):
        sides = {side: round(share * 100000) for side, share in zip("ltrb", shape.crop, strict=True) if share}
        sub(fill, "a:srcRect", **sides)
    sub(sub(fill, "a:stretch"), "a:fillRect")
    properties = sub(made, "p:spPr")
    transform(properties, shape.box)
    geometry(properties, shape.box, shape.radius)
    writer.appears(number, shape.step)


def blip(writer: SlideWriter, parent: Element, data: str, svg: str = "", opacity: float = 1.0) -> None:
    """Adds the reference to a picture's data, which is kept once in the file."""
    from pptx.opc.constants import RELATIONSHIP_TYPE as RT

    part = writer.slide.part
    _, key = part.get_or_add_image_part(BytesIO(decoded(data)))
    made = sub(parent, "a:blip", r_embed=key)
    if opacity < 1:
        sub(made, "a:alphaModFix", amt=round(opacity * 100000))
    if svg and not LOADS.search(svg):
        drawing = part.relate_to(_svg_part(writer, svg.encode()), RT.IMAGE)
        extension = sub(sub(made, "a:extLst"), "a:ext", uri=SVG)
        sub(extension, "asvg:svgBlip", r_embed=drawing)


def decoded(data: str) -> bytes:
    """The bytes of a `data:` address."""
    from base64 import b64decode
    from urllib.parse import unquote_to_bytes

    head, _, body = data.partition(",")
    return b64decode(body) if head.endswith(";base64") else unquote_to_bytes(body)


def _svg_part(writer: SlideWriter, content: bytes) -> Any:
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI

    if content not in writer.drawings:
        name = PackURI(f"/ppt/media/drawing{len(writer.drawings) + 1}.svg")
        writer.drawings[content] = Part(name, "image/svg+xml", writer.slide.part.package, content)
    return writer.drawings[content]
