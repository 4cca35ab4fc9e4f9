"""The outputs: every one is a module here, and a line in the registry. They make a rendered deck the files to write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Final, Literal, cast

from slidegen.errors import DeckError, Problem, nearest
from slidegen.outputs.target import Target
from slidegen.plugins import load_plugins
from slidegen.rendered import Bundled, MarpDeck, RenderedDeck
from slidegen.themes import ThemePair

ENTRY_POINTS: Final = "slidegen.outputs"

Renderer = Literal["slidegen", "marp-core"]
"""What makes HTML of a deck's slides: slidegen gives a `RenderedDeck`, marp-core a `MarpDeck`."""
Files = Callable[[Any, ThemePair, Target], Bundled]
"""What an output does with a deck of a kind that it wants. It raises DeckError with every mistake that it finds."""


@dataclass(frozen=True, slots=True)
class Output:
    """An output format.

    `wants` are the renderers whose decks it takes. `files` is where its function stands, "package.module:function", as
    in an entry point: a build imports that of its own output only, while marp-core works. `suffixes` are those that
    the file to open may have.
    """

    name: str
    wants: frozenset[Renderer]
    files: str
    suffixes: tuple[str, ...] = (".html", ".htm")

    def load(self) -> Files:
        """The function that makes the files."""
        module, _, attribute = self.files.partition(":")
        return cast(Files, getattr(import_module(module), attribute))

    def renderer(self, marp: bool) -> Renderer:
        """Who renders a deck for this output; a deck in the Marp dialect (`marp`) is marp-core's.

        Raises:
            DeckError: the output does not take what marp-core gives, and the deck is in the Marp dialect.
        """
        own: Renderer = "marp-core" if marp else "slidegen"
        if own in self.wants:
            return own
        if marp:
            raise DeckError([Problem(f"the output {self.name!r} takes no deck in the Marp dialect; write it in YAML")])
        return "marp-core"


OUTPUTS: Final[Mapping[str, Output]] = {
    output.name: output
    for output in (
        Output("reveal", frozenset({"slidegen", "marp-core"}), "slidegen.outputs.reveal:files"),
        Output("marp", frozenset({"marp-core"}), "slidegen.outputs.marp:files"),
    )
}
"""slidegen's own."""
DEFAULT: Final = OUTPUTS["reveal"]
"""The output of a deck that names none; one that names an unknown one is checked as if it were for this."""


def find_output(name: str) -> Output:
    """The output called `name`; other packages' are looked up only if slidegen has none of that name.

    Raises DeckError for an unknown name, and for an entry point that does not load.
    """
    if name in OUTPUTS:
        return OUTPUTS[name]
    outputs = _all_outputs()
    if name not in outputs:
        raise DeckError([Problem(f"unknown format {name!r}; {nearest(name, outputs)}")])
    return outputs[name]


@cache
def _all_outputs() -> Mapping[str, Output]:
    return load_plugins(ENTRY_POINTS, Output, "output") | dict(OUTPUTS)


Rendered = RenderedDeck | MarpDeck
"""A deck by either renderer."""
