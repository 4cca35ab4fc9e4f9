"""The resolve stage of a deck without values to compute: its text stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from slidegen.model import Deck, Slide, Text
from slidegen.resolved import ResolvedDeck, ResolvedSlide, ResolvedText
from slidegen.slide_lines import WHEN

DELIMITERS: Final = re.compile(r"\{\{|\{%|\{##")
"""The opening of an expression, a statement or a comment of a template."""


def is_verbatim(deck: Deck) -> bool:
    """Returns whether a deck has no values to compute: it declares none, and no text of it holds an expression."""
    decks = [deck, *(part.deck for part in deck.parts)]
    if any(part.include.when for part in deck.parts):
        return False
    templated = [one for one in decks if one.templated]
    if not templated:
        return True
    if any(one.variables or one.tables or one.figures for one in templated) or any(p.include.given for p in deck.parts):
        return False
    slides = [slide for stack in deck.stacks for slide in stack if decks[slide.part].templated]
    if any(WHEN in slide.options.attributes for slide in slides):
        return False
    texts = [deck.title, deck.footer] if deck.templated else []
    texts += (text for slide in slides for text in (slide.content, slide.notes, slide.footer))
    return not any(text is not None and DELIMITERS.search(text.text) for text in texts)


def verbatim(deck: Deck) -> ResolvedDeck:
    """Returns a deck for which `is_verbatim` is true, with every text as it is written."""
    return _as_written(deck, written)


def unexpanded(deck: Deck) -> ResolvedDeck:
    """Returns a deck that cannot be resolved: texts with an expression become empty, the others stay as written."""

    return _as_written(deck, without if deck.templated else written)


def _as_written(deck: Deck, resolved: Callable[[Text], ResolvedText]) -> ResolvedDeck:
    stacks = tuple(
        tuple(slide_as_written(slide, footer_of(slide, deck), resolved, dialect_of(slide, deck)) for slide in stack)
        for stack in deck.stacks
    )
    footer = footer_in(stacks, deck)
    return ResolvedDeck(deck.source, deck.options, {}, stacks, deck.marp, dialect=deck.dialect, footer=footer)


def slide_as_written(
    slide: Slide, footer: Text | None, resolved: Callable[[Text], ResolvedText], dialect: str | None
) -> ResolvedSlide:
    """Returns a slide with each of its texts `resolved`."""
    return ResolvedSlide(
        content=resolved(slide.content),
        options=slide.options,
        notes=None if slide.notes is None else resolved(slide.notes),
        footer=None if footer is None else resolved(footer),
        dialect=dialect,
    )


def dialect_of(slide: Slide, deck: Deck) -> str | None:
    """Returns the dialect of the file from which a deck includes a slide; None for a slide of its own."""
    return deck.parts[slide.part - 1].deck.dialect if slide.part else None


def footer_of(slide: Slide, deck: Deck) -> Text | None:
    """Returns a slide's own footer, or the deck's unless the slide turns it off."""
    return slide.footer or (deck.footer if slide.options.footer else None)


def footer_in(stacks: Iterable[Iterable[ResolvedSlide]], deck: Deck) -> ResolvedText | None:
    """Returns the deck's footer as its slides have it; None if none has it."""
    footers = (slide.footer for stack in stacks for slide in stack if slide.footer is not None)
    return next((footer for footer in footers if footer.source == deck.footer), None)


def written(text: Text) -> ResolvedText:
    """Returns a text as it is written."""
    return ResolvedText(text.text, (), text)


def without(text: Text) -> ResolvedText:
    """Returns a text as it is written; empty if it has expressions."""
    return ResolvedText("", (), text) if DELIMITERS.search(text.text) else written(text)
