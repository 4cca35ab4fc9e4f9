"""Numbers the marks of a whole deck: marp-core may show text of one slide on another."""

from __future__ import annotations

from dataclasses import replace

from slidegen.marks import PLACED
from slidegen.resolved import Placed, ResolvedDeck, ResolvedSlide, ResolvedText


def numbered(deck: ResolvedDeck) -> ResolvedDeck:
    """Gives each mark in the deck its own number, and every text the list of what all marks stand for.

    A running header also appears on later slides, and a link may be defined on another slide.
    """
    bases: list[int] = []
    everything: list[Placed] = []
    for slide in (slide for stack in deck.stacks for slide in stack):
        bases.append(len(everything))
        # The items that notes place follow those of the content, in the same list.
        content, notes = slide.content.placed, slide.notes.placed if slide.notes else ()
        everything += notes if len(notes) > len(content) else content
    for text in deck.directives.values():
        bases.append(len(everything))
        everything += text.placed
    if not everything:
        return deck
    placed = tuple(everything)
    base = iter(bases)
    stacks = tuple(tuple(_slide(slide, next(base), placed) for slide in stack) for stack in deck.stacks)
    directives = {key: _text(text, next(base), placed) for key, text in deck.directives.items()}
    return replace(deck, stacks=stacks, directives=directives)


def _slide(slide: ResolvedSlide, base: int, placed: tuple[Placed, ...]) -> ResolvedSlide:
    """Numbers a slide. Its notes continue the numbers of its content."""
    notes = None if slide.notes is None else _text(slide.notes, base, placed)
    return replace(slide, content=_text(slide.content, base, placed), notes=notes)


def _text(text: ResolvedText, base: int, placed: tuple[Placed, ...]) -> ResolvedText:
    return replace(text, text=PLACED.shifted(text.text, base), placed=placed)
