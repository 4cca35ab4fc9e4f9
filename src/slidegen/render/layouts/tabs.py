"""`tabs`: a tab for each heading below that of the slide, with the content under it."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from slidegen.render.blocks import Block, flat
from slidegen.render.layouts.base import Room
from slidegen.render.layouts.groups import grouped
from slidegen.render.tabs import Panel, tabset, warn_of_panels


def tabs(blocks: Sequence[Block], room: Room) -> list[Token]:
    """Makes a tabset of the headings. On an incremental slide each tab is a step."""
    found = grouped(blocks)
    if len(found.groups) < 2:
        room.warn("tabs", "two or more headings below the slide's own, with content under each (### LoRA)")
        return flat(blocks)
    panels = [
        Panel(group[0], flat(group[1:]), {key: str(value) for key, value in group[0][0].attrs.items()})
        for group in found.groups
    ]
    warn_of_panels(panels, found.groups[0][0][0], room.slide)
    made = tabset([], panels, {"class": "steps"} if room.slide.incremental else {})
    return [*flat(found.before), *made, *flat(found.after)]
