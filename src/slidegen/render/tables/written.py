"""Tables that stand in a deck's Markdown: columns of numbers are aligned as computed ones are, and wide tables shrink.

An alignment that the author writes (``:---``, ``:---:``) stays. The points of numbers in a column with ``---:`` are
aligned, too: it stays on the right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from slidegen.render.context import SlideContext, slide_context
from slidegen.render.tables.fitting import ColumnWidth, TableSize, heading_width, words_width
from slidegen.render.tables.formats import pad
from slidegen.render.tables.numbers import missing_tails, unit_of

AROUND: Final = frozenset({"strong_open", "strong_close", "em_open", "em_close", "s_open", "s_close", "footnote_ref"})
"""What may stand around a number; a reference to a footnote hangs behind it."""
TEXT: Final = frozenset({"text", "code_inline", "softbreak", "hardbreak"})
PAD: Final = "table_pad"
NUMBERS: Final = frozenset({None, "right"})
"""The alignments by an author with which numbers are aligned on their points."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: the token that opens it, and the one that holds its text."""

    opening: Token
    inline: Token

    @property
    def alignment(self) -> str | None:
        """The alignment that the author gives."""
        style = str(self.opening.attrs.get("style", ""))
        return style.removeprefix("text-align:").strip() if style.startswith("text-align:") else None


def written_tables(md: MarkdownIt) -> None:
    """Registers the alignment of numbers."""
    md.core.ruler.after("inline", "table_numbers", _align)
    md.add_render_rule(PAD, _pad)


def rows_of(table: Sequence[Token]) -> list[list[Cell]]:
    """The rows of a table; the first is the headings."""
    rows: list[list[Cell]] = []
    for token, inner in pairwise(table):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open") and inner.type == "inline" and rows:
            rows[-1].append(Cell(token, inner))
    return rows


def size_of(table: Sequence[Token], context: SlideContext) -> TableSize:
    """The size of a table, by the text in it."""
    rows = rows_of(table)
    columns = []
    for at, heading in enumerate(rows[0] if rows else ()):
        name = _text(heading.inline, context)
        natural, least = heading_width(name)
        for row in rows[1:]:
            if at < len(row):
                text = _text(row[at].inline, context)
                whole, broken = words_width(text)
                numeric = "numeric" in str(row[at].opening.attrs.get("class", ""))
                natural, least = max(natural, whole), max(least, whole if numeric else broken)
        columns.append(ColumnWidth(name, natural, least, needed=at == 0))
    return TableSize(columns, len(rows))


def tables_in(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yields the tokens of each table."""
    start: int | None = None
    for at, token in enumerate(tokens):
        if token.type == "table_open":
            start = at
        elif token.type == "table_close" and start is not None:
            yield list(tokens[start : at + 1])
            start = None


def _align(state: StateCore) -> None:
    for table in tables_in(state.tokens):
        rows = rows_of(table)
        spans = any("colspan" in cell.opening.attrs or "rowspan" in cell.opening.attrs for row in rows for cell in row)
        if len(rows) < 2 or spans or len({len(row) for row in rows}) > 1:
            continue
        context = slide_context(state.env)
        for heading, *cells in zip(*rows, strict=True):
            if heading.alignment in NUMBERS and all(cell.alignment in NUMBERS for cell in cells):
                _align_column(heading, cells, context)


def _align_column(heading: Cell, cells: Sequence[Cell], context: SlideContext) -> None:
    if any(child.type not in AROUND and child.type != "text" for cell in cells for child in cell.inline.children or ()):
        return
    tails = missing_tails([_text(cell.inline, context) for cell in cells], context.lang)
    if tails is None:
        return
    for cell in (heading, *cells):
        cell.opening.attrJoin("class", "numeric")
    for cell, tail in zip(cells, tails, strict=True):
        if tail and cell.inline.children is not None:
            cell.inline.children = _padded(cell.inline.children, tail)


def _padded(children: list[Token], tail: str) -> list[Token]:
    """The tokens of a cell with invisible digits behind its number: before its unit, if it lacks nothing but digits."""
    missing, last = Token(PAD, "", 0, content=tail), children[-1]
    unit = unit_of(last.content.rstrip()) if last.type == "text" and not re.search(r"[^\W\d]", tail) else ""
    if not unit:
        return [*children, missing]
    number = copy(last)
    number.content = last.content.rstrip().removesuffix(unit)
    return [*children[:-1], number, missing, Token("text", "", 0, content=unit)]


def _text(inline: Token, context: SlideContext) -> str:
    words = (child.content or " " for child in inline.children or () if child.type in TEXT)
    return context.plain("".join(words)).strip()


def _pad(_: Any, tokens: Sequence[Token], index: int, *__: Any) -> str:
    return pad(tokens[index].content)
