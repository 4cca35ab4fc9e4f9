"""Helpers for the XML of a presentation: names, lengths, colours and fills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from slidegen.exports.pptx.scene import Box, Color, Gradient, Stroke

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

EMU: Final = 9525
"""English Metric Units in a CSS pixel: 914400 to the inch, of 96 pixels (ECMA-376, 20.1.10.16)."""
POINT: Final = 0.75
"""Points in a CSS pixel."""
NAMES: Final[Mapping[str, str]] = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "a14": "http://schemas.microsoft.com/office/drawing/2010/main",
    "adec": "http://schemas.microsoft.com/office/drawing/2017/decorative",
    "ahyp": "http://schemas.microsoft.com/office/drawing/2018/hyperlinkcolor",
    "asvg": "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "c15": "http://schemas.microsoft.com/office/drawing/2012/chart",
    "cdr": "http://schemas.openxmlformats.org/drawingml/2006/chartDrawing",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "p14": "http://schemas.microsoft.com/office/powerpoint/2010/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}


def emu(pixels: float) -> str:
    """A length in English Metric Units."""
    return str(round(pixels * EMU))


def points(pixels: float) -> str:
    """A size of type in hundredths of a point, to a tenth of a point."""
    return str(max(100, round(pixels * POINT * 10) * 10))


def named(name: str) -> str:
    """The name of an element or attribute, `a:p` for example, as lxml writes it."""
    prefix, _, local = name.rpartition(":")
    return f"{{{NAMES[prefix]}}}{local}" if prefix else local


def element(name: str, /, **attributes: Any) -> Element:
    """A new element. Attributes that are None are left out; `r_id` stands for `r:id`."""
    from lxml import etree

    prefix = name.partition(":")[0]
    made = etree.Element(named(name), nsmap={prefix: NAMES[prefix]})
    _set(made, attributes)
    return made


def sub(parent: Element, name: str, /, **attributes: Any) -> Element:
    """A new element at the end of another one. Attributes as for `element`."""
    from lxml import etree

    prefix = name.partition(":")[0]
    made = etree.SubElement(parent, named(name), nsmap={prefix: NAMES[prefix]})
    _set(made, attributes)
    return made


def _set(made: Element, attributes: Mapping[str, Any]) -> None:
    for key, value in attributes.items():
        if value is not None:
            name = named(key.replace("r_", "r:", 1)) if key.startswith("r_") else key
            made.set(name, "1" if value is True else "0" if value is False else str(value))


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of the theme, `rgb` to the name in the scheme: what has one of them follows the theme."""

    names: Mapping[str, str]

    def color(self, parent: Element, color: Color) -> None:
        """Adds a colour."""
        name = self.names.get(color.rgb)
        made = sub(parent, "a:schemeClr", val=name) if name else sub(parent, "a:srgbClr", val=color.rgb.upper())
        if color.alpha < 1:
            sub(made, "a:alpha", val=round(color.alpha * 100000))

    def fill(self, parent: Element, color: Color | None) -> None:
        """Adds a fill of one colour, or none."""
        if color is None:
            sub(parent, "a:noFill")
        else:
            self.color(sub(parent, "a:solidFill"), color)

    def gradient(self, parent: Element, gradient: Gradient) -> None:
        """Adds a fill that is a linear gradient. CSS counts its angle from the top, DrawingML from the right."""
        made = sub(parent, "a:gradFill", rotWithShape=True)
        stops = sub(made, "a:gsLst")
        for at, color in sorted(gradient.stops, key=lambda stop: stop[0]):
            self.color(sub(stops, "a:gs", pos=round(at * 100000)), color)
        sub(made, "a:lin", ang=round((gradient.angle - 90) % 360 * 60000), scaled=False)

    def line(self, parent: Element, name: str, stroke: Stroke | None) -> None:
        """Adds an outline, or the rule of a cell, under its element's name."""
        made = sub(parent, name, w=emu(stroke.width) if stroke else None)
        self.fill(made, stroke.color if stroke else None)


def transform(parent: Element, box: Box, name: str = "a:xfrm") -> None:
    """Adds the place of a shape. A side is at least one unit long."""
    made = sub(parent, name)
    sub(made, "a:off", x=emu(box.left), y=emu(box.top))
    sub(made, "a:ext", cx=emu(max(box.width, 1)), cy=emu(max(box.height, 1)))


def geometry(parent: Element, box: Box, radius: float = 0.0) -> None:
    """Adds the outline of a rectangle, with round corners if it has a radius."""
    made = sub(parent, "a:prstGeom", prst="roundRect" if radius > 0.3 else "rect")
    guides = sub(made, "a:avLst")
    if radius > 0.3:
        share = min(50000, round(radius / max(1e-6, min(box.width, box.height)) * 100000))
        sub(guides, "a:gd", name="adj", fmla=f"val {share}")
