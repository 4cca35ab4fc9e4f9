"""Turns the drawing of an engine into one for the record: each element has its own style, in the theme's colours, and
nothing is left that runs, loads or names anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final
from xml.etree import ElementTree as ET

from slidegen.colors import contrast, parse_color
from slidegen.diagrams.base import SVG, DiagramError
from slidegen.diagrams.palette import themed

XLINK: Final = "{http://www.w3.org/1999/xlink}href"
OF_STYLE: Final = (
    "fill stroke stroke-width stroke-dasharray stroke-linecap stroke-linejoin opacity fill-opacity "
    "stroke-opacity font-size font-weight font-style text-anchor dominant-baseline alignment-baseline "
    "text-decoration display visibility marker-start marker-mid marker-end stop-color stop-opacity paint-order"
)
STYLES: Final = frozenset(OF_STYLE.split())
"""The properties of a style that a drawing keeps, as attributes."""
OF_SHAPE: Final = (
    "x y x1 y1 x2 y2 cx cy r rx ry dx dy d points width height transform viewBox refX refY markerUnits "
    "markerWidth markerHeight orient gradientUnits gradientTransform offset id href rotate textLength "
    "lengthAdjust clip-path preserveAspectRatio data-part"
)
GEOMETRY: Final = frozenset(OF_SHAPE.split())
OF_DRAWING: Final = (
    "svg g defs marker path rect circle ellipse line polyline polygon text tspan title desc a "
    "lineargradient radialgradient stop clippath"
)
ELEMENTS: Final = frozenset(OF_DRAWING.split())
"""What a drawing is made of. Everything else is left out with what it holds."""
READ: Final = STYLES | {"transform"}
TURNED: Final = re.compile(r"rotate\((-?[\d.]+)deg\)\s*scale\(([\d.]+),\s*([\d.]+)\)")
ORIGIN: Final = re.compile(r"(-?[\d.]+)px (-?[\d.]+)px")
SHAPES: Final = frozenset({"rect", "circle", "ellipse", "polygon", "path"})
COLORED: Final = frozenset({"fill", "stroke", "stop-color"})
REFERENCE: Final = re.compile(r"url\(\s*[\"']?#([^()\"'\s]+)[\"']?\s*\)")
LINKED: Final = re.compile(r"https?://", re.IGNORECASE)
NUMBER: Final = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
IMPORTANT: Final = re.compile(r"\s*!\s*important\s*\Z", re.IGNORECASE)
UNMATCHED: Final = re.compile(r"::|:hover|:root|:focus|:active|@")
SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)(?:px)?")
LEAST: Final = 18.0
"""The least size of text in a drawing, in its pixels, whatever its engine says."""
MAX_SIZE: Final = 100_000
"""The most pixels of a drawing in either direction."""
MAX_NOTES: Final = 500
"""The most characters of an engine's warnings."""
TITLE: Final = 24.0
"""The size of text in other units: that of titles, as 4ex."""
MAX_ELEMENTS: Final = 20_000
"""The most elements of a drawing."""

Parts = Callable[[Iterable[ET.Element]], Mapping[ET.Element, str]]
Weight = tuple[int, int, int, int, int]


def recorded(
    svg: str,
    kind: str,
    parts: Parts,
    adjust: Callable[[ET.Element], None] | None = None,
    notes: Iterable[str] = (),
) -> str:
    """Returns the drawing for the record. `kind` is that of the diagram, as its engine names it; `parts` names the
    parts of its elements, and `adjust` changes what is left of each. `notes` are the warnings of the engine.

    Raises:
        DiagramError: the drawing is too large, or it cannot be read.
    """
    try:
        root = ET.fromstring(svg)
    except ET.ParseError as error:
        raise DiagramError(f"what the engine draws cannot be read: {error}") from None
    if box_of(root) is None:
        raise DiagramError("it has no drawing, or one that is too large; make it smaller", code="limit")
    elements = list(root.iter())
    if len(elements) > MAX_ELEMENTS:
        raise DiagramError(f"a drawing of {len(elements):,} parts is too large; make it smaller", code="limit")
    styled, named = _styled(svg, elements), parts(elements)
    for element in elements:
        _restyle(element, styled.get(element, {}), named.get(element, ""))
    _strip(root)
    if adjust is not None:
        for element in list(root.iter()):
            adjust(element)
    _legible(root)
    root.set("data-kind", re.sub(r"[^\w-]", "", kind))
    if told := "\n".join(filter(None, notes)):
        root.set("data-notes", told[:MAX_NOTES])
    _name_again(root)
    ET.register_namespace("", SVG)
    return ET.tostring(root, encoding="unicode", short_empty_elements=True)


