"""A slide's top-level blocks, what kind each is, and the boxes that a layout puts around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from markdown_it.token import Token

from slidegen.marks import PLACED
from slidegen.render.absolute import CLASS
from slidegen.render.images import lone_image
from slidegen.resolved import PlacedFigure, PlacedTable, ResolvedText

Block = list[Token]
OUTSIDE_BODY: Final = frozenset({"container_notes_open", "footnote_block_open"})
"""Blocks that are not shown among the others."""
REFERENCES: Final = re.compile(r'<ol\b[^<>]* class="footnotes references\b')
"""How the references at the foot of a slide begin (see `slidegen.citations`), with the line of the deck or without."""
COMMENTS: Final = re.compile(r"(?:\s*<!--(?:(?!-->).)*-->)+\s*", re.DOTALL)
KINDS: Final = {
    "heading_open": "heading",
    "container_columns_open": "columns",
    "table_open": "table",
    "fence": "code",
    "code_block": "code",
    "blockquote_open": "quote",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
}
LISTS: Final = frozenset({"bullet_list_open", "ordered_list_open"})


def blocks(tokens: list[Token]) -> list[Block]:
    """The top-level blocks, each with all its tokens."""
    found: list[Block] = []
    depth = 0
    for token in tokens:
        if depth == 0:
            found.append([])
        found[-1].append(token)
        depth += token.nesting
    return found


def kind(block: Block, text: ResolvedText) -> str:
    """What a block is: "heading", "columns", "table", "chart", "code", "quote", "list", "image", "text", or else the
    type of its first token."""
    first = block[0]
    if first.type in KINDS:
        return KINDS[first.type]
    if first.type != "paragraph_open":
        return first.type
    mark = PLACED.pattern.fullmatch(block[1].content.strip())
    placed = text.placed[int(mark[1])] if mark else None
    if isinstance(placed, PlacedTable):
        return "table"
    return "chart" if isinstance(placed, PlacedFigure) else "image" if is_image(block) else "text"


def is_shown(block: Block) -> bool:
    """Whether a block is seen among the others: it is no notes, no footnotes and no comment."""
    first = block[0]
    if first.type == "html_block":
        return not is_references(first) and COMMENTS.fullmatch(first.content) is None
    return first.type not in OUTSIDE_BODY


def is_references(token: Token) -> bool:
    """Whether a token holds the references at the foot of a slide."""
    return token.type == "html_block" and REFERENCES.match(token.content) is not None


def is_image(block: Block) -> bool:
    """Whether a block is a paragraph that consists of one image, which the deck does not place itself."""
    if CLASS in str(block[0].attrs.get("class", "")).split():
        return False
    return len(block) == 3 and block[1].type == "inline" and lone_image(block[1]) is not None


def split_notes(tokens: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """Some tokens without the notes among them, and these."""
    shown: list[Token] = []
    notes: list[Token] = []
    depth = 0
    for token in tokens:
        inside = depth > 0 or token.type == "container_notes_open"
        (notes if inside else shown).append(token)
        depth += token.nesting if inside else 0
    return shown, notes


def flat(some: Iterable[Block]) -> list[Token]:
    """The tokens of some blocks."""
    return list(chain.from_iterable(some))


def items(block: Block) -> Iterator[list[Token]]:
    """The items of a list, each with the tokens that open and close it."""
    yield from blocks(block[1:-1])


def first_inline(tokens: Sequence[Token]) -> Token | None:
    """The first piece of text among some tokens."""
    return next((token for token in tokens if token.type == "inline"), None)


def text_of(inline: Token) -> str:
    """The text of an inline token, with the marks in it and without HTML."""
    shown = (child for child in inline.children or () if child.nesting == 0 and child.type != "html_inline")
    return "".join(child.content or " " for child in shown)


def columns(classes: str, cells: Iterable[list[Token]], grid: Mapping[str, Any] | None = None) -> list[Token]:
    """Columns as ``::: columns`` makes them; each cell comes from `column`. The meta `grid` says how the style sheet
    places them, for the space of figures: `across` cells in a row, `rows`, the `inset` around a cell's content."""
    opening = Token(
        "container_columns_open", "div", 1, info=f"columns {{{classes}}}", block=True, meta=dict(grid or {})
    )
    return [opening, *chain.from_iterable(cells), Token("container_columns_close", "div", -1, block=True)]


def column(tokens: Iterable[Token], classes: str = "") -> list[Token]:
    """A column with some tokens. `classes` are written like attributes: ``.card .fragment``."""
    info = f"column {{{classes}}}" if classes else "column"
    opening = Token("container_column_open", "div", 1, info=info, block=True)
    return [opening, *tokens, Token("container_column_close", "div", -1, block=True)]
