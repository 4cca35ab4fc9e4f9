"""Warns of a Markdown deck with expressions but without declarations: its expressions are shown as written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from slidegen.errors import Problem
from slidegen.model import Deck
from slidegen.resolve.code import set_aside
from slidegen.tables import TABLE_SOURCES

USE = re.compile(rf"\{{[{{%][^}}]*?(?<![\w.])(?:(table|chart|claim|{'|'.join(TABLE_SOURCES)})\s*\(|tables(?:\.\w|\[))")


def undeclared(deck: Deck) -> Iterator[Problem]:
    """Yields a warning of the first expression outside code that uses slidegen's tables or figures."""
    for slide in (slide for stack in deck.stacks for slide in stack):
        for text in filter(None, (slide.content, slide.notes)):
            readable = set_aside(text, [])
            match = USE.search(readable)
            if match is not None:
                name = f"{match[1]}(" if match[1] else "tables."
                yield Problem(
                    f"{{{{ {name} is shown as it is written, because the deck's front matter declares no tables:, "
                    "vars: or figures:",
                    text.path,
                    text.line_of(readable.count("\n", 0, match.end())),
                    code="not-applied",
                )
                return
