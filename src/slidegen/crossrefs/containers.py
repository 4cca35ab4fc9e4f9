"""Labels of pandoc's divs, `::: {#fig-name}` with a caption as the last paragraph, and of Quarto's code cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from slidegen.pandoc.cells import read_cell
from slidegen.pandoc.divs import read_fence
from slidegen.scan import Piece

COLONS: Final = re.compile(r"^[ \t]*:{3,}(?P<info>[^\n]*)$", re.MULTILINE)
BLOCK: Final = re.compile(r"[ \t]*(?:!|\||:::|```|~~~|\$\$|<|[-*+#>]\s|\+[-=])")
"""The beginning of what is no paragraph of text."""
OPTIONS: Final = {"fig": ("fig-cap",), "tbl": ("tbl-cap",)}


@dataclass(frozen=True, slots=True)
class Container:
    """A div or a cell with an `id`, from `start` up to `end`; its caption, which may be empty, stands in the text from
    `caption` up to `captioned`."""

    id: str
    start: int
    end: int
    caption: int
    captioned: int
    text: str


def labelled_divs(text: str, pieces: Sequence[Piece]) -> Iterator[Container]:
    """Yields the divs that have an id and are closed."""
    opened: list[tuple[int, int, str]] = []
    for found in COLONS.finditer(text):
        if any(piece.kind in ("fence", "indented") and piece.start <= found.start() < piece.end for piece in pieces):
            continue
        if found["info"].strip(" \t:"):
            opened.append((found.start(), found.end(), read_fence(found["info"])[0].get("id", "")))
        elif opened:
            start, inside, name = opened.pop()
            if name:
                caption, captioned = _last_paragraph(text, inside, found.start())
                yield Container(name, start, found.end(), caption, captioned, text[caption:captioned])


def _last_paragraph(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the caption stands: the last paragraph, if it is text and not all that there is."""
    last = len(text[:end].rstrip())
    blank = [found.end() for found in re.compile(r"\n[ \t]*\n").finditer(text, start, max(start, last))]
    begins = blank[-1] if blank else start
    if last <= begins or not text[start:begins].strip() or BLOCK.match(text, begins):
        return end, end
    return begins, last


def labelled_cells(text: str, pieces: Sequence[Piece]) -> Iterator[Container]:
    """Yields the code cells that have a label."""
    for piece in pieces:
        if piece.kind != "fence" or "{" not in piece.info:
            continue
        body = text[piece.start : piece.end]
        cell = read_cell(piece.info, body.partition("\n")[2])
        if cell is not None and (name := cell.options.get("label")):
            caption = next((cell.options[key] for key in OPTIONS.get(name[:3], ()) if key in cell.options), "")
            yield Container(name, piece.start, piece.end, piece.end, piece.end, caption)
