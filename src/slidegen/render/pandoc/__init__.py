"""What pandoc's Markdown means on a slide; what it is stands in `slidegen.pandoc`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from slidegen.render.context import Env
from slidegen.render.pandoc.divs import callouts, conditional, divs, register_divs
from slidegen.render.pandoc.fences import fences
from slidegen.render.pandoc.flow import captions, headings, notes_last, pauses, raw_tex, toggles
from slidegen.render.pandoc.spans import figures, incremental, register_spans, spans, trailing, typography

BLOCKS: Final[tuple[Callable[[list[Token], Env], list[Token]], ...]] = (
    raw_tex,
    conditional,
    callouts,
    divs,
    headings,
    fences,
    captions,
    toggles,
    notes_last,
    pauses,
)
"""What is done to the blocks of a slide before their texts are read, in this order."""
SPANS: Final[tuple[Callable[[list[Token], Env], None], ...]] = (spans, trailing, typography, incremental)
"""What is done once they are."""


def pandoc_blocks(md: MarkdownIt) -> None:
    """Registers what divs, fences, headings, notes and pauses mean."""
    register_divs(md)

    def rule(state: StateCore) -> None:
        for step in BLOCKS:
            state.tokens = step(state.tokens, state.env)

    md.core.ruler.after("block", "pandoc_blocks", rule)


def pandoc_spans(md: MarkdownIt) -> None:
    """Registers what spans, attributes and signs mean, and lists whose items appear one by one."""
    md.options["typographer"] = True
    md.enable("smartquotes")
    register_spans(md)

    def rule(state: StateCore) -> None:
        for step in SPANS:
            step(state.tokens, state.env)

    md.core.ruler.push("pandoc_spans", rule)


def pandoc_figures(md: MarkdownIt) -> None:
    """Registers captions of figures: a picture that stands alone is one, and its description is its caption."""
    md.core.ruler.push("pandoc_figures", lambda state: figures(state.tokens))
