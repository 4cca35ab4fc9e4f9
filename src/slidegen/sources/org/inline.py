"""Objects of org within a line or a paragraph, as slidegen's Markdown: emphasis, links, formulas, entities.

The text that comes out has as many lines as the one that goes in, or `SKIP` where one was joined to the last.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from slidegen.limits import MAX_TAGGED
from slidegen.sources.org.context import Context
from slidegen.sources.org.expressions import EXPRESSION
from slidegen.sources.org.macros import expanded
from slidegen.sources.org.reader import SKIP, Reader
from slidegen.sources.translation import Line
from slidegen.sources.translation.words import block_line, escaped, verbatim

MASK: Final = re.compile("\ufdd4([0-9]+)\ufdd5")
"""What stands for an expression while the text around it is read."""


def objects(text: str, number: int, context: Context, image: Mapping[str, str] | None = None) -> str:
    """The Markdown of a text that begins in the line `number`. `image` has attributes for the first picture in it."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"\ufdd4{len(kept) - 1}\ufdd5"

    text = expanded(text, number, context)
    if len(text) > MAX_TAGGED:  # the render stage refuses it, with its line
        return escaped(text)
    if context.templated and "{" in text:
        text = EXPRESSION.sub(keep, text)
    markdown = Reader(text, number, context, dict(image or {})).read()
    return MASK.sub(lambda found: kept[int(found[1])], markdown) if kept else markdown


def lines(markdown: str, rows: Sequence[Line], first: bool = True) -> list[Line]:
    """Returns the text that `objects` made of some rows, line by line. `first` is true if it begins a block."""
    found: list[Line] = []
    at = 0
    written = markdown.split("\n")
    for place, text in enumerate(written):
        number = rows[min(at, len(rows) - 1)].number
        at += 1 + text.count(SKIP)
        text = text.replace(SKIP, "").strip(" \t")
        shown = block_line(text, last=place == len(written) - 1) if first or found else text
        if shown or not found:
            found.append(Line(shown, number))
    return found


def one_line(text: str, number: int, context: Context) -> str:
    """The Markdown of a text that is to stand in one line."""
    return " ".join(objects(text, number, context).replace(SKIP, "").split("\n"))


def plain(text: str, number: int, context: Context) -> str:
    """The words of a text without their markup, for where only words can stand; Jinja shows them as they are."""
    from markdown_it import MarkdownIt

    from slidegen.markup import Fragment

    markdown = one_line(text, number, context)
    html = MarkdownIt("commonmark", {"html": True}).enable("strikethrough").renderInline(markdown)
    words = " ".join(Fragment(html).text().split())
    return words if context.templated and EXPRESSION.search(words) else verbatim(words)
