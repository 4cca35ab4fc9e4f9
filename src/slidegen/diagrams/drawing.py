"""A drawing of the record as a figure. A stranger's record may hold anything: what is no plain drawing is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from html import escape
from typing import Final
from xml.etree import ElementTree as ET

from slidegen.diagrams.base import FONT_SIZE, SVG, DiagramError
from slidegen.diagrams.styling import (
    ELEMENTS,
    GEOMETRY,
    LINKED,
    MAX_ELEMENTS,
    MAX_NOTES,
    REFERENCE,
    STYLES,
    box_of,
    plain_name,
)
from slidegen.figures.svg import number
from slidegen.pictures import Drawing, Frame

MAX_SCALE: Final = 1.4
"""How much a small drawing is enlarged: its text is then as large as that of the slide."""
MAX_GIVEN: Final = 2.0
"""The same if the deck gives a size."""
PHONE: Final = 500.0
"""Frames that are narrower are those of a phone, on which a wide drawing scrolls."""
PHONE_SIZE: Final = 15.5
ALLOWED: Final = GEOMETRY | STYLES | {"data-kind"}
VALUE: Final = re.compile(r"[^<>\\;@{}]*")
CALL: Final = re.compile(r"([\w-]+)\(")
OF_VALUE: Final = "url var color-mix rgb rgba hsl hsla matrix translate scale rotate skewX skewY calc"
CALLS: Final = frozenset(OF_VALUE.split())
PIXELS: Final = re.compile(r"(\d+(?:\.\d+)?)(?:px)?")
LENGTH: Final = re.compile(r"(\d+(?:\.\d+)?)(?:px|%)?")
NUMBER: Final = re.compile(r"(\d*\.?\d+)")
MAX_LENGTH: Final = 10_000
MAX_TEXT: Final = 600
"""The most characters of a description that is made of a drawing's words."""


class UnsafeDrawingError(Exception):
    """What the record holds is no drawing of slidegen's."""


@dataclass(frozen=True, slots=True)
class Size:
    """The size that a deck gives to a diagram: pixels, or a share of the width; `times` multiplies it."""

    width: float | None = None
    height: float | None = None
    share: float = 1.0
    times: float = 1.0

    def scale(self, width: float, height: float, frame: Frame) -> float:
        """By what a drawing is enlarged in a frame."""
        most = MAX_GIVEN if self.width or self.height or self.share < 1 else MAX_SCALE
        wide = min(frame.width * self.share, self.width or math.inf)
        return self.times * min(wide / width, min(frame.height, self.height or math.inf) / height, most)


def read_size(options: Mapping[str, str]) -> Size:
    """Reads `width`, `height` and `scale` of a fence. Raises DiagramError."""
    found: dict[str, float] = {}
    for name, pattern in (("width", LENGTH), ("height", PIXELS), ("scale", NUMBER)):
        if (value := options.get(name)) is None:
            continue
        match = pattern.fullmatch(value)
        if match is None or not 0 < float(match[1]) <= MAX_LENGTH:
            allowed = {"width": "400, 400px, 50%", "height": "300, 300px", "scale": "0.8"}[name]
            raise DiagramError(f"{name} {value!r} is not a size; write it as {allowed}")
        share = value.endswith("%")
        key = "times" if name == "scale" else "share" if share else name
        found[key] = min(1.0, float(match[1]) / 100) if share else float(match[1])
    return Size(**{**found, "times": min(1.0, found.get("times", 1.0))})


@dataclass(frozen=True, slots=True)
class DiagramPicture:
    """A drawing that fits every frame. `named` are the words for those who do not see it: a title and a description.
    `steps` has the step (from 1) at which each part appears, `notes` the warnings of its engine; the deck asks for a
    `size`."""

    root: ET.Element
    width: float
    height: float
    named: tuple[str, str]
    steps: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    size: Size = field(default_factory=lambda: Size())

    @property
    def parts(self) -> frozenset[str]:
        """The names of its parts, which steps can show."""
        return frozenset(filter(None, (element.get("data-part") for element in self.root.iter())))

    def draw(self, frame: Frame) -> Drawing:
        """Draws it as large as the frame allows, its text at most as large as that of the slide, or in its size."""
        scale = self.size.scale(self.width, self.height, frame)
        root = deepcopy(self.root)
        for element in root.iter():
            _name(element, frame.prefix)
        if self.steps and frame.steps:
            _step(root, self.steps)
        width, height = self.width * scale, self.height * scale
        root.attrib.clear()
        attributes = {
            "class": "chart diagram",
            "viewBox": self.root.get("viewBox", ""),
            "width": number(width),
            "height": number(height),
            "role": "img",
            "aria-labelledby": f"{frame.prefix}-t {frame.prefix}-d" if self.named[1] else f"{frame.prefix}-t",
            "font-size": self.root.get("font-size", str(FONT_SIZE)),
            "fill": self.root.get("fill", "var(--text)"),
        }
        if frame.width < PHONE and scale * FONT_SIZE < PHONE_SIZE:
            attributes["style"] = f"min-width: {number(self.width * PHONE_SIZE / FONT_SIZE)}px"
        ET.register_namespace("", SVG)
        inside = "".join(ET.tostring(child, encoding="unicode") for child in root).replace(f' xmlns="{SVG}"', "")
        title, text = self.named
        words = f'<title id="{frame.prefix}-t">{escape(title, quote=False)}</title>'
        words += f'<desc id="{frame.prefix}-d">{escape(text, quote=False)}</desc>' if text else ""
        head = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
        return Drawing(f"<svg{head}>{words}{inside}</svg>")


