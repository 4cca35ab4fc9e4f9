"""Where something is written in a deck of which no element says so: a directive's file, a theme's, a sheet's."""

from __future__ import annotations

from typing import Final

from slidegen.model import Text
from slidegen.scan import CODE, scan

LONGEST_TAG: Final = 50
"""Rows of a tag in which something is looked for."""


def line_of_text(source: Text, *snippets: str, whole: str = "") -> int:
    """The line of the first of the `snippets` that stands in a text, outside code if it does; else that in the `whole`
    file, from the text on, or before it; else the text's own."""
    pieces = [piece for piece in scan(source.text) if piece.kind not in CODE]
    for snippet in filter(None, snippets):
        for piece in pieces:
            at = source.text.find(snippet, piece.start, piece.end)
            if at >= 0:
                return source.line_of(source.text.count("\n", 0, at))
        at = source.text.find(snippet)
        if at >= 0:
            return source.line_of(source.text.count("\n", 0, at))
    rows = whole.split("\n")
    for snippet in filter(None, snippets):
        for number in (*range(source.line, len(rows) + 1), *range(1, source.line)):
            if snippet in rows[number - 1]:
                return int(number)
    return source.line


def line_in_tag(source: Text, line: int, *snippets: str) -> int:
    """The line of the first of the `snippets` that stands in a tag which begins on `line` and goes on below it; else
    `line` itself."""
    rows = source.text.split("\n")
    first = next((row for row in range(len(rows)) if source.line_of(row) == line), len(rows))
    rest = "\n".join(rows[first : first + LONGEST_TAG])
    for snippet in filter(None, snippets):
        at = rest.find(snippet)
        opened = rest.rfind("<", 0, max(0, at))
        if at >= 0 and opened >= 0 and "\n" not in rest[:opened] and ">" not in rest[opened:at]:
            return source.line_of(first + rest.count("\n", 0, at))
    return line
