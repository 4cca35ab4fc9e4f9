"""Output formats: one module each, by name. They are the stage from fragments to finished files."""

from __future__ import annotations

from collections.abc import Callable

from slidegen.build_options import Remote
from slidegen.errors import DeckError, Problem, nearest
from slidegen.rendered import Bundled, MarpDeck, RenderedDeck
from slidegen.themes import ThemePair

Rendered = RenderedDeck | MarpDeck


Output = Callable[[Rendered, ThemePair, Remote], Bundled]


def _reveal() -> Output:
    from slidegen.outputs.reveal import bundle

    def either(deck: Rendered, themes: ThemePair, remote: Remote) -> Bundled:
        if isinstance(deck, MarpDeck):
            from slidegen.outputs.reveal_marp import bundle as bundle_marp

            return bundle_marp(deck, themes, remote)
        return bundle(deck, themes, remote)

    return either


def _marp() -> Output:
    from slidegen.outputs.marp import bundle

    def only(deck: Rendered, themes: ThemePair, remote: Remote) -> Bundled:
        if not isinstance(deck, MarpDeck):
            raise TypeError("the Marp output takes a deck that marp-core rendered")
        return bundle(deck, themes, remote)

    return only


OUTPUTS: dict[str, Callable[[], Output]] = {
    "reveal": _reveal,
    "marp": _marp,
}
"""What loads each output: a build waits for its own only."""
BY_MARP = frozenset({"marp"})
"""The outputs that need a deck rendered by marp-core, whatever its dialect."""


def find_output(name: str, path: str, line: int | None) -> Callable[[], Output]:
    """What loads the output format `name`, which bundles a rendered deck: the file to open first, then those beside it.

    Raises:
        DeckError: no such format; the deck at `path` asks for it.
    """
    if name not in OUTPUTS:
        raise DeckError([Problem(f"unknown format {name!r}; {nearest(name, OUTPUTS)}", path, line)])
    return OUTPUTS[name]
