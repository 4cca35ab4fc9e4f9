"""Markdown to HTML fragments, slide by slide."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

from slidegen.errors import DeckError
from slidegen.model import ResolvedDeck, ResolvedSlide, ResolvedText
from slidegen.render import layout
from slidegen.render.background import is_dark
from slidegen.render.context import Findings, SlideContext
from slidegen.render.katex import Katex
from slidegen.render.markdown import make_parser
from slidegen.render.placed import Place, insert_placed
from slidegen.render.rooms import spaces, whole_slide
from slidegen.rendered import RenderedDeck, RenderedSlide


def render(deck: ResolvedDeck) -> RenderedDeck:
    """Renders every slide.

    Raises:
        DeckError: with every mistake of the slides: math that cannot be set, unknown languages and containers.
    """
    renderer = _Renderer(deck.options.size)
    shown = [[slide for slide in stack if slide.options.visibility != "hidden"] for stack in deck.stacks]
    stacks = []
    for h, stack in enumerate(filter(None, shown), start=1):
        names = [f"{h}.{v}" if len(stack) > 1 else str(h) for v in range(1, len(stack) + 1)]
        stacks.append(tuple(renderer.slide(slide, name) for slide, name in zip(stack, names, strict=True)))
    findings = renderer.findings
    if findings.problems:
        raise DeckError(findings.problems)
    warnings = tuple(findings.warnings)
    return RenderedDeck(deck.source, deck.options, tuple(stacks), findings.has_math, findings.steps, warnings)


class _Renderer:
    """Renders the slides of one deck with one parser and one KaTeX."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self.parser: MarkdownIt = make_parser()
        self.findings = Findings(Katex())

    def slide(self, slide: ResolvedSlide, name: str) -> RenderedSlide:
        text = slide.content
        context = SlideContext(text, self.findings, slide.options.incremental)
        env = {"slide": context, "docId": name.replace(".", "-")}
        tokens = self.parser.parse(text.text, env)
        chosen = slide.options.layout or layout.choose(tokens, text, first=name in ("1", "1.1"))
        parts = layout.split(tokens, chosen)
        blocks = layout.blocks(tokens)
        footer = slide.footer is not None
        place = Place(name, whole_slide(self.size), spaces(blocks, text, self.size, chosen, footer), phone=True)

        def html(some: list[Token]) -> str:
            return (
                insert_placed(self.parser.renderer.render(some, self.parser.options, env), text, place) if some else ""
            )

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
        env = {"slide": SlideContext(text, self.findings, incremental=False), "docId": name.replace(".", "-")}
        return insert_placed(self.parser.render(text.text, env), text, Place(name, whole_slide(self.size)))
