"""Finds the line of something that has no element with a line of its own: a file in a directive, a theme, a sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from slidegen.model import Text
from slidegen.scan import CODE, scan

MAX_TAG_ROWS: Final = 50
"""The most rows of a tag that are searched."""
INSIDE: Final = r"[\w%/-]"
"""The characters that continue a name or an address before or after a snippet."""


def line_of_text(source: Text, *snippets: str, whole: str = "") -> int | None:
    """Returns the line of the first of the `snippets` that a text holds, outside code if possible; else its line in the
    `whole` file; else that of the text. None if that snippet stands on several lines: any of them may be meant."""
    pieces = [(piece.start, piece.end) for piece in scan(source.text) if piece.kind not in CODE]
    for snippet in filter(None, snippets):
        for parts in (pieces, [(0, len(source.text))]):
            lines = _lines(source.text, snippet, parts)
            if lines:
                return source.line_of(lines.pop()) if len(lines) == 1 else None
    for snippet in filter(None, snippets):
        lines = _lines(whole, snippet, [(0, len(whole))])
        if lines:
            return 1 + lines.pop() if len(lines) == 1 else None
    return source.line


def _lines(text: str, snippet: str, parts: Sequence[tuple[int, int]]) -> set[int]:
    """Returns the rows (from 0) on which a snippet begins in some parts of a text. If it occurs as a whole word, as
    "#one" does not in "#one-two", other occurrences do not count."""
    escaped = re.escape(snippet)
    before = f"(?<!{INSIDE})" if re.match(INSIDE, snippet[0]) else ""
    after = f"(?!{INSIDE})" if re.match(INSIDE, snippet[-1]) else ""
    for pattern in (f"{before}{escaped}{after}", escaped):
        found = re.compile(pattern)
        rows = {text.count("\n", 0, match.start()) for part in parts for match in found.finditer(text, *part)}
        if rows:
            return rows
    return set()


def line_in_tag(source: Text, line: int, *snippets: str) -> int:
    """Returns the line of the first of the `snippets` in a tag that begins on `line` and continues below it; else
    `line` itself."""
    rows = source.text.split("\n")
    first = next((row for row in range(len(rows)) if source.line_of(row) == line), len(rows))
    rest = "\n".join(rows[first : first + MAX_TAG_ROWS])
    for snippet in filter(None, snippets):
        at = rest.find(snippet)
        opened = rest.rfind("<", 0, max(0, at))
        if at >= 0 and opened >= 0 and "\n" not in rest[:opened] and ">" not in rest[opened:at]:
            return source.line_of(first + rest.count("\n", 0, at))
    return line
