"""`stats`: two to four numbers, as large as the slide allows, with words under them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from typing import Final

from markdown_it.token import Token

from slidegen.marks import PLACED
from slidegen.render import provenance
from slidegen.render.blocks import LISTS, Block, first_inline, flat, items
from slidegen.render.layouts.base import Room
from slidegen.render.layouts.leads import lead
from slidegen.resolved import PlacedClaim, PlacedValue
from slidegen.units import MINUS

NUMBER: Final = re.compile(r"(?P<number>[~≈<>≤≥±+−–-]*\s?[$€£¥]?\d(?:[\d.,  '’/:–-]*\d)?)(?P<unit>\s*[^\d\s].{0,11})?")
"""A number, with what stands before it, and its unit."""
SIGN: Final = re.compile(r"^([~≈<>≤≥]*)-")
"""The hyphen that stands for a minus; others are those of ranges and dates."""
LARGEST, SMALLEST = 120.0, 48.0
"""The font sizes of the numbers, in pixels."""
UNIT: Final = 0.42
"""The size of a unit, in that of its number; equal to that in the style sheet."""
FEWEST, MOST = 2, 4


@dataclass(frozen=True, slots=True)
class _Stat:
    """The large value of an item: the tokens that show it, and its width in ems."""

    tokens: list[Token]
    ems: float


def stats(blocks: Sequence[Block], room: Room) -> list[Token]:
    """Marks the first list, and sets the number at the beginning of each of its items."""
    listed = next((block for block in blocks if block[0].type in LISTS), None)
    each = [] if listed is None else list(items(listed))
    found = [_set_number(item, room) for item in each]
    if listed is None or not FEWEST <= len(each) <= MOST or None in found:
        needs = 'a list of two to four items, a value first in each ("- **14.9 GiB** for the weights")'
        room.warn("stats", needs, listed)
        return flat(blocks)
    for item, stat in zip(each, found, strict=True):
        inline = first_inline(item)
        if inline is not None and stat is not None:
            inline.children = stat.tokens
    widest = max(stat.ems for stat in found if stat is not None)
    size = max(SMALLEST, min(LARGEST, floor(room.cell(len(each)) / widest)))
    listed[0].attrJoin("class", "stats")
    listed[0].attrs["style"] = f"--across:{len(each)};--number:{size:g}px"
    return flat(blocks)


def _set_number(item: list[Token], room: Room) -> _Stat | None:
    """The text of an item with its value set large: what is bold at its beginning, or a computed value there."""
    inline = first_inline(item)
    children = [] if inline is None else inline.children or []
    if inline is None or not children:
        return None
    bold = lead(inline)
    if bold:
        inside, rest = bold[1:-1], children[children.index(bold[-1]) + 1 :]
    else:
        mark = PLACED.pattern.match(children[0].content) if children[0].type == "text" else None
        if mark is None:
            return None
        words = Token("text", "", 0, content=f" {children[0].content[mark.end() :].lstrip()}")
        inside, rest = [Token("text", "", 0, content=mark[0])], [words, *children[1:]]
    opening = bold[0] if bold else Token("strong_open", "strong", 1)
    value = "".join(child.content for child in inside)
    shown, ems = _value(inside, value, room)
    return _Stat([opening, *shown, Token("strong_close", "strong", -1), *rest], ems)


def _value(inside: list[Token], value: str, room: Room) -> tuple[list[Token], float]:
    """The tokens of a value with its unit in a smaller size, and their width in ems."""
    from slidegen.figures.type import text_width

    mark = PLACED.pattern.fullmatch(value.strip())
    placed = room.slide.text.placed[int(mark[1])] if mark else None
    text = placed.plain if isinstance(placed, PlacedValue) else room.slide.plain(value)
    if isinstance(placed, PlacedClaim) and placed.truth:
        return inside, text_width(text, 1.0, bold=True)
    number = NUMBER.fullmatch(text.strip()) if len(inside) == 1 and (mark or PLACED.opening not in value) else None
    if number is None:
        return inside, text_width(text, 1.0, bold=True)
    shown = [Token("text", "", 0, content=SIGN.sub(rf"\1{MINUS}", number["number"]))]
    ems = text_width(number["number"], 1.0, bold=True)
    if number["unit"]:
        shown += _span({"class": "unit"}, [Token("text", "", 0, content=number["unit"])])
        ems += UNIT * text_width(number["unit"], 1.0, bold=True)
    if isinstance(placed, PlacedValue) and placed.provenance:
        shown = _span({"class": "computed", **provenance.attribute_map(placed.provenance, placed.value)}, shown)
    return shown, ems


def _span(attributes: dict[str, str], tokens: list[Token]) -> list[Token]:
    opening = Token("span_open", "span", 1, attrs=dict(attributes))
    return [opening, *tokens, Token("span_close", "span", -1)]