def read_drawing(svg: str, alt: str | None, caption: str | None, kind: str) -> DiagramPicture:
    """Reads a drawing of the record. Its title is `alt`, else its own, else the `caption`, else its `kind`.

    Raises:
        UnsafeDrawingError: it is not one that slidegen wrote.
    """
    root = _checked(svg)
    box = box_of(root)
    if box is None:
        raise UnsafeDrawingError("it has no size")
    own = {
        plain_name(child): "".join(child.itertext()).strip() for child in root if plain_name(child) in ("title", "desc")
    }
    for child in [child for child in root if plain_name(child) in ("title", "desc")]:
        root.remove(child)
    words = " ".join(" ".join("".join(text.itertext()).split()) + "," for text in root.iter(f"{{{SVG}}}text"))[:-1]
    spoken = words if len(words) <= MAX_TEXT else f"{words[:MAX_TEXT].rsplit(' ', 1)[0]} …"
    title = alt or own.get("title") or caption or _title(root.get("data-kind") or kind)
    notes = tuple(filter(None, root.get("data-notes", "")[:MAX_NOTES].split("\n")))
    return DiagramPicture(root, *box, (title, own.get("desc") or ("" if alt else spoken)), notes=notes)


def _title(kind: str) -> str:
    """The name of a kind of diagram in words."""
    plain = re.sub(r"(?:-v2|-beta|Diagram|Chart|-elk)+\Z", "", kind)
    named = {"flowchart": "Flowchart", "gitGraph": "Git graph", "er": "Entity relationship diagram", "dot": "Graph"}
    return named.get(plain) or f"{plain[:1].upper()}{plain[1:]} diagram"


def _checked(svg: str) -> ET.Element:
    if "<!" in svg or "<?" in svg:
        raise UnsafeDrawingError("it declares something")
    try:
        root = ET.fromstring(svg)
    except (ET.ParseError, ValueError) as error:
        raise UnsafeDrawingError(f"it is not valid SVG: {error}") from None
    if root.tag != f"{{{SVG}}}svg":
        raise UnsafeDrawingError("it is not SVG")
    pending = [(root, 0)]
    count = 0
    while pending:
        element, depth = pending.pop()
        count += 1
        if count > MAX_ELEMENTS or depth > 100:
            raise UnsafeDrawingError("it is too large")
        if not str(element.tag).startswith(f"{{{SVG}}}") or plain_name(element) not in (
            *ELEMENTS,
            *(("svg",) if depth == 0 else ()),
        ):
            raise UnsafeDrawingError(f"<{plain_name(element)}> is not allowed in it")
        for key, value in element.attrib.items():
            _check_attribute(element, key, value)
        pending += [(child, depth + 1) for child in element]
    return root


def _check_attribute(element: ET.Element, key: str, value: str) -> None:
    if key == "href":
        if plain_name(element) != "a" or not LINKED.match(value):
            raise UnsafeDrawingError(f"it refers to {value[:60]!r}")
        return
    if key in ("data-part", "data-notes"):
        return
    plain = REFERENCE.sub("", value)
    if key not in ALLOWED or not VALUE.fullmatch(plain) or not CALLS.issuperset(CALL.findall(plain)) or "url(" in plain:
        raise UnsafeDrawingError(f"the attribute {key!r} is not allowed in it")


def _name(element: ET.Element, prefix: str) -> None:
    """Makes the ids of an element, and those that it names, unique on the page. Links open outside the slides."""
    for key, value in list(element.attrib.items()):
        if key == "id":
            element.set(key, f"{prefix}-{value}")
        elif "url(" in value:
            element.set(key, REFERENCE.sub(lambda match: f"url(#{prefix}-{match[1]})", value))
    if plain_name(element) == "a":
        element.set("target", "_blank")
        element.set("rel", "noopener noreferrer")


def _step(root: ET.Element, steps: Mapping[str, int]) -> None:
    """Puts the parts that appear after the first step into fragments. A part is no fragment itself: where all fragments
    are shown, style sheets take their transformations away, which say where a part stands."""
    for parent in list(root.iter()):
        for at, part in enumerate(list(parent)):
            step = steps.get(part.get("data-part", ""), 1)
            if step > 1:
                group = ET.Element(f"{{{SVG}}}g", {"class": "fragment", "data-fragment-index": str(step - 2)})
                group.append(part)
                parent[at] = group
