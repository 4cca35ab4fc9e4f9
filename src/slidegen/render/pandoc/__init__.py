"""Renders pandoc's Markdown on a slide; `slidegen.pandoc` parses it."""

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
"""The steps on the blocks of a slide before their inline text is parsed, in order."""
SPANS: Final[tuple[Callable[[list[Token], Env], None], ...]] = (spans, trailing, typography, incremental)
"""The steps after the inline text is parsed, in order."""


def pandoc_blocks(md: MarkdownIt) -> None:
    """Registers divs, fences, headings, notes and pauses."""
    register_divs(md)

    def rule(state: StateCore) -> None:
        for step in BLOCKS:
            state.tokens = step(state.tokens, state.env)

    md.core.ruler.after("block", "pandoc_blocks", rule)


def pandoc_spans(md: MarkdownIt) -> None:
    """Registers spans, attributes, typography and incremental lists."""
    md.options["typographer"] = True
    md.enable("smartquotes")
    register_spans(md)

    def rule(state: StateCore) -> None:
        for step in SPANS:
            step(state.tokens, state.env)

    md.core.ruler.push("pandoc_spans", rule)


def pandoc_figures(md: MarkdownIt) -> None:
    """Registers figures: a lone image is one, and its description is the caption."""
    md.core.ruler.push("pandoc_figures", lambda state: figures(state.tokens))
