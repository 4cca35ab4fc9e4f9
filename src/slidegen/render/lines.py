"""Adds the line of the deck to images, links, formulas, HTML and attributes, for messages about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from slidegen.render.context import SlideContext, slide_context
from slidegen.source_lines import ATTRIBUTE, with_lines

SHOWN: Final = frozenset({"image", "link_open", "span_open"})
"""Inline elements whose attributes are rendered."""
SIGNS: Final = ("[", "<", "$", "{", "http", "www.")
"""A text without any of these has no such element."""


def lines(md: MarkdownIt) -> None:
    """Registers the rules. Inline elements get their lines before other rules look at them; blocks get theirs last,
    when they have their attributes."""
    md.core.ruler.after("inline", "inline_lines", _inline_lines)
    md.core.ruler.push("block_lines", _block_lines)


def _inline_lines(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and any(sign in token.content for sign in SIGNS):
            _inline(token, slide_context(state.env))


def _block_lines(state: StateCore) -> None:
    context = slide_context(state.env)
    for token in state.tokens:
        if token.type == "html_block" and token.map:
            start = token.map[0]
            token.content = with_lines(token.content, lambda row, start=start: context.text.line(start + row))  # type: ignore[misc]
        elif (token.attrs or context.served) and token.map and token.nesting >= 0:
            token.attrs[ATTRIBUTE] = context.text.line(token.map[0])


def _inline(token: Token, context: SlideContext) -> None:
    for child, row in rows(token):
        if child.type in SHOWN:
            child.attrs[ATTRIBUTE] = context.text.line(row)
        elif child.type == "html_inline":
            line = context.text.line(row)
            child.content = with_lines(child.content, lambda _, line=line: line)  # type: ignore[misc]
        child.map = [row, row + 1]


def rows(token: Token) -> Iterator[tuple[Token, int]]:
    """The children of an inline token, each with its row (from 0) of the text."""
    row = token.map[0] if token.map else 0
    at = 0
    for child in token.children or ():
        yield child, row
        if child.type in ("softbreak", "hardbreak"):
            row += 1
        elif child.type == "code_inline":  # its line ends have become spaces
            start = token.content.find(child.markup, at)
            end = token.content.find(child.markup, start + len(child.markup) + len(child.content.strip()))
            at = end + len(child.markup)
            row += token.content.count("\n", start, end) if start >= 0 else 0
        elif child.type != "image":
            row += child.content.count("\n")
