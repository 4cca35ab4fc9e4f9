"""Slides of other dialects in the plain Marp Markdown: as HTML, the only syntax that both dialects share."""

from __future__ import annotations

import re

from slidegen.measures import Measures
from slidegen.render.context import SlideContext
from slidegen.render.layouts.parts import split
from slidegen.render.markdown import make_parser
from slidegen.render.marp.composed import Composed, comment_text
from slidegen.render.marp.engine import Part
from slidegen.render.marp.notes import notes_text
from slidegen.render.placed import Place, finish
from slidegen.render.raw_html import RawHtml
from slidegen.render.sizing import whole_slide
from slidegen.source_lines import without_lines


class WholeSlides:
    """Composes the slides of one deck, each as one block of HTML."""

    def __init__(self, dialect: str, size: tuple[int, int], measures: Measures) -> None:
        self._parser = make_parser(dialect=dialect)
        self._whole = whole_slide(size, measures)

    def compose(self, context: SlideContext, name: str) -> Composed:
        """Composes the slide `name`. Its notes become a comment."""
        env = {"slide": context, "docId": name.replace(".", "-")}
        tokens = self._parser.parse(context.text.text, env)
        raw = RawHtml.of(tokens)
        place = Place(name, self._whole)
        parts = split(tokens, None)
        shown, notes = (
            without_lines(finish(self._parser.renderer.render(some, self._parser.options, env), raw, context, place))
            for some in ([*parts.body, *parts.footnotes], parts.notes)
        )
        plain = re.sub(r"\n(?:[ \t]*\n)+", "\n", shown).strip("\n")  # an empty line would end a block of HTML
        if notes:
            plain += f"\n\n<!--\n{comment_text(notes_text(notes))}\n-->"
        return Composed((Part("markdown", ""),), plain, context, raw, place)
