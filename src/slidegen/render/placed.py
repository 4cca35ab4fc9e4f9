"""Puts what Jinja placed into the rendered HTML: values with their provenance, tables and drawings as figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from slidegen.marks import PLACED
from slidegen.model import PlacedFigure, PlacedTable, PlacedValue, ResolvedText
from slidegen.render import provenance
from slidegen.render.figure import figure_html
from slidegen.render.rooms import Space
from slidegen.render.table import table_html
from slidegen.units import typeset

RAW = r"<(?P<raw>script|style|textarea|title)\b[^>]*>.*?(?:</(?P=raw)\s*>|\Z)|<!--.*?(?:-->|\Z)"
"""Elements whose content is plain text to a browser, and comments."""
TAG = re.compile(rf"""{RAW}|<[a-zA-Z/!](?:[^"'<>]|"[^"]*"|'[^']*')*>""", re.DOTALL | re.IGNORECASE)
ALONE = re.compile(rf"<p([^>]*)>\s*({PLACED.pattern.pattern})\s*</p>")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: `name` is that of its slide, with a letter for notes and footers. Figures have the room that
    `spaces` gives to their marks, else `whole`, and are drawn for a `phone`, too, if the output has a view for one."""

    name: str
    whole: Space
    spaces: Mapping[int, Space] = field(default_factory=dict)
    phone: bool = False


def insert_placed(html: str, text: ResolvedText, place: Place) -> str:
    """`html` with every mark replaced: in attributes by plain text, elsewhere by HTML."""
    if PLACED.opening not in html:
        return html
    html = ALONE.sub(lambda match: _unwrapped(match, text), html)
    parts = []
    at = 0
    svg = 0
    for tag in TAG.finditer(html):
        parts.append(_between(html[at : tag.start()], text, place, svg > 0))
        parts.append(PLACED.replace(tag[0], lambda index: escape(_plain(text, index))))
        svg += (tag[0][:4].lower() == "<svg") - (tag[0][:5].lower() == "</svg")
        at = tag.end()
    parts.append(_between(html[at:], text, place, svg > 0))
    return "".join(parts)


def _between(html: str, text: ResolvedText, place: Place, svg: bool) -> str:
    """Text between tags with its marks replaced; in a drawing only `tspan` may stand where HTML has `span`."""
    return PLACED.replace(html, lambda index: _html(text, index, place, "tspan" if svg else "span"))


def _unwrapped(match: re.Match[str], text: ResolvedText) -> str:
    """A table or figure alone in its paragraph takes the paragraph's place."""
    if isinstance(text.placed[int(match[3])], PlacedValue):
        return match[0]
    return f"<div{match[1]}>{match[2]}</div>" if match[1] else match[2]


def _html(text: ResolvedText, index: int, place: Place, tag: str) -> str:
    placed = text.placed[index]
    if isinstance(placed, PlacedTable):
        return table_html(placed)
    if isinstance(placed, PlacedFigure):
        prefix = f"f{place.name.replace('.', '-')}-{index}"
        return figure_html(placed, place.spaces.get(index, place.whole), prefix, place.phone)
    return value_html(placed, tag)


def value_html(placed: PlacedValue, tag: str = "span") -> str:
    """A value in text: a number is set as in print, and its exact value stands in an attribute."""
    attributes = provenance.attributes(placed.provenance, placed.value)
    text = typeset(placed.text) if isinstance(placed.value, int | float) else placed.text
    return f'<{tag} class="computed"{attributes}>{escape(text)}</{tag}>'


def _plain(text: ResolvedText, index: int) -> str:
    placed = text.placed[index]
    return placed.text if isinstance(placed, PlacedValue) else placed.name
