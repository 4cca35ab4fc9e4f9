"""The resolve stage of a deck that asks for nothing computed: its text stays as it is."""

from __future__ import annotations

from slidegen.model import Deck, ResolvedDeck, ResolvedSlide, ResolvedText, Text


def verbatim(deck: Deck) -> ResolvedDeck:
    """A deck that is not `templated`, with every text as it is written."""
    stacks = tuple(
        tuple(
            ResolvedSlide(
                content=_text(slide.content),
                options=slide.options,
                notes=None if slide.notes is None else _text(slide.notes),
                footer=None,
            )
            for slide in stack
        )
        for stack in deck.stacks
    )
    return ResolvedDeck(deck.source, deck.options, {}, stacks, deck.marp)


def _text(text: Text) -> ResolvedText:
    return ResolvedText(text.text, (), text)