def box_of(root: ET.Element) -> tuple[float, float] | None:
    """The width and the height of a drawing; None if it has none that can be shown."""
    try:
        _, _, width, height = (float(part) for part in re.split(r"[\s,]+", root.get("viewBox", "").strip()))
    except ValueError:
        return None
    return (width, height) if 1 <= width <= MAX_SIZE and 1 <= height <= MAX_SIZE else None


def plain_name(element: ET.Element) -> str:
    """The name of an element without its namespace, in lower case."""
    return str(element.tag).rpartition("}")[2].lower()


def _styled(svg: str, elements: list[ET.Element]) -> Mapping[ET.Element, Mapping[str, str]]:
    """The style that the drawing's own style sheets give to each element."""
    sheets = ["".join(element.itertext()) for element in elements if plain_name(element) == "style"]
    found: dict[ET.Element, dict[str, tuple[Weight, str]]] = {}
    if sheets:
        from selectolax.lexbor import LexborHTMLParser

        tree = LexborHTMLParser(svg)
        top = tree.css_first("svg")
        nodes = [] if top is None else [node for node in top.traverse() if node.is_element_node]
        if len(nodes) != len(elements):
            raise DiagramError("what the engine draws holds HTML; write labels without tags")
        by_node = {node.mem_id: element for node, element in zip(nodes, elements, strict=True)}
        for order, (selector, declared) in enumerate(_rules(sheets)):
            for node in _matching(tree, selector):
                element = by_node.get(node.mem_id)
                if element is not None:
                    _add(found.setdefault(element, {}), declared, (0, *_specificity(selector), order))
    for element in elements:
        if own := element.get("style"):
            _add(found.setdefault(element, {}), _declarations(own), (1, 0, 0, 0, 0))
    return {element: {name: value for name, (_, value) in given.items()} for element, given in found.items()}


