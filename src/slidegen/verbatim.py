"""The resolve stage of a deck that asks for nothing computed: its text stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from slidegen.model import Deck, Slide, Text
from slidegen.resolved import ResolvedDeck, ResolvedSlide, ResolvedText

DELIMITERS: Final = re.compile(r"\{\{|\{%|\{##")
"""What opens an expression, a statement or a comment of a template."""


def is_verbatim(deck: Deck) -> bool:
    """Whether a deck has nothing to compute: it declares nothing, and no text of it holds an expression."""
    if not deck.templated:
        return True
    if deck.variables or deck.tables or deck.figures:
        return False
    slides = (slide for stack in deck.stacks for slide in stack)
    texts = [deck.title, deck.footer, *(text for one in slides for text in (one.content, one.notes, one.footer))]
    return not any(text is not None and DELIMITERS.search(text.text) for text in texts)


def verbatim(deck: Deck) -> ResolvedDeck:
    """A deck for which `is_verbatim` holds, with every text as it is written."""
    return _as_written(deck, _text)


def unexpanded(deck: Deck) -> ResolvedDeck:
    """A deck that cannot be resolved: its texts that hold an expression are empty, the others as they are written."""

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
    """A slide's own footer, or the deck's unless the slide has none."""
    return slide.footer or (deck.footer if slide.options.footer else None)


def _text(text: Text) -> ResolvedText:
    return ResolvedText(text.text, (), text)
