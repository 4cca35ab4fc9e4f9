"""The render stage: slides to HTML, by slidegen itself or by marp-core."""

from __future__ import annotations

from collections.abc import Callable

from slidegen.build_options import BuildOptions
from slidegen.rendered import Rendered, Renderer
from slidegen.resolved import ResolvedDeck


def render_deck(
    deck: ResolvedDeck, renderer: Renderer, options: BuildOptions, meanwhile: Callable[[], object]
) -> Rendered:
    """A deck rendered by the renderer that its output wants. `meanwhile` is called while marp-core works.

    The `problems` of the result are all mistakes of the slides.

    Raises:
        DeckError: mistakes that leave no slide to go on with.
    """
    # A deck waits for the parts that it needs, and for no others.
    if renderer == "slidegen":
        from slidegen.render.deck import render

        return render(deck, options.allow_scripts)
    from slidegen.marp_themes import marp_themes
    from slidegen.render.marp import render_marp

    sheets = marp_themes(deck.source.project, options.theme_set)
    return render_marp(deck, sheets, meanwhile, options.allow_scripts)
