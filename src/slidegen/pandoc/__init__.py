"""Parses pandoc's Markdown to tokens of blocks and spans, for the parse stage (slides) and the render stage (HTML).

This is only syntax: the render stage decides what a div, a span or a fence means on a slide.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin

from slidegen.pandoc.blocks import blocks
from slidegen.pandoc.divs import divs
from slidegen.pandoc.inlines import inlines
from slidegen.pandoc.line_blocks import line_blocks
from slidegen.pandoc.lists import lists
from slidegen.pandoc.tables import tables

RULES = (blocks, deflist_plugin, divs, line_blocks, lists, tables, inlines)


def syntax(md: MarkdownIt) -> None:
    """Registers pandoc's blocks and spans beside those of CommonMark."""
    md.enable(["table", "strikethrough"])
    for rule in RULES:
        md.use(rule)
