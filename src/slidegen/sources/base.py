"""What an input format is: a function from a file to a deck."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from slidegen.errors import DeckError, Problem
from slidegen.memo import Memo
from slidegen.model import Deck, Source

if TYPE_CHECKING:
    from slidegen.sources.translation import TranslatedDeck

LABELS: Final = {"dialect": "dialect", "slide_level": "slide level"}
"""The names of the fields of `ParseOptions` in messages."""


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """Options of the command line that override the deck's own: the `dialect` of its Markdown, and the level of the
    headings that begin slides. None leaves the choice to the deck. `memo` has what was read of the deck before."""

    dialect: str | None = None
    slide_level: int | None = None
    memo: Memo | None = None


AS_WRITTEN: Final = ParseOptions()
"""Options that leave everything to the deck."""


@dataclass(frozen=True, slots=True)
class SourceFormat:
    """An input format.

    `parse` turns a file into a deck. Mistakes that leave the rest of the file usable become the deck's `problems`; for
    others it raises one DeckError with all of them. `takes` names the fields of `ParseOptions` that the format uses.
    `called` is what messages call such a deck, with its article: "a YAML deck". `translate` returns a deck of another
    program in slidegen's own form, which `slidegen import` writes.
    """

    called: str
    parse: Callable[[Source, ParseOptions], Deck]
    takes: frozenset[Literal["dialect", "slide_level"]] = frozenset()
    translate: Callable[[Source], TranslatedDeck] | None = None

    def check(self, options: ParseOptions, name: str) -> None:
        """Raises DeckError for an option that the format does not take. `name` is that of the deck."""
        refused = [field for field in LABELS if field not in self.takes]
        if any(getattr(options, field) is not None for field in refused):
            flags = " and ".join(f"--{field.replace('_', '-')}" for field in refused)
            verb = "are" if len(refused) > 1 else "is"
            message = f"{self.called} has no {LABELS[refused[0]]}; {flags} {verb} for Markdown"
            raise DeckError([Problem(message, name, code="wrong-value")])
