"""Marp's dialect, whole: the deck is rendered by marp-core, which knows its directives and images."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from slidegen.errors import Problem
from slidegen.model import Deck
from slidegen.sources.by_marp import Rules, deck, slides
from slidegen.sources.dialects import Choice
from slidegen.sources.markdown_file import MarkdownFile

DIVIDER: Final = re.compile(
    r"^[ \t]*headingDivider[ \t]*:[ \t]*(?P<value>\[[^\]\n]{0,100}\]|\d|false)[ \t]*$", re.MULTILINE
)
REVEAL_COMMENT: Final = re.compile(r"\s*\.(?:slide:|element\b)")
MOST_ROWS: Final = 24
"""Rows of text that fit on a slide in Marp's themes, at most."""


def parse(file: MarkdownFile, choice: Choice, slide_level: int | None = None) -> Deck:
    """The deck of a file: slides begin at rulers, and at the headings that `headingDivider` names."""
    levels = dividers(file) if slide_level is None else range(1, slide_level + 1)
    rules = Rules(frozenset(f"h{level}" for level in levels), empty=True)
    return deck(file, choice, rules, [*_foreign_comments(file), *_overflow(file, rules)])


def dividers(file: MarkdownFile) -> list[int]:
    """The levels of headings that begin a slide: the last `headingDivider`, one level (and all above it) or a list."""
    value: Any = file.given.get("headingDivider")
    for _, said in file.comments():
        for found in DIVIDER.finditer(said):
            value = found["value"]
    levels = [int(digit) for digit in re.findall(r"[1-6]", str(value or ""))]
    if len(levels) == 1 and "[" not in str(value):
        return list(range(1, levels[0] + 1))
    return levels


def _foreign_comments(file: MarkdownFile) -> Iterator[Problem]:
    """Warns of reveal-md's comments, which are notes here, as in Marp."""
    for piece, said in file.comments():
        if REVEAL_COMMENT.match(said):
            yield Problem(
                f"the comment {said.strip()[:20]!r} is reveal-md's and a note in a deck of Marp's; dialect: reveal "
                "reads it",
                file.name,
                file.line_at(piece.start),
            )


def _overflow(file: MarkdownFile, rules: Rules) -> Iterator[Problem]:
    """Warns of a deck that is one slide too long to be one."""
    if rules.headings or len(list(slides(file, rules))) > 1:
        return
    headings = [token for token in file.tokens if token.type == "heading_open" and token.level == 0]
    rows = sum(1 for _, row in file.prose() if row.strip())
    if len(headings) > 1 and rows > MOST_ROWS:
        level = headings[1].tag[1:]
        yield Problem(
            f"the deck is one slide of {rows} lines, which runs off; write --- between slides, or headingDivider: "
            f"{level} in the front matter",
            file.name,
            file.line,
        )
