"""Reports what is too long on a slide, after its blocks are parsed and before their inline text is."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from slidegen.limits import linked, links_too_long, too_much
from slidegen.render.context import slide_context


def limits(md: MarkdownIt) -> None:
    """Registers the check."""
    md.core.ruler.after("block", "limits", _limits)


def _limits(state: StateCore) -> None:
    context = slide_context(state.env)
    found = context.findings
    before = len(found.problems)
    for message, token in too_much(state.tokens):
        context.problem(message, token, code="limit")
    found.linked += linked(state.tokens, state.env.get("references", {}))
    too_long = links_too_long(found.linked)
    if too_long is not None:
        context.problem(too_long, code="limit")
    if len(found.problems) > before:  # the deck is refused, so the slide's text need not be parsed
        for token in state.tokens:
            token.content = ""
