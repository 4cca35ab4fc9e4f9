"""Output formats: one module each, by name. `bundle` is the stage from fragments to a finished file."""

from __future__ import annotations

from collections.abc import Callable

from slidegen.errors import DeckError, Problem, nearest
from slidegen.model import OutputFile, RenderedDeck
from slidegen.outputs import reveal
from slidegen.outputs.assets import Remote
from slidegen.themes import ThemePair

OUTPUTS: dict[str, Callable[[RenderedDeck, ThemePair, Remote], OutputFile]] = {
    "reveal": reveal.bundle,
}


def bundle(deck: RenderedDeck, themes: ThemePair, remote: Remote) -> OutputFile:
    """The deck in its format.

    Raises:
        DeckError: an unknown format, or what the format itself refuses.
    """
    name = deck.options.format
    if name not in OUTPUTS:
        raise DeckError(
            [
                Problem(
                    f"unknown format {name!r}; {nearest(name, OUTPUTS)}",
                    deck.source.name,
                    deck.options.lines.get("format"),
                )
            ]
        )
    return OUTPUTS[name](deck, themes, remote)
