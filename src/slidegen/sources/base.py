"""What an input format is: a function from a file to a deck."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from slidegen.errors import DeckError, Problem
from slidegen.model import Deck, Source

if TYPE_CHECKING:
    from slidegen.sources.translation import TranslatedDeck

WORDS: Final = {"dialect": "dialect", "slide_level": "slide level"}
"""What messages call the fields of `ParseOptions`."""


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """What the command line says about how a deck is parsed, in place of what the deck itself says: the `dialect` of
    its Markdown, and the level of the headings that begin slides. None leaves it to the deck."""

    dialect: str | None = None
    slide_level: int | None = None


AS_WRITTEN: Final = ParseOptions()
"""The deck itself says it all."""


@dataclass(frozen=True, slots=True)
class SourceFormat:
    """An input format.

    `parse` makes a deck of a file. The mistakes after which the rest of the file can still be used are the deck's
    `problems`; it raises DeckError for others, with all of them. `takes` are the fields of `ParseOptions` that mean
    something to it. Messages call such a deck `called`, with its article: "a YAML deck". `translate` gives the deck in
    slidegen's own form, where it is another program's: `slidegen import` writes that.
    """

    called: str
    parse: Callable[[Source, ParseOptions], Deck]
    takes: frozenset[Literal["dialect", "slide_level"]] = frozenset()
    translate: Callable[[Source], TranslatedDeck] | None = None

    def check(self, options: ParseOptions, name: str) -> None:
        """Raises DeckError for an option that the format does not take; `name` is the deck's."""
        refused = [field for field in WORDS if field not in self.takes]
        if any(getattr(options, field) is not None for field in refused):
            flags = " and ".join(f"--{field.replace('_', '-')}" for field in refused)
            verb = "are" if len(refused) > 1 else "is"
            message = f"{self.called} has no {WORDS[refused[0]]}; {flags} {verb} for Markdown"
            raise DeckError([Problem(message, name)])
