"""Output formats: one module each, by name. `bundle` is the stage from fragments to finished files."""

from __future__ import annotations

from collections.abc import Callable

from slidegen.errors import DeckError, Problem, nearest
from slidegen.outputs import reveal
from slidegen.outputs.assets import Remote
from slidegen.rendered import MarpDeck, OutputFile, RenderedDeck
from slidegen.themes import ThemePair

Bundled = tuple[OutputFile, ...]
Rendered = RenderedDeck | MarpDeck


def _reveal(deck: Rendered, themes: ThemePair, remote: Remote) -> Bundled:
    if isinstance(deck, MarpDeck):
        from slidegen.outputs import reveal_marp

        return reveal_marp.bundle(deck, themes, remote)
    return reveal.bundle(deck, themes, remote)


def _marp(deck: Rendered, themes: ThemePair, remote: Remote) -> Bundled:
    if not isinstance(deck, MarpDeck):
        raise TypeError("the Marp output takes a deck that marp-core rendered")
    from slidegen.outputs import marp

    return marp.bundle(deck, themes, remote)


OUTPUTS: dict[str, Callable[[Rendered, ThemePair, Remote], Bundled]] = {
    "reveal": _reveal,
    "marp": _marp,
}
BY_MARP = frozenset({"marp"})
"""The outputs that need a deck rendered by marp-core, whatever its dialect."""


def check_format(name: str, path: str, line: int | None) -> None:
    """Raises DeckError for a format that there is not."""
    if name not in OUTPUTS:
        raise DeckError([Problem(f"unknown format {name!r}; {nearest(name, OUTPUTS)}", path, line)])


def bundle(deck: Rendered, themes: ThemePair, remote: Remote) -> Bundled:
    """The deck in its format: the file to open first.

    Raises:
        DeckError: what the format itself refuses.
    """
    return OUTPUTS[deck.options.format](deck, themes, remote)
