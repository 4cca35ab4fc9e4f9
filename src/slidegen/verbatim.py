"""The resolve stage of a deck without values to compute: its text stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from slidegen.model import Deck, Slide, Text
from slidegen.resolved import ResolvedDeck, ResolvedSlide, ResolvedText
from slidegen.slide_lines import WHEN

DELIMITERS: Final = re.compile(r"\{\{|\{%|\{##")
"""The opening of an expression, a statement or a comment of a template."""


def is_verbatim(deck: Deck) -> bool:
    """Returns whether a deck has no values to compute: it declares none, and no text of it holds an expression."""
    if not deck.templated:
        return True
    if deck.variables or deck.tables or deck.figures:
        return False
    slides = [slide for stack in deck.stacks for slide in stack]
    if any(WHEN in slide.options.attributes for slide in slides):
        return False
    texts = [deck.title, deck.footer]
    texts += (text for slide in slides for text in (slide.content, slide.notes, slide.footer))
    return not any(text is not None and DELIMITERS.search(text.text) for text in texts)


def verbatim(deck: Deck) -> ResolvedDeck:
    """Returns a deck for which `is_verbatim` is true, with every text as it is written."""
    return _as_written(deck, _text)


def unexpanded(deck: Deck) -> ResolvedDeck:
    """Returns a deck that cannot be resolved: texts with an expression become empty, the others stay as written."""

    def without(text: Text) -> ResolvedText:
        return ResolvedText("", (), text) if DELIMITERS.search(text.text) else _text(text)

    return _as_written(deck, without if deck.templated else _text)


def _as_written(deck: Deck, resolved: Callable[[Text], ResolvedText]) -> ResolvedDeck:
    stacks = tuple(
        tuple(
            ResolvedSlide(
                content=resolved(slide.content),
                options=slide.options,
                notes=None if slide.notes is None else resolved(slide.notes),
                footer=None if (footer := footer_of(slide, deck)) is None else resolved(footer),
            )
            for slide in stack
        )
        for stack in deck.stacks
    )
    return ResolvedDeck(deck.source, deck.options, {}, stacks, deck.marp, dialect=deck.dialect)


def footer_of(slide: Slide, deck: Deck) -> Text | None:
    """Returns a slide's own footer, or the deck's unless the slide turns it off."""
    return slide.footer or (deck.footer if slide.options.footer else None)


def _text(text: Text) -> ResolvedText:
    return ResolvedText(text.text, (), text)
