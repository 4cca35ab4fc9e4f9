"""Warns of what slidegen shows differently from pandoc or Quarto, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from markdown_it.token import Token

from slidegen.diagrams.fences import is_diagram
from slidegen.errors import Problem
from slidegen.limits import MAX_TEXT
from slidegen.pandoc.callouts import callout
from slidegen.pandoc.cells import is_hidden, read_cell
from slidegen.pandoc.fences import left_out_format
from slidegen.pandoc.inlines import INCLUDE
from slidegen.pandoc.shortcodes import SHORTCODE, lost
from slidegen.scan import scan
from slidegen.sources.pandoc.outline import Outline

EXAMPLE: Final = re.compile(r"\(@[\w-]+\)")
RAW: Final = re.compile(r"`\{=(?!html)([\w-]+)\}")
OF_TEXT: Final = ((EXAMPLE, "{} is shown as it is written, not as an example's number"),)
"""The warnings about texts."""


def notices(outline: Outline, name: str, first: int, given: Mapping[str, Any]) -> Iterator[Problem]:
    """Yields the warnings about a deck's body. `first` is its first line, `given` the deck's front matter."""
    cells = [token for token in outline.tokens if token.type == "fence" and _is_cell(token)]
    if cells:
        yield Problem(_of_cells(cells, given), name, first + (cells[0].map or [0])[0], code="not-applied")
    for token in outline.tokens:
        line = first + (token.map or [0])[0]
        if token.type == "inline":
            for at, lost in _of_text(token.content):
                yield Problem(lost, name, line + at, code="not-applied")
        elif message := _of_block(token):
            yield Problem(message, name, line, code="not-applied")
    yield from _of_footnotes(outline, name, first)
    for unit in outline.units:
        heading = unit.heading
        if heading is not None and {"background-iframe", "data-background-iframe"} & heading.attributes.keys():
            message = "background-iframe is left out: one file cannot hold another page"
            yield Problem(message, name, first + heading.lines[0], code="not-applied")


def _of_footnotes(outline: Outline, name: str, first: int) -> Iterator[Problem]:
    """Yields a warning for each footnote that is defined again: for pandoc, a name is one in the whole document."""
    lines: dict[str, int] = {}
    for token in outline.tokens:
        if token.type != "footnote_reference_open" or token.map is None:
            continue
        label, line = token.meta["label"], first + token.map[0]
        if label in lines:
            message = f"the footnote [^{label}] is also defined on line {lines[label]}; the last definition counts"
            yield Problem(message, name, line, code="duplicate-key")
        lines[label] = line


def _is_cell(token: Token) -> bool:
    """Whether a fence is a cell with code; a diagram is drawn."""
    return read_cell(token.info, token.content) is not None and not is_diagram(token.info)


def _of_cells(cells: list[Token], given: Mapping[str, Any]) -> str:
    hidden = sum(is_hidden(token.info, token.content, given) for token in cells)
    count, whose = ("a code cell is", "its") if len(cells) == 1 else (f"{len(cells)} code cells are", "their")
    left_out = f" ({hidden} with echo: false left out)" if hidden else ""
    return f"{count} shown, not run{left_out}; {whose} output is missing"


def _of_block(token: Token) -> str | None:
    if token.type == "fence" and (kind := left_out_format(token.info)) is not None:
        return f"raw {kind} is left out; only {{=html}} is kept"
    if token.type == "div_stray":
        fence = f"::: {token.info}".strip()
        return f"{fence} is not closed" if token.info.strip(" :") else f"{fence} closes nothing"
    if token.type == "div_open":
        words = token.meta["words"]
        if words and not callout(str(token.attrs.get("class", "")).split()):
            return f"{words!r} after ::: is not an attribute and is left out; write ::: {{.name key=value}}"
    return None


def _outside(code: Sequence[tuple[int, int]], pattern: re.Pattern[str], content: str) -> Iterator[re.Match[str]]:
    """Yields what a pattern finds in a text outside the code in it."""
    return (m for m in pattern.finditer(content) if not any(start <= m.start() < end for start, end in code))


def _of_text(content: str) -> Iterator[tuple[int, str]]:
    """Yields the warnings about a text, each with its line in the text."""
    if len(content) > MAX_TEXT:  # no slide may hold it
        return
    code = [(piece.start, piece.end) for piece in scan(content) if piece.kind == "code"]
    found = [
        (start, f"raw {raw[1]} is left out; only {{=html}} is kept")
        for start, end in code
        if (raw := RAW.match(content, end - 1))
    ]
    for pattern, message in OF_TEXT:
        found.extend((match.start(), message.format(match[0])) for match in _outside(code, pattern, content))
    told = ((match.start(), lost(match[0])) for match in _outside(code, SHORTCODE, content))
    found.extend((at, message) for at, message in told if message is not None)
    rows = content.split("\n")
    for at, message in sorted(found, key=lambda pair: pair[0]):
        row = content.count("\n", 0, at)
        if INCLUDE.fullmatch(rows[row]) is None:  # a later stage includes it
            yield row, message
