"""What stands first in the items of a list: a date, the name of a card."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from slidegen.render.blocks import first_inline


def lead(inline: Token) -> list[Token]:
    """The tokens of the bold words with which a text begins, with those that open and close them; none without."""
    children = inline.children or []
    at = next((at for at, child in enumerate(children) if child.type != "text" or child.content), 0)
    if at >= len(children) or children[at].type != "strong_open":
        return []
    level = children[at].level
    end = next(
        end for end, child in enumerate(children[at:], at) if child.type == "strong_close" and child.level == level
    )
    return children[at : end + 1]


def mark_lead(item: Sequence[Token], name: str) -> bool:
    """Gives the bold words with which an item begins a class. Returns whether it has any."""
    inline = first_inline(item)
    found = lead(inline) if inline is not None else []
    if found:
        found[0].attrJoin("class", name)
    return bool(found)
