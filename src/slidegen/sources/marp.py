"""Marp's dialect: marp-core renders the deck, and knows all its directives and images."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, Final

from slidegen.errors import DeckError, Problem
from slidegen.model import Deck
from slidegen.sources.by_marp import Rules, deck, slides
from slidegen.sources.markdown_file import LOOSE, Choice, MarkdownFile, quoted
from slidegen.yaml_tree import parse_yaml

NUMBER: Final = re.compile(r"\s*[1-6](?!\d)")
COMMENT: Final = re.compile(r"<!--+\s*(.*?)\s*--+>", re.DOTALL)
"""A comment as marp-core finds it."""
REVEAL_COMMENT: Final = re.compile(r"\s*\.(?:slide:|element\b)")
MAX_ROWS: Final = 24
"""The most rows of text that fit on a slide in Marp's themes."""


def parse(file: MarkdownFile, choice: Choice, slide_level: int | None = None) -> Deck:
    """Returns the deck of a file: slides begin at rulers, and at the headings that `headingDivider` names."""
    levels = dividers(file) if slide_level is None else range(1, slide_level + 1)
    rules = Rules(frozenset(f"h{level}" for level in levels), as_marp=True)
    return deck(file, choice, rules, [*_foreign_comments(file), *_overflow(file, rules)])


def dividers(file: MarkdownFile) -> Sequence[int]:
    """Returns the levels of headings that begin a slide, by the last `headingDivider` that names some."""
    levels = _levels(file.given.get("headingDivider")) or ()
    if "headingDivider" in file.body:
        for comment in _read_comments(file):
            found = _levels(_directives(comment, file.name).get("headingDivider"))
            levels = levels if found is None else found
    return levels


def _levels(value: Any) -> Sequence[int] | None:
    """Returns the levels of a `headingDivider` by marp-core's rules: a list, one level and all above it, or `false`.
    None if marp-core ignores the value."""
    if isinstance(value, list):
        return [int(number[0]) for item in value if (number := NUMBER.match(str(item)))]
    if str(value).lower() == "false":
        return ()
    number = NUMBER.match(str(value))
    return range(1, int(number[0]) + 1) if number else None


def _read_comments(file: MarkdownFile) -> Iterator[str]:
    """Yields the comments that marp-core reads, in order: those in lines of text, and those that begin HTML blocks."""
    html = [(token.map, token.content.lstrip()) for token in file.tokens if token.type == "html_block" and token.map]
    blocks = [(file.starts[first], content) for (first, _), content in html]
    rows = {start for (first, end), _ in html for start in file.starts[first:end]}
    inline = [
        (piece.start, file.body[piece.start : piece.end])
        for piece in file.pieces
        if piece.kind == "comment" and file.body.rfind("\n", 0, piece.start) + 1 not in rows
    ]
    for _, text in sorted([*inline, *blocks]):
        if found := COMMENT.match(text):
            yield found[1]


def _directives(comment: str, name: str) -> Mapping[str, Any]:
    """Returns the directives in a comment; an empty mapping if it is not a YAML mapping."""
    with suppress(DeckError):
        value = parse_yaml(LOOSE.sub(quoted, comment), name).value
        if isinstance(value, dict):
            return value
    return {}


def _foreign_comments(file: MarkdownFile) -> Iterator[Problem]:
    """Warns of reveal-md's comments, which are notes here, as in Marp."""
    for piece, comment in file.comments():
        if REVEAL_COMMENT.match(comment):
            yield Problem(
                f"the comment {comment.strip()[:20]!r} is reveal-md's, and a note in a Marp deck; dialect: reveal "
                "applies it",
                file.name,
                file.line_at(piece.start),
                code="not-applied",
            )


def _overflow(file: MarkdownFile, rules: Rules) -> Iterator[Problem]:
    """Warns of a deck of one slide that is too long for a slide."""
    if rules.headings or len(list(islice(slides(file, rules), 2))) > 1:
        return
    headings = [token for token in file.tokens if token.type == "heading_open" and token.level == 0]
    rows = sum(1 for _, row in file.prose() if row.strip())
    if len(headings) > 1 and rows > MAX_ROWS:
        level = headings[1].tag[1:]
        yield Problem(
            f"the deck is one slide of {rows} lines, which overflows; write --- between slides, or headingDivider: "
            f"{level} in the front matter",
            file.name,
            file.line,
            code="runs-off",
        )
