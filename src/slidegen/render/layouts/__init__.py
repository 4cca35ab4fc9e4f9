"""The layouts of slides: which one a slide has, and how its content is arranged in it.

A layout with logic is a module and a line of `ARRANGEMENTS`; the others are rules of the style sheet alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markdown_it.token import Token

from slidegen.model import Layout
from slidegen.render.blocks import blocks, flat, is_shown
from slidegen.render.layouts.base import Arrange, Room
from slidegen.render.layouts.cards import cards
from slidegen.render.layouts.code_and_result import code_and_result
from slidegen.render.layouts.comparison import comparison
from slidegen.render.layouts.quote import quote
from slidegen.render.layouts.stats import stats
from slidegen.render.layouts.tabs import tabs
from slidegen.render.layouts.timeline import timeline
from slidegen.render.layouts.two_columns import two_columns

ARRANGEMENTS: Final[Mapping[Layout, Arrange]] = {
    "cards": cards,
    "code-and-result": code_and_result,
    "comparison": comparison,
    "quote": quote,
    "stats": stats,
    "tabs": tabs,
    "timeline": timeline,
    "two-columns": two_columns,
}


def arranged(body: list[Token], layout: Layout, room: Room) -> list[Token]:
    """The tokens of a slide's body in the boxes of its layout. Comments, which nobody sees, come last."""
    arrange = ARRANGEMENTS.get(layout)
    if arrange is None:
        return body
    found = blocks(body)
    return [*arrange([one for one in found if is_shown(one)], room), *flat(one for one in found if not is_shown(one))]
