"""Puts SVG files into the page as markup, so that they can use the theme's colours. Refuses what could do harm."""

from __future__ import annotations

import re
from typing import ClassVar
from xml.etree import ElementTree as ET

from slidegen.codes import Code

SVG = "http://www.w3.org/2000/svg"
XHTML = "{http://www.w3.org/1999/xhtml"
DRAWING = frozenset(
    [
        *(
            "svg",
            "g",
            "defs",
            "symbol",
            "use",
            "title",
            "desc",
            "path",
            "rect",
            "circle",
            "ellipse",
            "line",
            "polyline",
        ),
        *("polygon", "text", "tspan", "textpath", "image", "lineargradient", "radialgradient", "stop", "pattern"),
        *("clippath", "mask", "filter", "marker", "style", "switch", "view", "metadata"),
    ]
)
"""The allowed elements of an inlined SVG, besides filter primitives: no scripts, animations or links."""
REFERENCE = re.compile(r"url\(\s*['\"]?#([^()'\"\s]+)['\"]?\s*\)")
OUTSIDE = re.compile(r"url\((?!\s*['\"]?(?:#|data:))|@import|image-set\(|\\", re.IGNORECASE)
NUMBER = re.compile(r"\d+(\.\d+)?")
ID = re.compile(r"[^\w-]")


class SvgError(Exception):
    """An SVG cannot be inlined; the message says why."""

    code: ClassVar[Code] = "wrong-media"


def inline_svg(text: str, attributes: dict[str, str], prefix: str) -> str:
    """Returns the `<svg>` element of a file with the image's attributes. `prefix` makes its ids unique.

    Scripts, event handlers, foreign content and references to other files are refused, not silently dropped.

    Raises:
        SvgError: the text is not an SVG, or it has a document type declaration or anything of the above.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise SvgError("a document type declaration is not allowed in an inlined SVG")
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise SvgError(f"not valid SVG: {error}") from None
    if root.tag != f"{{{SVG}}}svg":
        raise SvgError("not an SVG file")
    prefix = ID.sub("-", prefix)
    for element in root.iter():
        _clean(element, prefix)
    _attach(root, attributes)
    ET.register_namespace("", SVG)
    try:
        markup = ET.tostring(root, encoding="unicode", short_empty_elements=True)
    except RecursionError:
        raise SvgError("its elements are nested too deeply") from None
    return markup.replace(f' xmlns="{SVG}"', "", 1)


def _clean(element: ET.Element, prefix: str) -> None:
    space, _, name = element.tag.rpartition("}")
    if not (name.lower() in DRAWING or re.match("fe[A-Z]", name)) and space in ("", f"{{{SVG}", XHTML):
        raise SvgError(f"<{name}> is not allowed in an inlined SVG")
    for key, value in list(element.attrib.items()):
        plain = key.rsplit("}", 1)[-1].lower()
        if plain.startswith("on"):
            raise SvgError(f"the event handler {plain} is not allowed in an inlined SVG")
        if plain in ("href", "src") and not value.startswith(("#", "data:image/")):
            raise SvgError(f"refers to {value!r}; an inlined SVG cannot load other files")
        if OUTSIDE.search(value):
            raise SvgError(f"{plain} refers to another file")
        if plain == "id":
            element.set(key, f"{prefix}-{value}")
        elif plain in ("href", "aria-labelledby", "aria-describedby") and not value.startswith("data:"):
            names = " ".join(f"{prefix}-{part.removeprefix('#')}" for part in value.split())
            element.set(key, f"#{names}" if value.startswith("#") else names)
        else:
            element.set(key, REFERENCE.sub(lambda m: f"url(#{prefix}-{m[1]})", value))
    if name.lower() == "style" and "".join(element.itertext()).strip():
        raise SvgError("<style> would reach the whole page; write style on the elements")


def _attach(root: ET.Element, attributes: dict[str, str]) -> None:
    width, height = (root.attrib.pop(side, "").removesuffix("px") for side in ("width", "height"))
    if root.get("viewBox") is None and NUMBER.fullmatch(width) and NUMBER.fullmatch(height):
        root.set("viewBox", f"0 0 {width} {height}")  # without one it would be cut, not scaled
    if attributes.get("preserveaspectratio"):
        root.set("preserveAspectRatio", attributes["preserveaspectratio"])
    root.set("class", " ".join(filter(None, (root.get("class"), attributes.get("class")))))
    if attributes.get("style"):
        root.set("style", attributes["style"])
    root.set("role", "img")
    if attributes.get("alt"):
        root.set("aria-label", attributes["alt"])
    if attributes.get("id"):
        root.set("id", attributes["id"])
