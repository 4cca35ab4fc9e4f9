"""Words that are not true: struck through, with the truth beside them."""

from __future__ import annotations

from html import escape

from slidegen.languages.words import html as words_html
from slidegen.resolved import NOT_TRUE


def struck_html(words: str, truth: str, lang: str) -> str:
    """Returns words in HTML, struck through before what is true instead; the words alone if that is empty."""
    if not truth:
        return escape(words)
    return f"<del>{escape(words)}</del> <ins>{words_html(NOT_TRUE, lang)}: {escape(truth)}</ins>"
