"""Turns a resolved slide into parts for marp-core: Marp's own syntax stays as it is, the rest becomes HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache, cached_property
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from slidegen.languages.writing import Writing
from slidegen.measures import Measures
from slidegen.memo import Memo
from slidegen.render.context import Findings, SlideContext
from slidegen.render.katex import Katex
from slidegen.render.markdown_text import values_in_markdown
from slidegen.render.marp.composed import Composed, comment_text
from slidegen.render.marp.engine import Part
from slidegen.render.placed import Place, warn_unmatched
from slidegen.render.raw_html import RawHtml
from slidegen.render.reuse import Found, Recorder, is_sure, text_key
from slidegen.render.sizing import whole_slide
from slidegen.render.typos import BRACES, SHORTCODE, warn_typos
from slidegen.resolved import PlacedFigure, PlacedQr, PlacedTable, ResolvedSlide, ResolvedText
from slidegen.scan import block_tokens

if TYPE_CHECKING:
    from slidegen.render.marp.html_blocks import HtmlBlocks
    from slidegen.render.marp.whole import WholeSlides

LACKS = re.compile(
    r":::|\[\^|^(?:[ \t>]|[*+-][ \t]|\d{1,9}[.)][ \t])*(?:`{3,}+|~{3,}+)(?:[^\n]*[{\[ =][^\n]*|qr)$|\\begin\{",
    re.MULTILINE,
)
"""A sign that a text may hold syntax that Marp lacks: containers, footnotes, code options, bare math."""
TAG_OR_TYPO = re.compile(rf"<[a-zA-Z/!?]|{BRACES.pattern}|{SHORTCODE.pattern}")
"""A sign that a text may hold HTML, or words that are checked for typing errors."""
RULER = re.compile(r"^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$", re.MULTILINE)


class Composer:
    """Composes the slides of one deck. `breaks` says whether a line end is a line break. `dialect` is the dialect of
    a deck that slidegen itself renders, `measures` are those of its theme."""

    def __init__(
        self,
        breaks: bool,
        findings: Findings,
        size: tuple[int, int],
        allow_scripts: bool,
        dialect: str,
        writing: Writing,
        measures: Measures,
    ) -> None:
        self._breaks = breaks
        self._findings = findings
        self._size = size
        self._allow_scripts = allow_scripts
        self._dialect = dialect
        self._writing = writing
        self._measures = measures

    @property
    def settings(self) -> tuple[object, ...]:
        """What a composed slide depends on besides its text."""
        return self._breaks, self._size, self._allow_scripts, self._dialect, self._writing, self._measures

    @cached_property
    def _html_blocks(self) -> HtmlBlocks:
        from slidegen.render.marp.html_blocks import HtmlBlocks  # most Marp decks only use syntax of marp-core

        return HtmlBlocks(self._breaks, self._size, self._measures)

    @cached_property
    def _whole_slides(self) -> WholeSlides:
        from slidegen.render.marp.whole import WholeSlides

        return WholeSlides("pandoc", self._size, self._measures)

    def slide(self, slide: ResolvedSlide, name: str) -> Composed:
        """Composes a slide. Notes that are not in its text become a comment at the end of the plain Markdown."""
        context = SlideContext(
            slide.content,
            self._findings,
            False,
            self._allow_scripts,
            slide.dialect or self._dialect,
            writing=self._writing,
        )
        if context.dialect == "pandoc":
            return self._whole_slides.compose(context, name)
        text = slide.content.text
        tokens = _inline_parser().parse(text) if TAG_OR_TYPO.search(text) else []
        raw = RawHtml.of(tokens)
        warn_unmatched(raw, context)
        warn_typos(tokens, context)
        body = self._composed(context, raw, name, slide.options.moves)
        plain = _without_breaks(body.plain) if RULER.search(body.plain) else body.plain
        return replace(body, plain=plain + ("" if slide.notes is None else _notes(slide.notes)))

    def _composed(self, context: SlideContext, raw: RawHtml, name: str, moving: bool) -> Composed:
        text = context.text
        if (
            moving
            or LACKS.search(text.text)
            or any(isinstance(one, PlacedTable | PlacedFigure | PlacedQr) for one in text.marked().values())
        ):
            return self._html_blocks.compose(context, raw, name, moving)
        part = Part("markdown", text.text)
        place = Place(name, whole_slide(self._size, self._measures))
        return Composed((part,), values_in_markdown(text.text, context), context, raw, place)


def composed_slides(
    named: Iterable[tuple[str, ResolvedSlide]], composer: Composer, findings: Findings, memo: Memo | None
) -> list[Composed]:
    """Composes the slides of a deck. Those that are in the memo are taken as they were."""
    return [_composed_again(slide, name, composer, findings, memo) for name, slide in named]


def _composed_again(
    slide: ResolvedSlide, name: str, composer: Composer, findings: Findings, memo: Memo | None
) -> Composed:
    text = None if memo is None or not isinstance(findings.katex, Katex) else text_key(slide.content, name)
    if memo is None or text is None or slide.notes is not None:
        return composer.slide(slide, name)
    key = text, slide.dialect, slide.options.moves, composer.settings
    line = slide.content.source.line
    known: tuple[Composed, int, Found] | None = memo.find("composed", key)
    if known is not None and known[2].fits(findings):
        kept, before, found = known
        found.moved(line - before).add_to(findings)
        context = replace(kept.context, text=slide.content, findings=findings)
        return replace(kept, context=context, place=replace(kept.place, name=name))
    recorder = Recorder(findings)
    made = composer.slide(slide, name)
    found = recorder.end()
    # Parts that hold lines in them are composed anew if the slide moves.
    if is_sure(findings) and all(part.kind == "markdown" for part in made.parts):
        memo.keep("composed", key, (made, line, found))
    return made


def with_directives(slide: Composed, directives: Mapping[str, ResolvedText]) -> Composed:
    """Adds the directives with computed values to the first slide."""
    if not directives:
        return slide
    texts = {key: text.text.replace("'", "''").replace("\n", " ") for key, text in directives.items()}
    comment = "<!--\n" + "\n".join(f"{key}: '{text}'" for key, text in texts.items()) + "\n-->\n\n"
    plain = values_in_markdown(comment, slide.context)
    return replace(slide, parts=(Part("markdown", comment), *slide.parts), plain=plain + slide.plain)


def _notes(notes: ResolvedText) -> str:
    """A comment with a slide's notes."""
    context = SlideContext(notes, Findings(), incremental=False)
    return f"\n\n<!--\n{comment_text(context.plain(notes.text))}\n-->"


@cache
def _inline_parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable("table")


def _without_breaks(text: str) -> str:
    """Replaces rulers, which would begin a slide, by ``<hr>``: the deck is already split, so they come from values."""
    lines = text.split("\n")
    for token in block_tokens(text):
        if token.type == "hr" and token.level == 0 and token.map is not None:
            lines[token.map[0]] = "<hr>"
    return "\n".join(lines)
