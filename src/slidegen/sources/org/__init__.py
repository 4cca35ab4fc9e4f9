"""Decks in Emacs' org, as org-re-reveal exports them."""

from __future__ import annotations

from slidegen.model import Source
from slidegen.sources.translation import Line, TranslatedDeck, TranslatedSlide


def translate(source: Source) -> TranslatedDeck:
    """The deck of an org file."""
    lines = tuple(Line(text, number) for number, text in enumerate(source.text.split("\n"), start=1))
    return TranslatedDeck(source, {}, ((TranslatedSlide(lines, 1),),))
