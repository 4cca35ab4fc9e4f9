"""Tables as Emacs' table.el draws them: a grid of `+`, `-` and `|`, whose cells are plain words in several lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from slidegen.sources.org.tables import table
from slidegen.sources.translation import Line
from slidegen.sources.translation.words import escaped

BORDER: Final = re.compile(r"\+(?:-+\+)+")
BREAK: Final = "\ufdd9"
"""Stands between the lines of a cell."""


def drawn_table(rows: Sequence[Line]) -> list[Line] | None:
    """Returns the Markdown of a drawn table, or None if its cells span rows or columns, which Markdown has not."""
    texts = [row.text.expandtabs(8).strip() for row in rows]
    border = texts[0]
    if not BORDER.fullmatch(border) or texts[-1] != border:
        return None
    edges = [at for at, sign in enumerate(border) if sign == "+"]
    written: list[Line] = []
    lines: list[list[str]] = []
    for row, text in zip(rows, texts, strict=True):
        if text == border:
            if lines:
                written.append(Line(_row(lines), row.number - len(lines)))
            lines = []
        elif len(text) == len(border) and [at for at, sign in enumerate(text) if sign == "|"] == edges:
            lines.append([text[at + 1 : end].strip() for at, end in pairwise(edges)])
        else:
            return None
    return table(written, _words)


def _row(lines: Sequence[Sequence[str]]) -> str:
    """The lines of a row's cells as one row of an org table."""
    cells = [BREAK.join(part for part in cell if part) for cell in zip(*lines, strict=True)]
    return f"| {' | '.join(cells)} |"


def _words(text: str, _: int) -> str:
    return "<br>".join(map(escaped, text.split(BREAK)))
