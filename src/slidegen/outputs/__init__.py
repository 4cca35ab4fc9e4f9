"""The outputs: every one is a module here, and a line in the registry. They make a rendered deck the files to write."""

from __future__ import annotations

from typing import Final

from slidegen.errors import DeckError, Problem
from slidegen.model import Deck
from slidegen.outputs.base import Output
from slidegen.registry import Registry

OUTPUTS: Final = Registry(
    "slidegen.outputs",
    Output,
    {
        "reveal": "slidegen.outputs.reveal:REVEAL",
        "marp": "slidegen.outputs.marp:MARP",
    },
    "output",
    "format",
)
"""The outputs, by the name that a deck gives as `format`."""
DEFAULT: Final = "reveal"
"""The output of a deck that names none; one that names an unknown one is checked as if it were for this."""


def deck_output(deck: Deck) -> Output:
    """The output that a deck asks for.

    Raises:
        DeckError: it does not exist, does not load, or does not take the deck.
    """
    try:
        output = OUTPUTS.find(deck.options.format)
        output.renderer(deck)
    except DeckError as error:
        line = deck.options.lines.get("format")
        raise DeckError(Problem(p.message, deck.source.name, line) for p in error.problems) from None
    return output