def _rules(sheets: Iterable[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    import tinycss2

    for sheet in sheets:
        for rule in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True):
            if rule.type != "qualified-rule":
                continue
            declared = _declarations(tinycss2.serialize(rule.content))
            for selector in tinycss2.serialize(rule.prelude).split(",") if declared else ():
                if not UNMATCHED.search(selector):
                    yield selector.strip(), declared


def _matching(tree: Any, selector: str) -> list[Any]:
    from selectolax.lexbor import SelectolaxError

    try:
        return list(tree.css(selector))
    except (SelectolaxError, ValueError):
        return []


def _declarations(text: str) -> dict[str, str]:
    pairs = (part.split(":", 1) for part in text.split(";") if ":" in part)
    return {name.strip().lower(): value.strip() for name, value in pairs if name.strip().lower() in READ}


def _specificity(selector: str) -> tuple[int, int, int]:
    plain = re.sub(r"\[[^\]]*\]", ".x", selector)
    return plain.count("#"), plain.count(".") + plain.count(":"), len(re.findall(r"(?:^|[\s>+~])[a-z]", plain))


def _add(given: dict[str, tuple[Weight, str]], declared: Mapping[str, str], weight: Weight) -> None:
    for name, value in declared.items():
        important = IMPORTANT.search(value) is not None
        own = (weight[0] + 2 * important, *weight[1:])
        if name not in given or given[name][0] <= own:
            given[name] = (own, IMPORTANT.sub("", value))


def _restyle(element: ET.Element, style: Mapping[str, str], part: str) -> None:
    """Writes the style of an element as attributes, and removes all attributes that a drawing does not need."""
    given = {**{key: value for key, value in element.attrib.items() if key in STYLES}, **style}
    kept = {key: value for key, value in element.attrib.items() if key in GEOMETRY}
    turned = TURNED.fullmatch(given.pop("transform", ""))
    if turned is not None and (origin := ORIGIN.fullmatch(element.get("transform-origin", ""))) is not None:
        x, y = origin.groups()  # a milestone is turned around its middle
        kept["transform"] = (
            f"translate({x} {y}) rotate({turned[1]}) scale({turned[2]} {turned[3]}) translate(-{x} -{y})"
        )
    if (target := element.get(XLINK) or element.get("href")) is not None:
        kept["href"] = target
    if part:
        kept["data-part"] = part
    for name, value in given.items():
        if value in ("", "inherit", "initial", "unset", "revert") or "NaN" in value:
            continue
        if name == "font-size":
            size = SIZE.fullmatch(value)
            value = str(TITLE if size is None else max(LEAST, float(size[1])))
        kept[name] = themed(value) if name in COLORED else value.removesuffix("px") if value[:1].isdigit() else value
    element.attrib.clear()
    element.attrib.update({key: NUMBER.sub(_rounded, value) for key, value in kept.items()})


def _rounded(match: re.Match[str]) -> str:
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")


def _strip(root: ET.Element) -> None:
    """Removes what a drawing may not hold, links that are no web addresses, and elements that show nothing."""
    for parent in reversed(list(root.iter())):  # children first: a group may become empty
        for child in list(parent):
            name = plain_name(child)
            if name not in ELEMENTS or child.get("display") == "none" or _is_empty(child, name):
                parent.remove(child)
            elif name == "a" and not LINKED.match(child.get("href", "")):
                child.attrib.pop("href", None)
                child.tag = f"{{{SVG}}}g"
            elif name != "a":
                child.attrib.pop("href", None)


def _contrasts(color: str) -> str | None:
    """Returns black or white for text on a colour that the deck gives; None for one of the theme."""
    ground = None if color.startswith(("var(", "color-mix(", "url(")) else parse_color(color)
    if ground is None:
        return None
    return max(("#111111", "#ffffff"), key=lambda words: contrast(parse_color(words) or ground, ground))


def _legible(root: ET.Element) -> None:
    """Makes words legible on a colour that the deck gives to what they stand on, in both schemes. They stand on the
    shape before them in their group that has a colour, else on that of the group around it."""
    pending: list[tuple[ET.Element, str | None]] = [(root, None)]
    while pending:
        group, words = pending.pop()
        for child in group:
            name, fill = plain_name(child), child.get("fill", "none")
            if name in ("g", "a"):
                pending.append((child, words))
            elif name == "text":
                for text in child.iter() if words is not None else ():
                    if text.get("fill", "var(").startswith("var("):
                        text.set("fill", words or "")
            elif name in SHAPES and fill not in ("none", "transparent"):
                words = _contrasts(fill)


def _is_empty(element: ET.Element, name: str) -> bool:
    if name == "rect":
        return not (element.get("width") and element.get("height")) or "0" in (
            element.get("width"),
            element.get("height"),
        )
    if name == "text":
        return not "".join(element.itertext()).strip()
    return name in ("g", "defs") and len(element) == 0


def _name_again(root: ET.Element) -> None:
    """Gives short ids to the elements that others name, and removes the other ids."""
    used: dict[str, str] = {}
    for element in root.iter():
        for value in element.attrib.values():
            for name in REFERENCE.findall(value):
                used.setdefault(name, str(len(used) + 1))
    for element in root.iter():
        if (name := element.get("id")) is not None:
            if name in used:
                element.set("id", used[name])
            else:
                del element.attrib["id"]
        for key, value in list(element.attrib.items()):
            if "url(" in value:
                element.set(key, REFERENCE.sub(lambda match: f"url(#{used[match[1]]})", value))
