"""The output formats: each turns a rendered deck into files to write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from slidegen.errors import DeckError, Problem
from slidegen.look import ThemePair
from slidegen.model import Deck
from slidegen.outputs.target import Target
from slidegen.registry import load_place
from slidegen.rendered import Bundled, Renderer
from slidegen.resolved import ResolvedDeck

Files = Callable[[Any, ThemePair, Target], Bundled]
"""Makes the files of a rendered deck. Raises DeckError with every mistake that it finds."""


@dataclass(frozen=True, slots=True)
class Output:
    """An output format.

    `files` maps each supported renderer to the function that makes the files of its decks, as "package.module:function"
    like an entry point: a build imports the function that it needs while marp-core works. `suffixes` are the suffixes
    that the page may have.
    """

    name: str
    files: Mapping[Renderer, str]
    suffixes: tuple[str, ...] = (".html", ".htm")

    def load(self, renderer: Renderer) -> Files:
        """Imports the function that makes the files of a deck by this renderer.

        Raises:
            DeckError: it cannot be imported.
        """
        return cast(Files, load_place(self.files[renderer], f"the output {self.name!r}"))

    def renderer(self, deck: Deck | ResolvedDeck) -> Renderer:
        """The renderer of a deck for this output. marp-core renders decks in the Marp dialect.

        Raises:
            DeckError: the deck is in the Marp dialect, which the output does not support.
        """
        marp = deck.marp is not None
        own: Renderer = "marp-core" if marp else "slidegen"
        if own in self.files:
            return own
        if marp:
            raise DeckError(
                [
                    Problem(
                        f"the output {self.name!r} does not support decks in the Marp dialect; write the deck in YAML",
                        code="wrong-output",
                    )
                ]
            )
        return "marp-core"
