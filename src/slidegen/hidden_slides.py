"""Hidden slides for a page that has them: they follow the other slides, so that they change no number of those."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Final

from slidegen.model import SlideOptions
from slidegen.resolved import ResolvedDeck

HIDDEN: Final = "data-hidden"
"""The attribute of a hidden slide that is on the page all the same."""


def hidden_places(deck: ResolvedDeck) -> Iterator[int]:
    """How many slides that are shown stand before each hidden one."""
    shown = 0
    for slide in chain.from_iterable(deck.stacks):
        if slide.options.visibility == "hidden":
            yield shown
        else:
            shown += 1


def with_hidden_last(deck: ResolvedDeck) -> ResolvedDeck:
    """Returns a deck whose hidden slides are shown after all others, uncounted and marked by `HIDDEN`."""
    hidden = (slide for slide in chain.from_iterable(deck.stacks) if slide.options.visibility == "hidden")
    last = [(replace(slide, options=_marked(slide.options)),) for slide in hidden]
    return replace(deck, stacks=(*map(tuple, deck.shown), *last))


def _marked(options: SlideOptions) -> SlideOptions:
    return replace(options, visibility="uncounted", attributes={**options.attributes, HIDDEN: ""})
