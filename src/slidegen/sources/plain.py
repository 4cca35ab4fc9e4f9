"""Plain Markdown, such as a lecture's notes: slides begin at rulers, or at headings where there are none."""

from __future__ import annotations

from typing import Final

from slidegen.model import Deck
from slidegen.sources.by_marp import Rules, deck
from slidegen.sources.markdown_file import Choice, MarkdownFile

DEEPEST: Final = 3
"""The deepest level of headings that begin a slide in a deck without rulers."""


def parse(file: MarkdownFile, choice: Choice, slide_level: int | None = None) -> Deck:
    """Returns the deck of a file: headings of level 1 to 3, or up to `slide_level`, begin slides unless rulers do."""
    ruled = any(token.type == "hr" and token.level == 0 for token in file.tokens)
    level = slide_level if slide_level is not None else 0 if ruled else DEEPEST
    return deck(file, choice, Rules(frozenset(f"h{number}" for number in range(1, level + 1))))
