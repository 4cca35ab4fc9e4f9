"""Notes what is too long on a slide, once its blocks are known and before the texts in them are read."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from slidegen.limits import linked, links_too_long, too_much
from slidegen.render.context import slide_context


def limits(md: MarkdownIt) -> None:
    """Registers the limits."""
    md.core.ruler.after("block", "limits", _limits)


def _limits(state: StateCore) -> None:
    context = slide_context(state.env)
    found = context.findings
    before = len(found.problems)
    for said, token in too_much(state.tokens):
        context.problem(said, token)
    found.linked += linked(state.tokens, state.env.get("references", {}))
    message = links_too_long(found.linked)
    if message is not None:
        context.problem(message)
    if len(found.problems) > before:  # the deck is refused: nothing on this slide has to be read
        for token in state.tokens:
            token.content = ""
