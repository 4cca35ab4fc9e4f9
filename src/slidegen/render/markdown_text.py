"""Values in Markdown that other programs read: written so that it shows them, whatever is in them."""

from __future__ import annotations

import re

from slidegen.marks import PLACED
from slidegen.resolved import ResolvedText

COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
SIGNS = re.compile(r"[\\`*_\[\]<>&|~$!{}\"'\n]|:(?=//|[a-z+_-])|(?<=\w)\.(?=[a-zA-Z])")
"""What Markdown or HTML could take for markup, line breaks, and what is taken for an address or an emoji."""
FIRST = re.compile(r"\s*(?:[-+](?=[\s-]|$)|[=#:]|[0-9]+[.)](?=\s|$))")
"""What means something only where a line begins."""


def values_in_markdown(markdown: str, text: ResolvedText) -> str:
    """`markdown`, a part of `text`, with its values and the names of its tables and figures as text."""
    if PLACED.opening not in markdown:
        return markdown
    parts = []
    at = 0
    for comment in COMMENT.finditer(markdown):
        parts += [_filled(markdown[at : comment.start()], text), _in_comment(comment[0], text)]
        at = comment.end()
    return "".join((*parts, _filled(markdown[at:], text)))


def _filled(markdown: str, text: ResolvedText) -> str:
    return PLACED.replace(markdown, lambda index: markdown_text(text.placed[index].plain))


def _in_comment(markdown: str, text: ResolvedText) -> str:
    """A comment may be a directive, whose value may be Markdown, on one line."""
    return PLACED.replace(markdown, lambda index: SIGNS.sub(_entity, text.placed[index].plain).replace("--", "-&#45;"))


def markdown_text(text: str) -> str:
    """A text as Markdown that shows it."""
    shown = SIGNS.sub(_entity, text)
    first = FIRST.match(shown)
    return shown if first is None else shown[: first.end() - 1] + _entity(shown[first.end() - 1]) + shown[first.end() :]


def _entity(sign: re.Match[str] | str) -> str:
    return f"&#{ord(sign if isinstance(sign, str) else sign[0])};"
