"""Markdown to HTML fragments, slide by slide."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from slidegen.languages.writing import Writing
from slidegen.memo import Memo
from slidegen.model import BY_MARP, Layout
from slidegen.origins import origins
from slidegen.render import layouts
from slidegen.render.background import is_dark
from slidegen.render.blocks import blocks
from slidegen.render.context import Findings, SlideContext, slide_context
from slidegen.render.katex import Katex
from slidegen.render.layouts.base import Room
from slidegen.render.layouts.choosing import choose, enlarges, fills
from slidegen.render.layouts.parts import Parts, split
from slidegen.render.layouts.presence import presence
from slidegen.render.markdown import make_parser
from slidegen.render.math import formulas
from slidegen.render.placed import Place, finish, warn_unmatched
from slidegen.render.provenance import sentences
from slidegen.render.raw_html import RawHtml
from slidegen.render.reuse import (
    NOTHING_FOUND,
    KeptSlide,
    KeptText,
    Recorder,
    is_sure,
    moved,
    text_key,
)
from slidegen.render.sizing import inside, spaces, whole_slide
from slidegen.render.tables.fitted import fit_tables
from slidegen.render.typos import warn_typos
from slidegen.rendered import RenderedDeck, RenderedSlide, options_key
from slidegen.resolved import ResolvedDeck, ResolvedSlide, ResolvedText
from slidegen.source_lines import ATTRIBUTE

BATCH: Final = 50
"""How many slides have their formulas set in one call: a call costs more than a formula."""


def render(
    deck: ResolvedDeck, allow_scripts: bool = False, served: bool = False, memo: Memo | None = None
) -> RenderedDeck:
    """Renders every slide. `allow_scripts` keeps the scripts in them, `served` marks all elements with their lines.
    `memo` has the slides of earlier builds.

    The `problems` of the result are all mistakes on the slides: math that cannot be set, unknown languages and
    containers.

    Raises:
        DeckError: there are too many mistakes to list.
    """
    renderer = _Renderer(deck, allow_scripts, served, memo)
    named: list[tuple[ResolvedSlide, str]] = []
    for h, stack in enumerate(deck.shown, start=1):
        names = [f"{h}.{v}" if len(stack) > 1 else str(h) for v in range(1, len(stack) + 1)]
        named += zip(stack, names, strict=True)
    slides = iter(renderer.slides(named))
    stacks = [tuple(islice(slides, len(stack))) for stack in deck.shown]
    findings = renderer.findings
    return RenderedDeck(
        source=deck.source,
        options=deck.options,
        stacks=tuple(stacks),
        has_math=findings.has_math,
        steps=findings.steps,
        scripts=allow_scripts,
        warnings=tuple(findings.warnings),
        problems=tuple(findings.problems),
    )


class _Renderer:
    """Renders the slides of one deck with one parser and one KaTeX."""

    def __init__(self, deck: ResolvedDeck, allow_scripts: bool, served: bool, memo: Memo | None) -> None:
        self.size = deck.options.size
        self.measures = deck.measures
        self.dialect = dialect = deck.dialect
        self.allow_scripts = allow_scripts
        self.served = served
        self.writing: Writing = deck.options.writing
        # In pandoc's dialect the names of headings depend on all slides before.
        self.memo = None if dialect == "pandoc" else memo
        self._parsers: dict[str, MarkdownIt] = {}
        self.katex = Katex()
        self.findings = Findings(self.katex)

    def slides(self, named: Sequence[tuple[ResolvedSlide, str]]) -> Iterator[RenderedSlide]:
        """Renders slides, given with their names. Those that were rendered before in the same way are taken as they
        are."""
        waiting: list[tuple[ResolvedSlide, str, Hashable]] = []
        for slide, name in named:
            key = self._key(slide, name)
            kept = None if self.memo is None or key is None else self.memo.find("slide", key)
            if kept is not None and waiting:
                yield from self._batch(waiting)
                waiting = []
            if kept is not None and kept.found.fits(self.findings):
                yield self._again(kept, slide, name)
                continue
            waiting.append((slide, name, key))
            if len(waiting) == BATCH:
                yield from self._batch(waiting)
                waiting = []
        yield from self._batch(waiting)

    def _key(self, slide: ResolvedSlide, name: str) -> Hashable:
        """Returns what a slide's HTML depends on, without its notes and its footer; None if it cannot be kept."""
        if self.memo is None or (text := text_key(slide.content, name)) is None:
            return None
        if slide.dialect == "pandoc":
            return None
        more = (
            self.size,
            self.measures,
            self.allow_scripts,
            slide.dialect or self.dialect,
            self.served,
            self.writing,
            _is_first(name),
        )
        return (text, options_key(slide.options), slide.footer is not None, *more)

    def _again(self, kept: KeptSlide, slide: ResolvedSlide, name: str) -> RenderedSlide:
        """Returns a slide that was rendered before. It may now have another place."""
        by = slide.content.source.line - kept.line
        kept.found.moved(by).add_to(self.findings)
        return self._complete(kept, slide, name, by)

    def _batch(self, slides: Sequence[tuple[ResolvedSlide, str, Hashable]]) -> Iterator[RenderedSlide]:
        """Renders slides, and sets all their formulas in one call."""
        read = []
        for slide, name, key in slides:
            recorder = Recorder(self.findings)
            writing = self.writing.within(slide.options.attributes)
            context = self._context(slide.content, slide.dialect, slide.options.incremental)
            context = replace(context, writing=writing)
            env: dict[str, Any] = {"slide": context, "docId": name.replace(".", "-"), "id": slide.options.id}
            tokens = self._parser(context.dialect).parse(slide.content.text, env)
            read.append((slide, name, key, env, tokens, recorder.end()))
        self.katex.prepare_all([one for *_, env, tokens, _ in read for one in formulas(tokens, env)])
        for slide, name, key, env, tokens, found in read:
            recorder = Recorder(self.findings)
            made = self._slide(slide, name, env, tokens)
            made = replace(made, found=found.and_then(recorder.end()))
            if self.memo is not None and key is not None and is_sure(self.findings):
                made = self.memo.keep("slide", key, replace(made, number=self.memo.number()))
            yield self._complete(made, slide, name, 0)

    def _slide(self, slide: ResolvedSlide, name: str, env: dict[str, Any], tokens: list[Token]) -> KeptSlide:
        """Renders the text of a slide."""
        text, context = slide.content, slide_context(env)
        parser = self._parser(context.dialect)
        raw = RawHtml.of(tokens)
        warn_unmatched(raw, context)
        warn_typos(tokens, context)
        footer = slide.footer is not None
        chosen, classes, parts = self._laid_out(slide, context, name, tokens)
        shown = blocks([*parts.body, *parts.media, *parts.footnotes])
        fits = fit_tables(shown, context, self.size, chosen, footer, self.measures)
        room = spaces(shown, text, self.size, chosen, footer, self.measures)
        place = Place(name, whole_slide(self.size, self.measures), room, True, fits)

        def html(some: list[Token]) -> str:
            rendered = parser.renderer.render(some, parser.options, env) if some else ""
            return finish(rendered, raw, context, place) if rendered else ""

        notes = html(parts.notes)
        body, media, footnotes = html(parts.body), html(parts.media), html(parts.footnotes)
        return KeptSlide(0, body, media, footnotes, notes, chosen, classes, text.source.line, NOTHING_FOUND)

    def _laid_out(
        self, slide: ResolvedSlide, context: SlideContext, name: str, tokens: list[Token]
    ) -> tuple[Layout, tuple[str, ...], Parts]:
        """The layout of a slide, the classes that fit the size of its type to it, and its parts as the layout has
        them."""
        space = inside(self.size, slide.footer is not None, self.measures)
        room = Room(context, space.width, space.height, self.measures.heading_height())
        fill = fills(slide.options, context.dialect)
        chosen = slide.options.layout or choose(blocks(tokens), room, _is_first(name), fill)
        parts = split(tokens, chosen)
        classes = presence(blocks(parts.body), chosen, room) if fill or enlarges(slide.options) else ()
        return chosen, classes, replace(parts, body=layouts.arranged(parts.body, chosen, room))

    def _complete(self, kept: KeptSlide, slide: ResolvedSlide, name: str, by: int) -> RenderedSlide:
        """Adds its notes, its footer and its options to a slide."""
        line = slide.content.source.line
        notes, footer = moved(kept.notes, by), ""
        keys: list[Hashable] = []
        if slide.notes is not None:
            number, html = self._text(slide.notes, f"{name}n", slide.dialect)
            notes = html + notes
            keys += [number, slide.notes.source.line - line]
        if slide.footer is not None:
            number, footer = self._text(slide.footer, f"{name}f", slide.dialect)
            keys += [number, slide.footer.source.line - line if ATTRIBUTE in footer else 0]
        options = slide.options
        about = sentences(origin.provenance for origin in origins([slide]))
        return RenderedSlide(
            name=name,
            body=kept.body,
            media=kept.media,
            footnotes=kept.footnotes,
            notes=notes,
            footer=footer,
            layout=kept.layout,
            classes=kept.classes,
            dark=is_dark(options.background),
            options=options,
            source=slide.content.source,
            provenance=about,
            key=(kept.number, about, *keys) if kept.number and 0 not in keys[::2] else None,
            moved=by,
        )

    def _text(self, text: ResolvedText, name: str, dialect: str | None) -> tuple[int, str]:
        """Renders notes or a footer. Returns its HTML, and the number under which it is kept; 0 if it is not."""
        memo = self.memo
        key = None if memo is None else text_key(text, name)
        about = (key, name[-1], self.writing, dialect)
        known: KeptText | None = None if memo is None or key is None else memo.find("text", about)
        if known is not None and known.found.fits(self.findings):
            by = text.source.line - known.line
            known.found.moved(by).add_to(self.findings)
            return known.number, moved(known.html, by)
        recorder = Recorder(self.findings)
        html = self._rendered(text, name, dialect)
        found = recorder.end()
        if memo is None or key is None or not is_sure(self.findings):
            return 0, html
        kept = memo.keep("text", about, KeptText(memo.number(), html, text.source.line, found))
        return kept.number, html

    def _rendered(self, text: ResolvedText, name: str, dialect: str | None) -> str:
        context = self._context(text, dialect, footer=name.endswith("f"))
        parser = self._parser(context.dialect)
        env = {"slide": context, "docId": name.replace(".", "-")}
        tokens = parser.parse(text.text, env)
        raw = RawHtml.of(tokens)
        warn_unmatched(raw, context)
        warn_typos(tokens, context)
        html = parser.renderer.render(tokens, parser.options, env)
        return finish(html, raw, context, Place(name, whole_slide(self.size, self.measures)))

    def _parser(self, dialect: str) -> MarkdownIt:
        """The parser of a dialect. In those that marp-core renders, a line end is a line break."""
        if dialect not in self._parsers:
            self._parsers[dialect] = make_parser(dialect in BY_MARP, dialect)
        return self._parsers[dialect]

    def _context(
        self, text: ResolvedText, dialect: str | None, incremental: bool = False, footer: bool = False
    ) -> SlideContext:
        # A footer may be the deck's: its line is not the slide's.
        served = self.served and not footer
        dialect = dialect or self.dialect
        return SlideContext(text, self.findings, incremental, self.allow_scripts, dialect, served, self.writing)


def _is_first(name: str) -> bool:
    return name in ("1", "1.1")
