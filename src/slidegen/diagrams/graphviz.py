"""Graphviz: the real one, as WebAssembly in V8 (@viz-js/viz). It has neither files nor a network."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final
from xml.etree import ElementTree as ET

from slidegen.diagrams.base import FONT_SIZE, SVG, DiagramError, DiagramKind
from slidegen.diagrams.mermaid_parts import rows
from slidegen.diagrams.notes import graphviz_notes
from slidegen.diagrams.palette import HEX, MEANINGS
from slidegen.diagrams.styling import plain_name, recorded
from slidegen.limits import MAX_CODE
from slidegen.v8 import EngineError, call, graphviz_engine

VERSION: Final = "16.1.0"
"""The version of Graphviz in the package; a test holds it to the engine's own."""
SECONDS: Final = 20.0
PAUSE: Final = 0.01
"""Seconds between two questions whether the engine is compiled, which takes half a second."""
MAX_SOURCE: Final = MAX_CODE
SETTINGS: Final = 3
PLACE: Final = re.compile(r" in line (\d+)")
SPACES: Final = {"nodesep": 0.4, "ranksep": 0.7}
"""Inches between nodes: as much more than usual as the text is larger."""
WIDER: Final = 5
"""How many pixels larger text is laid out in a graph with Chinese, Japanese or Korean words, for which Graphviz leaves
too little space."""
KNOWN: Final = re.compile("width of non-ASCII|No such file|improper image")
"""Warnings that say nothing new."""
FAMILY: Final = "Helvetica"
"""Graphviz knows its widths; the typefaces of the looks are narrower."""


@cache
def _defaults(size: int) -> Mapping[str, Mapping[str, Any]]:
    """What holds unless the diagram says something else. `size` is that of text."""
    text = {"fontname": FAMILY, "fontsize": size, "fontcolor": HEX["ink"]}
    return {
        "graphAttributes": {"bgcolor": "transparent", "color": HEX["strong"], "pad": 0.1, **SPACES, **text},
        "nodeAttributes": {
            "style": "filled",
            "fillcolor": HEX["surface"],
            "color": HEX["strong"],
            "margin": "0.2,0.1",
            **text,
        },
        "edgeAttributes": {**text, "color": HEX["quiet"], "fontsize": size - 2},
    }


def version() -> tuple[str, str]:
    """Returns the name and the version of the engine."""
    return "graphviz", VERSION


def draw(source: str) -> str:
    """Draws a graph. Raises DiagramError."""
    if len(source) > MAX_SOURCE:
        raise DiagramError(f"{len(source):,} characters are too many; at most {MAX_SOURCE:,}", code="limit")
    size = FONT_SIZE + (WIDER if any(unicodedata.east_asian_width(sign) in "WF" for sign in source) else 0)
    engine = graphviz_engine()
    end = time.monotonic() + SECONDS
    try:
        call(engine, "slidegenBegin")
        while not (ready := call(engine, "slidegenReady")):
            if time.monotonic() > end:
                raise EngineError("does not start")
            time.sleep(PAUSE)
        if isinstance(ready, str):
            raise DiagramError(f"Graphviz does not start: {ready[:100]}", code="limit")
        status, svg, errors = call(engine, "slidegenGraph", source, _defaults(size), seconds=SECONDS)
    except EngineError:
        graphviz_engine.cache_clear()
        raise DiagramError(f"it takes longer than {SECONDS:g} s; make it smaller", code="limit") from None
    if status != "success":
        raise _mistake([str(one) for one in errors])
    notes = [str(one).partition("arning: ")[2] for one in errors if not KNOWN.search(str(one))]
    for at in (size, size - 2) if size != FONT_SIZE else ():
        svg = str(svg).replace(f'font-size="{at}.00"', f'font-size="{at - WIDER}.00"')
    return recorded(re.sub(r"<(?:\?xml|!DOCTYPE)[^>]*>", "", str(svg)), "dot", _parts, _adjust, notes)


def _adjust(element: ET.Element) -> None:
    """Takes the ground from what has no border: plain text."""
    shape = element.get("fill") == MEANINGS["surface"] and element.get("stroke") in ("none", "transparent")
    if shape and plain_name(element) in ("polygon", "ellipse", "path"):
        element.set("fill", "none")


def _mistake(errors: list[str]) -> DiagramError:
    first = next((one for one in errors if one.startswith("error")), errors[0] if errors else "it cannot be drawn")
    what = first.partition(": ")[2] or first
    place = PLACE.search(what)
    what = re.sub(r"\s+", " ", PLACE.sub("", what)).strip().rstrip(".")
    return DiagramError(what[:200], None if place is None else int(place[1]) - 1)


def _parts(elements: Iterable[ET.Element]) -> Mapping[ET.Element, str]:
    """The names of nodes and edges, which Graphviz writes as their titles."""
    found: dict[ET.Element, str] = {}
    for element in elements:
        if element.get("class") in ("node", "edge", "cluster"):
            for child in [child for child in element if plain_name(child) == "title"]:
                name = "".join(child.itertext())
                element.remove(child)
                found[element] = re.sub(r"^(.+?)(?::\w+)?(?:->|--)(.+?)(?::\w+)?$", r"\1-->\2", name)
        elif element.get("class") == "graph":
            for child in element.findall(f"{{{SVG}}}title"):
                element.remove(child)
    return found


GRAPHVIZ: Final = DiagramKind("graphviz", SETTINGS, version, draw, rows, graphviz_notes)
