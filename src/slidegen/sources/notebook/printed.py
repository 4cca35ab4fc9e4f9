"""Text that a cell printed: a block of code, or HTML where it has colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

from slidegen.sources.notebook import terminal
from slidegen.sources.notebook.conversion import Conversion
from slidegen.sources.notebook.format import Cell
from slidegen.sources.translation.words import TEMPLATE, fence

MOST_ROWS: Final = 500
MOST_TEXT: Final = 200_000
"""Rows and characters of one text that are kept: a slide shows some twenty rows."""
One = TypeVar("One")


def printed(text: str, cell: Cell, convert: Conversion, kind: str = "") -> list[str] | None:
    """The Markdown of a text as a terminal shows it; None if nothing is seen of it. `kind` is a class for the block."""
    screen = terminal.shown(text[:MOST_TEXT])
    rows = kept(screen, cell, convert, text.count("\n", MOST_TEXT) + 1 if len(text) > MOST_TEXT else 0)
    words = [terminal.plain(row) for row in rows]
    if not any(word.strip() for word in words):
        return None
    if terminal.is_plain(rows):
        sign = fence(words)
        return [f"{sign}text {{.output{f' .{kind}' if kind else ''}}}", *words, sign]
    classes = " ".join(filter(None, ("sg-code-block", "output", kind)))
    lines = [TEMPLATE.sub("&#123;", terminal.html(row)) for row in rows]
    opening = f'<div class="{classes}"><pre tabindex="-1"><code><span class="sg-line">{lines[0]}'
    # No row is empty: in Markdown, that would end the HTML.
    return [opening, *(f'</span><span class="sg-line">{line}' for line in lines[1:]), "</span></code></pre></div>"]


def kept(rows: Sequence[One], cell: Cell, convert: Conversion, more: int = 0) -> Sequence[One]:
    """The rows of an output that are kept; it is noted how many are not, with `more` that are missing already."""
    left = max(0, len(rows) - MOST_ROWS) + more
    if left:
        most = f"at most {MOST_ROWS} lines and {MOST_TEXT:,} characters are kept"
        convert.lose_output(cell, f"{left:,} lines at the end of an output are left out; {most}")
    return rows[:MOST_ROWS]
