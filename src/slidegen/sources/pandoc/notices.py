"""Warns of what slidegen shows differently from pandoc or Quarto, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from markdown_it.token import Token

from slidegen.diagrams.fences import is_diagram
from slidegen.errors import Problem
from slidegen.limits import MAX_TEXT
from slidegen.pandoc.callouts import callout
from slidegen.pandoc.cells import is_hidden, read_cell
from slidegen.pandoc.fences import left_out_format
from slidegen.pandoc.inlines import INCLUDE, SHORTCODE
from slidegen.scan import scan
from slidegen.sources.pandoc.outline import Outline

CITATION: Final = re.compile(r"\[(?:[^\[\]@]*[\s;-])?@(?!(?:fig|tbl|eq|sec|lst|sld)-)\w[^\[\]]*\](?!\()")
EXAMPLE: Final = re.compile(r"\(@[\w-]+\)")
RAW: Final = re.compile(r"`\{=(?!html)([\w-]+)\}")
OF_TEXT: Final = (
    (SHORTCODE, "the shortcode {} of Quarto is left out"),
    (EXAMPLE, "{} is shown as it is written, not as an example's number"),
    (CITATION, None),
)
"""The warnings about texts. None stands for citations, which share one warning."""


def notices(outline: Outline, name: str, first: int, given: Mapping[str, Any]) -> Iterator[Problem]:
    """Yields the warnings about a deck's body. `first` is its first line, `given` the deck's front matter."""
    cells = [token for token in outline.tokens if token.type == "fence" and _is_cell(token)]
    if cells:
        yield Problem(_of_cells(cells, given), name, first + (cells[0].map or [0])[0], code="not-applied")
    cited: list[int] = []
    for token in outline.tokens:
        line = first + (token.map or [0])[0]
        if token.type == "inline":
            for at, message in _of_text(token.content):
                if message:
                    yield Problem(message, name, line + at, code="not-applied")
                else:
                    cited.append(line + at)
        elif message := _of_block(token):
            yield Problem(message, name, line, code="not-applied")
    if cited and not (given.get("bibliography") or given.get("references")):
        more = f", and {len(cited) - 1} more" if len(cited) > 1 else ""
        yield Problem(
            f"a citation is shown as it is written{more}: no bibliography is read", name, cited[0], code="not-applied"
        )
    for unit in outline.units:
        heading = unit.heading
        if heading is not None and {"background-iframe", "data-background-iframe"} & heading.attributes.keys():
            message = "background-iframe is left out: one file cannot hold another page"
            yield Problem(message, name, first + heading.lines[0], code="not-applied")


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
        words, classes = token.meta["words"], str(token.attrs.get("class", "")).split()
        if words and not callout(classes):
            return f"{words!r} after ::: is not an attribute and is left out; write ::: {{.name key=value}}"
        if "panel-tabset" in classes:
            return "tabs are shown one below the other"
    return None


def _of_text(content: str) -> Iterator[tuple[int, str | None]]:
    """Yields the warnings about a text, each with its line in the text. The message is None for a citation."""
    if len(content) > MAX_TEXT:  # no slide may hold it
        return
    code = [(piece.start, piece.end) for piece in scan(content) if piece.kind == "code"]
    found: list[tuple[int, str | None]] = [
        (start, f"raw {raw[1]} is left out; only {{=html}} is kept")
        for start, end in code
        if (raw := RAW.match(content, end - 1))
    ]
    for pattern, message in OF_TEXT:
        outside = (m for m in pattern.finditer(content) if not any(start <= m.start() < end for start, end in code))
        found.extend((match.start(), message and message.format(match[0])) for match in outside)
    rows = content.split("\n")
    for at, message in sorted(found, key=lambda pair: pair[0]):
        row = content.count("\n", 0, at)
        if INCLUDE.fullmatch(rows[row]) is None:  # a later stage includes it
            yield row, message
