"""Markdown to HTML fragments, slide by slide."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from slidegen.render import layout
from slidegen.render.background import is_dark
from slidegen.render.context import Findings, SlideContext, slide_context
from slidegen.render.katex import Katex
from slidegen.render.markdown import make_parser
from slidegen.render.math import formulas
from slidegen.render.placed import Place, finish, warn_unmatched
from slidegen.render.raw_html import RawHtml
from slidegen.render.sizing import spaces, whole_slide
from slidegen.render.typos import warn_typos
from slidegen.rendered import RenderedDeck, RenderedSlide
from slidegen.resolved import ResolvedDeck, ResolvedSlide, ResolvedText

BATCH: Final = 50
"""How many slides have their formulas set in one call: a call costs more than a formula."""


def render(deck: ResolvedDeck, allow_scripts: bool = False, served: bool = False) -> RenderedDeck:
    """Renders every slide. `allow_scripts` keeps the scripts in them, `served` marks all elements with their lines.

    The `problems` of the result are all mistakes on the slides: math that cannot be set, unknown languages and
    containers.

    Raises:
        DeckError: there are too many mistakes to list.
    """
    renderer = _Renderer(deck.options.size, allow_scripts, deck.dialect, served)
    shown = [[slide for slide in stack if slide.options.visibility != "hidden"] for stack in deck.stacks]
    named: list[tuple[ResolvedSlide, str]] = []
    for h, stack in enumerate(filter(None, shown), start=1):
        names = [f"{h}.{v}" if len(stack) > 1 else str(h) for v in range(1, len(stack) + 1)]
        named += zip(stack, names, strict=True)
    batches = (named[at : at + BATCH] for at in range(0, len(named), BATCH))
    slides = iter([slide for batch in batches for slide in renderer.slides(batch)])
    stacks = [tuple(islice(slides, len(stack))) for stack in filter(None, shown)]
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

    def __init__(self, size: tuple[int, int], allow_scripts: bool, dialect: str, served: bool) -> None:
        self.size = size
        self.dialect = dialect
        self.allow_scripts = allow_scripts
        self.served = served
        self.parser: MarkdownIt = make_parser(dialect=dialect)
        self.katex = Katex()
        self.findings = Findings(self.katex)

    def slides(self, named: Sequence[tuple[ResolvedSlide, str]]) -> list[RenderedSlide]:
        """Renders slides, given with their names. Sets all their formulas in one call."""
        read = []
        for slide, name in named:
            context = self._context(slide.content, slide.options.incremental)
            env: dict[str, Any] = {"slide": context, "docId": name.replace(".", "-"), "id": slide.options.id}
            read.append((slide, name, env, self.parser.parse(slide.content.text, env)))
        self.katex.prepare_all([one for *_, env, tokens in read for one in formulas(tokens, env)])
        return [self._slide(*one) for one in read]

    def _slide(self, slide: ResolvedSlide, name: str, env: dict[str, Any], tokens: list[Token]) -> RenderedSlide:
        text, context = slide.content, slide_context(env)
        raw = RawHtml.of(tokens)
        warn_unmatched(raw, context)
        warn_typos(tokens, context)
        chosen = slide.options.layout or layout.choose(tokens, text, first=name in ("1", "1.1"))
        parts = layout.split(tokens, chosen)
        blocks = layout.blocks(tokens)
        footer = slide.footer is not None
        place = Place(name, whole_slide(self.size), spaces(blocks, text, self.size, chosen, footer), phone=True)

        def html(some: list[Token]) -> str:
            rendered = self.parser.renderer.render(some, self.parser.options, env) if some else ""
            return finish(rendered, raw, context, place) if rendered else ""

        notes = html(parts.notes)
        if slide.notes is not None:
            notes = self._text(slide.notes, f"{name}n") + notes
        return RenderedSlide(
            name=name,
            body=html(parts.body),
            media=html(parts.media),
            footnotes=html(parts.footnotes),
            notes=notes,
            footer="" if slide.footer is None else self._text(slide.footer, f"{name}f"),
            layout=chosen,
            dark=is_dark(slide.options.background),
            options=slide.options,
            source=text.source,
        )

    def _text(self, text: ResolvedText, name: str) -> str:
        context = self._context(text)
        env = {"slide": context, "docId": name.replace(".", "-")}
        tokens = self.parser.parse(text.text, env)
        raw = RawHtml.of(tokens)
        warn_unmatched(raw, context)
        warn_typos(tokens, context)
        html = self.parser.renderer.render(tokens, self.parser.options, env)
        return finish(html, raw, context, Place(name, whole_slide(self.size)))

    def _context(self, text: ResolvedText, incremental: bool = False) -> SlideContext:
        return SlideContext(text, self.findings, incremental, self.allow_scripts, self.dialect, self.served)
