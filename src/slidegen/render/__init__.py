"""The render stage: slides to HTML, by slidegen itself or by marp-core."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from slidegen.build_options import BuildOptions
from slidegen.rendered import Rendered, Renderer
from slidegen.resolved import ResolvedDeck


def render_deck(
    deck: ResolvedDeck, renderer: Renderer, options: BuildOptions, meanwhile: Callable[[], object]
) -> Rendered:
    """Renders a deck with the renderer that its output needs. Calls `meanwhile` while marp-core works.

    The `problems` of the result are all mistakes on the slides.

    Raises:
        DeckError: a mistake makes it impossible to render the slides.
    """
    if any(slide.options.layout == "agenda" for stack in deck.stacks for slide in stack):
        from slidegen.render.agenda import with_agendas

        deck, problems = with_agendas(deck)
        if problems:
            rendered = _rendered(deck, renderer, options, meanwhile)
            return replace(rendered, problems=(*problems, *rendered.problems))
    return _rendered(deck, renderer, options, meanwhile)


def _rendered(
    deck: ResolvedDeck, renderer: Renderer, options: BuildOptions, meanwhile: Callable[[], object]
) -> Rendered:
    # Import only the renderer that this deck needs.
    if renderer == "slidegen":
        from slidegen.render.deck import render

        return render(deck, options.allow_scripts, options.served, options.memo)
    from slidegen.marp_themes import marp_themes
    from slidegen.render.marp import render_marp

    sheets = marp_themes(deck.source.project, options.theme_set)
    return render_marp(deck, sheets, meanwhile, options.allow_scripts, options.served, options.memo)
