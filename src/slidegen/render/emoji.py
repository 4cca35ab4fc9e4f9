"""Emoji shortcodes: ``:rocket:`` becomes the character; other words between colons stay as they are."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

SHORTCODE = re.compile(r":[a-zA-Z0-9_+-]+:")


def emoji(md: MarkdownIt) -> None:
    """Registers shortcodes. They are replaced in text, not in code or math."""
    md.core.ruler.push("emoji", _emoji)


def _emoji(state: StateCore) -> None:
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "text" and SHORTCODE.search(child.content):
                from emoji import emojize

                child.content = emojize(child.content, language="alias")
