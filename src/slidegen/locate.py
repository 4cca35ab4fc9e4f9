"""Where something is written in a deck of which no element says so: a directive's file, a theme's, a style sheet's."""

from __future__ import annotations

from slidegen.model import Text
from slidegen.scan import CODE, scan


def line_of_text(source: Text, *snippets: str) -> int:
    """The line of the first of the `snippets` that stands in a text, outside code if it does; else the text's own."""
    pieces = [piece for piece in scan(source.text) if piece.kind not in CODE]
    for snippet in filter(None, snippets):
        for piece in pieces:
            at = source.text.find(snippet, piece.start, piece.end)
            if at >= 0:
                return source.line + source.text.count("\n", 0, at)
        at = source.text.find(snippet)
        if at >= 0:
            return source.line + source.text.count("\n", 0, at)
    return source.line
