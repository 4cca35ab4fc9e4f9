"""`cards`: up to six groups with headings, or items of a list, in an even grid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markdown_it.token import Token

from slidegen.render.blocks import LISTS, Block, column, columns, flat, items
from slidegen.render.layouts.base import Room
from slidegen.render.layouts.fitting import largest
from slidegen.render.layouts.groups import group_classes, grouped
from slidegen.render.layouts.leads import mark_lead
from slidegen.render.sizing import GRID_GAP

ACROSS: Final = {2: 2, 3: 3, 4: 2, 5: 3, 6: 3}
"""How many cards stand in a row, by their number."""
MOST: Final = 6
INSET: Final = 28
"""The space around a card's content, in pixels; equal to that in the style sheet."""
TITLE: Final = 52.0
"""The height of a card's title, in pixels."""
SIZES: Final = (28.0, 24.0)


def cards(blocks: Sequence[Block], room: Room) -> list[Token]:
    """Makes a card of each heading with the content under it, else of each item of the first list."""
    found = grouped(blocks)
    if 2 <= len(found.groups) <= MOST:
        look, grid = _grid([flat(group[1:]) for group in found.groups], room)
        classes = [" ".join(filter(None, (".card", group_classes(group)))) for group in found.groups]
        made = [column(flat(group), one) for group, one in zip(found.groups, classes, strict=True)]
        opened = " ".join(f".{name}" for name in look[0].split())
        return [*flat(found.before), *columns(f"{opened} style={look[1]}", made, grid), *flat(found.after)]
    listed = next((block for block in blocks if block[0].type in LISTS), None)
    count = 0 if listed is None or found.groups else len(list(items(listed)))
    if listed is None or not 2 <= count <= MOST:
        room.warn("cards", "two to six headings below the slide's own, or a list of two to six items", listed)
        return flat(blocks)
    for item in items(listed):
        mark_lead(item, "card-title")
    (names, style), _ = _grid([item[1:-1] for item in items(listed)], room)
    listed[0].attrJoin("class", names)
    listed[0].attrs["style"] = style
    return flat(blocks)


def _grid(cells: Sequence[Sequence[Token]], room: Room) -> tuple[tuple[str, str], dict[str, int]]:
    """The classes and the style of a grid with these cells, and its measures."""
    across = ACROSS[len(cells)]
    rows = -(-len(cells) // across)
    width = (room.width - GRID_GAP * (across - 1)) / across - 2 * INSET
    below = (room.height - room.heading - GRID_GAP * (rows - 1)) / rows - 2 * INSET - TITLE
    size = largest(cells, room, width, below, SIZES)
    look = ("cards" if rows == 1 else "cards full"), f"--across:{across};--type:{size:g}px"
    return look, {"across": across, "rows": rows, "inset": INSET}
