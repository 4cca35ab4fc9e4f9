"""The slides of a deck, each resolved by the file that it is from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from slidegen.model import Deck, Slide
from slidegen.resolve.conditions import is_shown, without_condition
from slidegen.resolved import ResolvedSlide
from slidegen.verbatim import dialect_of, footer_of, slide_as_written, without, written

if TYPE_CHECKING:
    from slidegen.resolve import Resolver


def resolved_stacks(
    deck: Deck, resolvers: Sequence[Resolver], left_out: list[int]
) -> Iterator[tuple[ResolvedSlide, ...]]:
    """Yields the stacks of a deck with the slides whose condition holds, each resolved by the file that it is from. The
    numbers of the others are added to `left_out`."""
    number = 0
    for stack in deck.stacks:
        kept: list[ResolvedSlide] = []
        for slide in stack:
            number += 1
            resolver = resolvers[slide.part]
            if resolver.shown and (not resolver.deck.templated or is_shown(slide, resolver.expander)):
                resolvers[0].claims.slide = number - len(left_out)
                kept.append(_slide(without_condition(slide), deck, resolvers))
            else:
                left_out.append(number)
        if kept:
            yield tuple(kept)
    resolvers[0].claims.slide = None


def _slide(slide: Slide, deck: Deck, resolvers: Sequence[Resolver]) -> ResolvedSlide:
    """Resolves a slide. A footer of its own belongs to its file, any other to the deck."""
    resolver, dialect = resolvers[slide.part], dialect_of(slide, deck)
    whole = resolvers[0]
    footer = footer_of(slide, deck) if resolver is whole else slide.footer
    if not resolver.deck.templated:
        made = slide_as_written(slide, footer, written, dialect)
    elif any(name is None for _, name in resolver.deck.unusable):
        made = slide_as_written(slide, footer, without, dialect)
    else:
        made = replace(resolver.slide(slide, footer), dialect=dialect)
    if resolver is whole or slide.footer is not None or not slide.options.footer or deck.footer is None:
        return made
    return replace(made, footer=whole.expander.expand(deck.footer) if deck.templated else written(deck.footer))
