"""A resolved slide as parts for marp-core: what Marp has stays as it is written, what it lacks becomes HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, cached_property
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from slidegen.render.context import Findings, SlideContext
from slidegen.render.markdown_text import values_in_markdown
from slidegen.render.marp.composed import Composed, comment_text
from slidegen.render.marp.engine import Part
from slidegen.render.placed import Place, tell_unmatched
from slidegen.render.raw_html import RawHtml
from slidegen.render.sizing import whole_slide
from slidegen.render.slips import BRACES, SHORTCODE, warn_slips
from slidegen.resolved import PlacedFigure, PlacedTable, ResolvedSlide, ResolvedText
from slidegen.scan import block_tokens

if TYPE_CHECKING:
    from slidegen.render.marp.html_blocks import HtmlBlocks
    from slidegen.render.marp.whole import Whole

LACKS = re.compile(r":::|\[\^|^[ \t]*(?:`{3,}+|~{3,}+)[^\n]*[{\[ =][^\n]*$|\\begin\{", re.MULTILINE)
"""A sign that a text may hold something that Marp lacks: containers, footnotes, code options, bare math."""
TAG_OR_SLIP = re.compile(rf"<[a-zA-Z/!?]|{BRACES.pattern}|{SHORTCODE.pattern}")
"""A sign that a text may hold HTML, or words that are nearly others."""
RULER = re.compile(r"^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$", re.MULTILINE)


class Composer:
    """Composes the slides of one deck; `breaks` says whether a line's end is a break. `dialect` is that of a deck which
    slidegen itself renders."""

    def __init__(
        self, breaks: bool, findings: Findings, size: tuple[int, int], allow_scripts: bool, dialect: str
    ) -> None:
        self._breaks = breaks
        self._findings = findings
        self._size = size
        self._allow_scripts = allow_scripts
        self._dialect = dialect

    @cached_property
    def _html_blocks(self) -> HtmlBlocks:
        from slidegen.render.marp.html_blocks import HtmlBlocks  # most Marp decks have all that they need in marp-core

        return HtmlBlocks(self._breaks, self._size)

    @cached_property
    def _whole(self) -> Whole:
        from slidegen.render.marp.whole import Whole

        return Whole(self._dialect, self._size)

    def slide(self, slide: ResolvedSlide, name: str) -> Composed:
        """A slide; notes beside its text are a comment at the end of what is for people."""
        context = SlideContext(slide.content, self._findings, False, self._allow_scripts, self._dialect)
        if self._dialect == "pandoc":
            return self._whole.compose(context, name)
        text = slide.content.text
        tokens = _inline_parser().parse(text) if TAG_OR_SLIP.search(text) else []
        raw = RawHtml.of(tokens)
        tell_unmatched(raw, context)
        warn_slips(tokens, context)
        body = self._composed(context, raw, name)
        plain = _without_breaks(body.plain) if RULER.search(body.plain) else body.plain
        return replace(body, plain=plain + ("" if slide.notes is None else _notes(slide.notes)))

    def _composed(self, context: SlideContext, raw: RawHtml, name: str) -> Composed:
        text = context.text
        if LACKS.search(text.text) or any(
            isinstance(one, PlacedTable | PlacedFigure) for one in text.marked().values()
        ):
            return self._html_blocks.compose(context, raw, name)
        part = Part("markdown", text.text)
        return Composed(
            (part,), values_in_markdown(text.text, context), context, raw, Place(name, whole_slide(self._size))
        )


def with_directives(slide: Composed, directives: Mapping[str, ResolvedText]) -> Composed:
    """The first slide with the directives whose values were computed."""
    if not directives:
        return slide
    texts = {key: text.text.replace("'", "''").replace("\n", " ") for key, text in directives.items()}
    comment = "<!--\n" + "\n".join(f"{key}: '{text}'" for key, text in texts.items()) + "\n-->\n\n"
    plain = values_in_markdown(comment, slide.context)
    return replace(slide, parts=(Part("markdown", comment), *slide.parts), plain=plain + slide.plain)


def _notes(notes: ResolvedText) -> str:
    """The comment that holds a slide's notes."""
    context = SlideContext(notes, Findings(), incremental=False)
    return f"\n\n<!--\n{comment_text(context.plain(notes.text))}\n-->"


@cache
def _inline_parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable("table")


def _without_breaks(text: str) -> str:
    """`text` with HTML for rulers, which would begin a slide: the deck is split already, so they come from values."""
    lines = text.split("\n")
    for token in block_tokens(text):
        if token.type == "hr" and token.level == 0 and token.map is not None:
            lines[token.map[0]] = "<hr>"
    return "\n".join(lines)
