"""What an output is: a function from a rendered deck to the files to write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from slidegen.errors import DeckError, Problem
from slidegen.model import Deck
from slidegen.outputs.target import Target
from slidegen.registry import load_place
from slidegen.rendered import Bundled, Renderer
from slidegen.resolved import ResolvedDeck
from slidegen.themes import ThemePair

Files = Callable[[Any, ThemePair, Target], Bundled]
"""What makes the files of a rendered deck. It raises DeckError with every mistake that it finds."""


@dataclass(frozen=True, slots=True)
class Output:
    """An output format.

    `files` says for each renderer whose decks it takes where the function stands that makes the files of one,
    "package.module:function" as in an entry point: a build imports the one that it needs, while marp-core works.
    `suffixes` are those that the file to open may have.
    """

    name: str
    files: Mapping[Renderer, str]
    suffixes: tuple[str, ...] = (".html", ".htm")

    def load(self, renderer: Renderer) -> Files:
        """The function that makes the files of a deck by this renderer.

        Raises:
            DeckError: it does not load.
        """
        return cast(Files, load_place(self.files[renderer], f"the output {self.name!r}"))

    def renderer(self, deck: Deck | ResolvedDeck) -> Renderer:
        """Who renders a deck for this output; one in the Marp dialect is marp-core's.

        Raises:
            DeckError: the output does not take what marp-core gives, and the deck is in the Marp dialect.
        """
        marp = deck.marp is not None
        own: Renderer = "marp-core" if marp else "slidegen"
        if own in self.files:
            return own
        if marp:
            raise DeckError([Problem(f"the output {self.name!r} takes no deck in the Marp dialect; write it in YAML")])
        return "marp-core"
