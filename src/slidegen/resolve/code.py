"""Sets aside what Jinja must not touch: code, and TeX's braces in formulas."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from slidegen import scan
from slidegen.marks import CODE
from slidegen.model import Text
from slidegen.pandoc.shortcodes import SHORTCODE
from slidegen.resolve.line_map import marked

EXPANDED: Final = "jinja"
"""The word in a fence's info line that has its code expanded."""
BRACES: Final = re.compile(r"\{(?=\{\{[\s-])|\{\{(?![\s{-])(?P<name>[A-Za-z_]\w*)?(?:(?!\}\}).)*\}\}", re.DOTALL)
"""TeX's braces: one around an expression, as in ``x_{{{ n }}}``, or two without a space after them."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A text that a mark replaces: a part of `source` that begins in its row (from 0) `row`."""

    text: str
    source: Text
    row: int


def set_aside(text: Text, pieces: list[SetAside], names: Collection[str] = (), shortcodes: bool = False) -> str:
    """Returns `text` with marks in place of its code and of TeX's braces, and of Quarto's `shortcodes` where the
    dialect has them. Adds what they replace to `pieces`.

    In a formula, ``{{x}}`` without a space is TeX's, unless it begins with one of the `names` of expressions.
    """
    opaque = _opaque(text.text, names)
    parts: list[str] = []
    row = at = 0
    for start, end in _with_shortcodes(text.text, opaque) if shortcodes else opaque:
        before, piece = text.text[at:start], text.text[start:end]
        row += before.count("\n")
        parts += [before, CODE.mark(len(pieces), piece.count("\n"))]
        pieces.append(SetAside(piece, text, row))
        row += piece.count("\n")
        at = end
    return "".join((*parts, text.text[at:]))


def _with_shortcodes(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yields spans of a text, and between them those of shortcodes, which begin as expressions do."""
    at = 0
    for start, end in spans:
        yield from (found.span() for found in SHORTCODE.finditer(text, at, start))
        yield start, end
        at = end
    yield from (found.span() for found in SHORTCODE.finditer(text, at))


def _opaque(text: str, names: Collection[str]) -> Iterator[tuple[int, int]]:
    """Yields the start and end of each piece that Jinja must not touch."""
    for piece in scan.scan(text):
        if piece.kind == "fence" and EXPANDED in piece.info.split():
            continue
        if piece.kind == "fence" and scan.is_magic_move(piece.info) and EXPANDED in text[piece.start : piece.end]:
            yield from _opaque_inside(text, piece)
        elif piece.kind in scan.CODE:
            yield piece.start, piece.end - text.startswith("\n", piece.end - 1)
        elif piece.kind == "math":
            for found in BRACES.finditer(text, piece.start, piece.end):
                if found["name"] not in names:
                    yield found.span()


def _opaque_inside(text: str, piece: scan.Piece) -> Iterator[tuple[int, int]]:
    """Yields the pieces of a fence with several blocks of code but those that are expanded."""
    at = piece.start
    body = text.find("\n", piece.start, piece.end) + 1 or piece.end
    for inner in scan.scan(text[body : piece.end]):
        if inner.kind == "fence" and EXPANDED in inner.info.split():
            yield at, body + inner.start
            at = body + inner.end
    yield at, piece.end - text.startswith("\n", piece.end - 1)


def put_back(text: str, pieces: Sequence[SetAside]) -> str:
    """Returns `text` with the pieces in place of their marks, each line of them marked with its number."""
    return CODE.replace(text, lambda index: marked(pieces[index].text, pieces[index].source, pieces[index].row))
