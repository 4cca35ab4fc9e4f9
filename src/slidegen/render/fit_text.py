"""Headings as large as their slide allows: ``{.r-fit-text}``, as in reveal.js, and ``<!-- fit -->``, as in Marp."""

from __future__ import annotations

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

CLASS: Final = "r-fit-text"
"""The class of what outputs/fit_text.js makes as large as possible."""
COMMENT: Final = re.compile(r"<!--\s*fit\s*-->")


def fit_text(md: MarkdownIt) -> None:
    """Registers the rule that turns the comment in a heading into the class."""
    md.core.ruler.push("fit_text", _fit_text)


def _fit_text(state: StateCore) -> None:
    if "fit" not in state.src:
        return
    for heading, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if heading.type != "heading_open":
            continue
        for child in inline.children or ():
            if child.type == "html_inline" and COMMENT.fullmatch(child.content):
                child.content = ""
                heading.attrJoin("class", CLASS)
