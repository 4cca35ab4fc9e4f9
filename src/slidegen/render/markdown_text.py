"""Escapes values in Markdown for other programs, which then show the values as they are."""

from __future__ import annotations

import re

from slidegen.marks import PLACED
from slidegen.render.context import SlideContext
from slidegen.scan import CODE, Piece, scan

SIGNS = re.compile(r"[\\`*_\[\]<>&|~$!{}\"'\n]|:(?=//|[a-z+_-])|(?<=\w)\.(?=[a-zA-Z])")
"""Characters that Markdown or HTML could read as markup, line breaks, and the signs of URLs and emoji."""
FIRST = re.compile(r"\s*(?:[-+](?=[\s-]|$)|[=#:]|[0-9]+[.)](?=\s|$))")
"""Characters that are markup only at the start of a line."""


def values_in_markdown(markdown: str, context: SlideContext) -> str:
    """Fills `markdown`, a part of a slide's text, with its values and the names of its tables and figures."""
    if PLACED.opening not in markdown:
        return markdown
    return "".join(_filled(markdown[piece.start : piece.end], piece, context) for piece in scan(markdown))


def _filled(markdown: str, piece: Piece, context: SlideContext) -> str:
    """Fills one piece. Values in code and formulas are not Markdown. A comment may be a directive, whose value may be
    Markdown on one line."""
    if piece.kind in CODE:
        return context.plain(markdown)
    if piece.kind == "math":
        return context.tex(markdown)
    escaped = _in_comment if piece.kind == "comment" else markdown_text
    return PLACED.replace(markdown, lambda index: escaped(context.text.placed[index].plain))


def _in_comment(text: str) -> str:
    return SIGNS.sub(_entity, text).replace("--", "-&#45;")


def markdown_text(text: str) -> str:
    """Escapes a text so that Markdown shows it unchanged."""
    shown = SIGNS.sub(_entity, text)
    first = FIRST.match(shown)
    return shown if first is None else shown[: first.end() - 1] + _entity(shown[first.end() - 1]) + shown[first.end() :]


def _entity(sign: re.Match[str] | str) -> str:
    return f"&#{ord(sign if isinstance(sign, str) else sign[0])};"
