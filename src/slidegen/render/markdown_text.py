"""Values in Markdown that other programs read: written so that it shows them, whatever is in them."""

from __future__ import annotations

import re

from slidegen.marks import PLACED
from slidegen.render.context import SlideContext
from slidegen.scan import CODE, Piece, scan

SIGNS = re.compile(r"[\\`*_\[\]<>&|~$!{}\"'\n]|:(?=//|[a-z+_-])|(?<=\w)\.(?=[a-zA-Z])")
"""What Markdown or HTML could take for markup, line breaks, and what is taken for an address or an emoji."""
FIRST = re.compile(r"\s*(?:[-+](?=[\s-]|$)|[=#:]|[0-9]+[.)](?=\s|$))")
"""What means something only where a line begins."""


def values_in_markdown(markdown: str, context: SlideContext) -> str:
    """`markdown`, a part of a slide's text, with its values and the names of its tables and figures as text."""
    if PLACED.opening not in markdown:
        return markdown
    return "".join(_filled(markdown[piece.start : piece.end], piece, context) for piece in scan(markdown))


def _filled(markdown: str, piece: Piece, context: SlideContext) -> str:
    """A piece with its values: in code and formulas they are no Markdown; a comment may be a directive, whose value
    may be Markdown, on one line."""
    if piece.kind in CODE:
        return context.plain(markdown)
    if piece.kind == "math":
        return context.tex(markdown)
    written = _in_comment if piece.kind == "comment" else markdown_text
    return PLACED.replace(markdown, lambda index: written(context.text.placed[index].plain))


def _in_comment(text: str) -> str:
    return SIGNS.sub(_entity, text).replace("--", "-&#45;")


def markdown_text(text: str) -> str:
    """A text as Markdown that shows it."""
    shown = SIGNS.sub(_entity, text)
    first = FIRST.match(shown)
    return shown if first is None else shown[: first.end() - 1] + _entity(shown[first.end() - 1]) + shown[first.end() :]


def _entity(sign: re.Match[str] | str) -> str:
    return f"&#{ord(sign if isinstance(sign, str) else sign[0])};"
