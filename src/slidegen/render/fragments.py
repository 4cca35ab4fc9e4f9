"""Incremental lists, whose items appear one by one: in ``::: incremental``, or anywhere on an incremental slide. In the
dialects that marp-core reads, lists with ``*`` and ``1)`` are incremental, in containers too."""

from __future__ import annotations

from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from slidegen.model import BY_MARP
from slidegen.render.context import slide_context

MARPS: Final = ("*", ")")
"""What Marp's incremental lists are written with."""


def fragments(md: MarkdownIt) -> None:
    """Registers incremental lists."""
    md.core.ruler.push("incremental", _incremental)


def _incremental(state: StateCore) -> None:
    context = slide_context(state.env)
    depth = 1 if context.incremental else 0
    marps = MARPS if context.dialect in BY_MARP else ()
    for token in state.tokens:
        if token.type in ("container_incremental_open", "container_incremental_close"):
            depth += token.nesting
        elif token.type == "list_item_open" and (depth or token.markup in marps) and not _is_fragment(token):
            token.attrJoin("class", "fragment")


def _is_fragment(token: Token) -> bool:
    return "fragment" in str(token.attrGet("class") or "")
