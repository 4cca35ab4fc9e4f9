"""Where something is written in a deck of which no element says so: a directive's file, a theme's, a sheet's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from slidegen.model import Text
from slidegen.scan import CODE, scan

LONGEST_TAG: Final = 50
"""Rows of a tag in which something is looked for."""
INSIDE: Final = r"[\w%/-]"
"""What goes on with a name or an address that a snippet may be the beginning or the end of."""


def line_of_text(source: Text, *snippets: str, whole: str = "") -> int | None:
    """The line of the first of the `snippets` that stands in a text, outside code if it does; else that in the `whole`
    file; else the text's own. None if that snippet stands on several lines, as nothing says which of them is meant."""
    pieces = [(piece.start, piece.end) for piece in scan(source.text) if piece.kind not in CODE]
    for snippet in filter(None, snippets):
        for parts in (pieces, [(0, len(source.text))]):
            lines = _lines(source.text, snippet, parts)
            if lines:
                return source.line + lines.pop() if len(lines) == 1 else None
    for snippet in filter(None, snippets):
        lines = _lines(whole, snippet, [(0, len(whole))])
        if lines:
            return 1 + lines.pop() if len(lines) == 1 else None
    return source.line


def _lines(text: str, snippet: str, parts: Sequence[tuple[int, int]]) -> set[int]:
    """The rows, from 0, on which a snippet begins in some parts of a text: by itself, if it ever is, as "#one" is not
    in "#one-two"."""
    sign = re.escape(snippet)
    before = f"(?<!{INSIDE})" if re.match(INSIDE, snippet[0]) else ""
    after = f"(?!{INSIDE})" if re.match(INSIDE, snippet[-1]) else ""
    for pattern in (f"{before}{sign}{after}", sign):
        found = re.compile(pattern)
        rows = {text.count("\n", 0, match.start()) for part in parts for match in found.finditer(text, *part)}
        if rows:
            return rows
    return set()


def line_in_tag(source: Text, line: int, *snippets: str) -> int:
    """The line of the first of the `snippets` that stands in a tag which begins on `line` and goes on below it; else
    `line` itself."""
    rows = source.text.split("\n")[line - source.line :] if line >= source.line else []
    rest = "\n".join(rows[:LONGEST_TAG])
    for snippet in filter(None, snippets):
        at = rest.find(snippet)
        opened = rest.rfind("<", 0, max(0, at))
        if at >= 0 and opened >= 0 and "\n" not in rest[:opened] and ">" not in rest[opened:at]:
            return line + rest.count("\n", 0, at)
    return line
