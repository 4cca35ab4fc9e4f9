"""Incremental lists, whose items appear one by one: in ``::: incremental``, or anywhere on an incremental slide."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from slidegen.render.context import slide_context


def fragments(md: MarkdownIt) -> None:
    """Registers incremental lists."""
    md.core.ruler.push("incremental", _incremental)


def _incremental(state: StateCore) -> None:
    depth = 1 if slide_context(state.env).incremental else 0
    for token in state.tokens:
        if token.type in ("container_incremental_open", "container_incremental_close"):
            depth += token.nesting
        elif token.type == "list_item_open" and depth and "fragment" not in str(token.attrGet("class") or ""):
            token.attrJoin("class", "fragment")
