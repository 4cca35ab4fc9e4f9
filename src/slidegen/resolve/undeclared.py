"""Warns of a Markdown deck that asks for values and declares nothing, so that its expressions are shown as written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from slidegen.errors import Problem
from slidegen.model import Deck
from slidegen.resolve.code import set_aside
from slidegen.tables import TABLE_SOURCES

ASKS = re.compile(rf"\{{[{{%][^}}]*?(?<![\w.])(?:(table|chart|{'|'.join(TABLE_SOURCES)})\s*\(|tables(?:\.\w|\[))")


def undeclared(deck: Deck) -> Iterator[Problem]:
    """The first expression, outside code, that names something of slidegen's in a deck that is not expanded."""
    for slide in (slide for stack in deck.stacks for slide in stack):
        for text in filter(None, (slide.content, slide.notes)):
            readable = set_aside(text, [])
            match = ASKS.search(readable)
            if match is not None:
                name = f"{match[1]}(" if match[1] else "tables."
                yield Problem(
                    f"{{{{ {name} is shown as it is written, as the deck declares no tables:, vars: or figures: in a "
                    "front matter",
                    text.path,
                    text.line_of(readable.count("\n", 0, match.end())),
                )
                return
