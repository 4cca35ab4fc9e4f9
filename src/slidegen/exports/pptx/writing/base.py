"""The empty presentation in the look of a deck: theme, master, and six layouts with their placeholders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from slidegen.exports.pptx.scene import Box, Color, Look
from slidegen.exports.pptx.writing.arranging import LayoutName, Measures
from slidegen.exports.pptx.writing.xml import Palette, emu, named, points, sub, transform

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

KEPT: Final[Mapping[int, LayoutName]] = {
    0: "title",
    1: "content",
    2: "section",
    3: "two",
    5: "title-only",
    6: "blank",
}
"""Which of python-pptx's layouts are used, by their place in its template."""
ROLES: Final[Mapping[LayoutName, Mapping[int, str]]] = {
    "title": {0: "title", 1: "subtitle"},
    "content": {0: "title", 1: "body"},
    "section": {0: "title", 1: "body"},
    "two": {0: "title", 1: "body", 2: "second"},
    "title-only": {0: "title"},
    "blank": {},
}
FURNITURE: Final = {10: "date", 11: "footer", 12: "number"}
"""The placeholders at the bottom, by their index in every layout."""
SCHEME: Final = ("accent", "good", "warn", "bad", "quiet", "rule")
"""The colours that become the six accents of the theme."""
DEFAULT: Final = Color("808080")
SANS: Final = "020B0503030403020204"
"""The PANOSE number of Source Sans 3: where a font is not installed, PowerPoint takes one that is like this."""


def scheme(look: Look) -> dict[str, Color]:
    """The colours of PowerPoint's theme: text, background, the quiet ones, the accents and those of links."""
    colors = look.colors
    text, ground = colors.get("text", Color("000000")), colors.get("background", Color("ffffff"))
    accents = [colors.get(name, DEFAULT) for name in SCHEME]
    found = {
        "tx1": text,
        "bg1": ground,
        "tx2": colors.get("quiet", text),
        "bg2": colors.get("surface", ground),
        "hlink": accents[0],
        "folHlink": accents[0],
    }
    return found | {f"accent{number}": color for number, color in enumerate(accents, start=1)}


def palette(look: Look) -> Palette:
    """What colours of the deck follow the theme. Where several names have one colour, text and accent win."""
    order = [name for name in scheme(look) if name not in ("hlink", "folHlink")]
    return Palette({scheme(look)[name].rgb: name for name in reversed(order)})


def is_dark(look: Look) -> bool:
    """Whether text is lighter than its background."""
    colors = scheme(look)
    return _light(colors["tx1"]) > _light(colors["bg1"])


