"""The Markdown of slides: markdown-it with these features, in this order."""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin

from slidegen.marks import PLACED
from slidegen.pandoc import syntax
from slidegen.render.absolute import absolute
from slidegen.render.attributes import attributes
from slidegen.render.code import code
from slidegen.render.containers import containers
from slidegen.render.elements import element_comments
from slidegen.render.emoji import emoji
from slidegen.render.fit_text import fit_text
from slidegen.render.footnotes import footnotes
from slidegen.render.fragments import fragments
from slidegen.render.images import images
from slidegen.render.limits import limits
from slidegen.render.lines import lines
from slidegen.render.magic_move import magic_moves
from slidegen.render.math import math
from slidegen.render.pandoc import pandoc_blocks, pandoc_figures, pandoc_spans
from slidegen.render.tables.written import written_tables
from slidegen.render.tabs import tabs
from slidegen.render.task_lists import task_lists

MARKED = re.compile(f"({PLACED.opening}[0-9]+{PLACED.closing})")

FEATURES: tuple[Callable[[MarkdownIt], None], ...] = (
    math,
    footnotes,
    deflist_plugin,
    task_lists,
    attributes,
    absolute,
    fit_text,
    containers,
    fragments,
    images,
    code,
    magic_moves,
    emoji,
    written_tables,
    tabs,
    lines,
    element_comments,
)


OF_PANDOC: tuple[Callable[[MarkdownIt], None], ...] = (
    math,
    syntax,
    footnotes,
    task_lists,
    pandoc_blocks,
    pandoc_spans,
    images,
    pandoc_figures,
    code,
    magic_moves,
    emoji,
    written_tables,
    tabs,
    lines,
    element_comments,
)
"""The features of decks in pandoc's dialect."""


def make_parser(breaks: bool = False, dialect: str = "slidegen") -> MarkdownIt:
    """Makes a parser for CommonMark with tables, strikethrough, raw HTML and the features of the dialect."""
    md = MarkdownIt("commonmark", {"html": True, "breaks": breaks}).enable(["table", "strikethrough"])
    for feature in OF_PANDOC if dialect == "pandoc" else FEATURES:
        md.use(feature)
    md.use(limits)  # registered last right after "block", so it runs before the other rules there
    normalize = md.normalizeLink
    # A mark stands for a part of the URL that is filled in later.
    md.normalizeLink = lambda url: "".join(  # type: ignore[method-assign]
        part if part.startswith(PLACED.opening) else normalize(part) for part in MARKED.split(url)
    )
    allowed = md.validateLink
    # A later stage refuses `file:` images and gives their line; markdown-it would show them as text.
    md.validateLink = lambda url: url.lower().startswith("file:") or allowed(url)  # type: ignore[method-assign]
    return md
