"""The outputs, which turn a rendered deck into files. Each is a module here and a line in the registry."""

from __future__ import annotations

from typing import Final

from slidegen.errors import DeckError
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
"""The output of a deck that does not name one. A deck with an unknown output is checked as if it were for this one."""


def deck_output(deck: Deck) -> Output:
    """Returns the output that a deck names.

    Raises:
        DeckError: the output does not exist, cannot be loaded, or does not take this kind of deck.
    """
    try:
        output = OUTPUTS.find(deck.options.format)
        output.renderer(deck)
    except DeckError as error:
        place = deck.options.place("format", deck.source.name)
        raise DeckError(problem.at(*place) for problem in error.problems) from None
    return output