def _light(color: Color) -> float:
    red, green, blue = (int(color.rgb[at : at + 2], 16) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def empty_presentation(look: Look, measures: Measures, size: tuple[float, float]) -> tuple[Any, dict[LayoutName, Any]]:
    """Returns a python-pptx presentation without slides, and its layouts by name."""
    from pptx import Presentation
    from pptx.opc.constants import RELATIONSHIP_TYPE as RT

    made = Presentation()
    shape = made.part._element.find(named("p:sldSz"))
    shape.attrib.clear()
    for side, pixels in zip(("cx", "cy"), size, strict=True):
        shape.set(side, emu(pixels))
    package = made.part.package
    for key in [key for key, one in package._rels.items() if one.reltype.endswith("/thumbnail")]:
        package._rels.pop(key)
    for key in [key for key, one in made.part.rels.items() if one.reltype.endswith("/printerSettings")]:
        made.part.drop_rel(key)
    layouts: dict[LayoutName, Any] = {}
    for index, layout in reversed(list(enumerate(made.slide_layouts))):
        if index in KEPT:
            layouts[KEPT[index]] = layout
        else:
            made.slide_layouts.remove(layout)
    master = made.slide_master
    _theme(master.part.part_related_by(RT.THEME), look)
    _master(master, look, measures)
    for name, layout in layouts.items():
        _layout(layout, name, measures)
    return made, layouts


def _theme(part: Any, look: Look) -> None:
    """Writes the colours and fonts of the theme."""
    from lxml import etree

    tree = etree.fromstring(part.blob)
    tree.set("name", "slidegen")
    colors = tree.find(f".//{named('a:clrScheme')}")
    colors.set("name", "slidegen")
    dark = is_dark(look)
    pairs = (
        {"dk1": "bg1", "lt1": "tx1", "dk2": "bg2", "lt2": "tx2"}
        if dark
        else {"dk1": "tx1", "lt1": "bg1", "dk2": "tx2", "lt2": "bg2"}
    )
    found = scheme(look)
    for entry in colors:
        name = str(entry.tag).rpartition("}")[2]
        for child in list(entry):
            entry.remove(child)
        sub(entry, "a:srgbClr", val=found[pairs.get(name, name)].rgb.upper())
    fonts = tree.find(f".//{named('a:fontScheme')}")
    fonts.set("name", "slidegen")
    for kind, family in (("majorFont", look.heading_font), ("minorFont", look.text_font)):
        latin = fonts.find(f"{named(f'a:{kind}')}/{named('a:latin')}")
        latin.attrib.clear()
        latin.set("typeface", family)
        if family in look.sans:
            latin.set("panose", SANS)
            latin.set("pitchFamily", "34")
    part._blob = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _master(master: Any, look: Look, measures: Measures) -> None:
    tree = master._element
    if is_dark(look):
        names = {"bg1": "dk1", "tx1": "lt1", "bg2": "dk2", "tx2": "lt2"}
        for name, value in names.items():
            tree.find(named("p:clrMap")).set(name, value)
    places = {"title": "title", "body": "body", "dt": "date", "ftr": "footer", "sldNum": "number"}
    for shape in master.placeholders:
        kind = shape._element.find(f".//{named('p:ph')}").get("type", "body")
        _move(shape._element, measures.boxes["content", places[kind]])
        if places[kind] in FURNITURE.values():
            _furniture(shape._element, measures, places[kind], look.rtl)
        else:
            _insets(shape._element, "t")
    styles = tree.find(named("p:txStyles"))
    for one in list(styles):
        for child in list(one):
            one.remove(child)
    title, body = styles.find(named("p:titleStyle")), styles.find(named("p:bodyStyle"))
    _level(title, 1, measures.title_size, look, "+mj", bold=measures.title_bold)
    for level in range(1, 10):
        _level(body, level, measures.body_size * (1 if level == 1 else 24 / 28), look, "+mn", bullet=True)
    other = styles.find(named("p:otherStyle"))
    for level in range(1, 10):
        _level(other, level, measures.body_size, look, "+mn")


def _level(
    parent: Element, level: int, size: float, look: Look, face: str, *, bold: bool = False, bullet: bool = False
) -> None:
    """Adds the style of a level of text."""
    indent = 1.3 * size
    made = sub(
        parent,
        f"a:lvl{level}pPr",
        marL=emu(level * indent if bullet else 0),
        indent=emu(-indent if bullet else 0),
        algn="r" if look.rtl else "l",
        defTabSz=emu(96),
        rtl=look.rtl,
        eaLnBrk=True,
        latinLnBrk=False,
        hangingPunct=True,
    )
    sub(sub(made, "a:lnSpc"), "a:spcPct", val=95000 if face == "+mj" else 108000)
    sub(sub(made, "a:spcBef"), "a:spcPts", val=900 if bullet else 0)
    if bullet:
        sub(made, "a:buFont", typeface="Arial")
        sub(made, "a:buChar", char="•")
    else:
        sub(made, "a:buNone")
    properties = sub(made, "a:defRPr", sz=points(size), b=bold, kern=1200)
    sub(sub(properties, "a:solidFill"), "a:schemeClr", val="tx1")
    for script, end in (("latin", "lt"), ("ea", "ea"), ("cs", "cs")):
        sub(properties, f"a:{script}", typeface=f"{face}-{end}")


def _layout(layout: Any, name: LayoutName, measures: Measures) -> None:
    """Puts the placeholders of a layout where slides have them, and takes out what the template says of their look."""
    for shape in list(layout.placeholders):
        index = shape.placeholder_format.idx
        role = ROLES[name].get(index) or FURNITURE.get(index)
        box = measures.boxes.get((name, role or ""))
        if role is None or box is None:
            shape._element.getparent().remove(shape._element)
            continue
        _move(shape._element, box)
        if index in FURNITURE:
            continue
        styles = shape._element.find(f".//{named('a:lstStyle')}")
        for child in list(styles):
            styles.remove(child)
        if (name, role) in (("title", "subtitle"), ("section", "body")):
            level = sub(styles, "a:lvl1pPr", marL="0", indent="0")
            sub(level, "a:buNone")
        _insets(shape._element, "t")


def _move(shape: Element, box: Box) -> None:
    properties = shape.find(named("p:spPr"))
    old = properties.find(named("a:xfrm"))
    if old is not None:
        properties.remove(old)
    transform(properties, box)
    properties.insert(0, properties[-1])


def _insets(shape: Element, anchor: str) -> None:
    body = shape.find(f".//{named('a:bodyPr')}")
    for child in list(body):
        body.remove(child)
    for side in "ltrb":
        body.set(f"{side}Ins", "0")
    body.set("anchor", anchor)
    sub(body, "a:normAutofit")


def _furniture(shape: Element, measures: Measures, role: str, rtl: bool) -> None:
    """Writes the look of the footer, the date or the number."""
    _insets(shape, "t")
    styles = shape.find(f".//{named('a:lstStyle')}")
    for child in list(styles):
        styles.remove(child)
    ends = "l" if (role == "footer") != rtl else "r"
    level = sub(styles, "a:lvl1pPr", algn=ends)
    properties = sub(level, "a:defRPr", sz=points(measures.footer_size))
    sub(sub(properties, "a:solidFill"), "a:schemeClr", val="tx2")
