"""`agenda`: lists the sections of a deck, and how far the talk has come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import chain
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from slidegen.errors import Problem
from slidegen.render.blocks import blocks, first_inline, text_of
from slidegen.render.context import Findings, SlideContext
from slidegen.render.layouts.base import Room
from slidegen.render.layouts.choosing import choose, fills
from slidegen.render.markdown import make_parser
from slidegen.render.sizing import inside
from slidegen.resolved import ResolvedDeck, ResolvedSlide

AGENDA: Final = "agenda"
NO_SECTIONS: Final = "layout 'agenda': the deck has no sections; give slides the layout 'section', or make stacks"


@dataclass(frozen=True, slots=True)
class _Section:
    """A section: its title, the number of its first slide (from 0, of those that are shown), and the link to it."""

    title: str
    start: int
    link: str


def with_agendas(deck: ResolvedDeck) -> tuple[ResolvedDeck, tuple[Problem, ...]]:
    """Adds the list of sections, as HTML, to the content of each slide with the layout `agenda`. Also returns mistakes.

    A section begins at each slide with the layout `section`, named or chosen; in a deck without any, at each stack of
    several slides. Without either, the deck has a mistake.
    """
    slides = list(chain.from_iterable(deck.shown))
    agendas = [at for at, slide in enumerate(slides) if slide.options.layout == AGENDA]
    if not agendas:
        return deck, ()
    sections = list(_sections(deck))
    if not sections:
        sources = (slides[at].content.source for at in agendas)
        return deck, tuple(Problem(NO_SECTIONS, source.path, source.line, code="missing-key") for source in sources)
    made = {id(slides[at]): _with_list(slides[at], sections, at) for at in agendas}
    stacks = tuple(tuple(made.get(id(slide), slide) for slide in stack) for stack in deck.stacks)
    return replace(deck, stacks=stacks), ()


def _sections(deck: ResolvedDeck) -> Iterator[_Section]:
    reader = _Reader(deck)
    one_based = 1 if deck.options.reveal.get("hashOneBasedIndex") else 0
    begun: list[_Section] = []
    stacks: list[_Section] = []
    number = 0
    for across, stack in enumerate(deck.shown):
        for down, slide in enumerate(stack):
            place = f"/{across + one_based}" + (f"/{down + one_based}" if down else "")
            link = f"/{slide.options.id}" if slide.options.id else place
            if reader.begins_section(slide, number == 0):
                begun.append(_Section(reader.title(slide), number, link))
            elif len(stack) > 1 and not down and slide.options.layout != AGENDA:
                stacks.append(_Section(reader.title(slide), number, link))
            number += 1
    yield from (section for section in begun or stacks if section.title)


class _Reader:
    """Reads the slides of a deck before they are rendered. What is wrong on them is found when they are."""

    def __init__(self, deck: ResolvedDeck) -> None:
        self._dialect = deck.dialect
        self._size = deck.options.size
        self._measures = deck.measures
        self._parsers: dict[str, MarkdownIt] = {}

    def begins_section(self, slide: ResolvedSlide, first: bool) -> bool:
        """Whether a slide has the layout `section`."""
        if slide.options.layout is not None:
            return slide.options.layout == "section"
        context, tokens = self._read(slide)
        space = inside(self._size, measures=self._measures)
        room = Room(context, space.width, space.height, self._measures.heading_height())
        return choose(blocks(tokens), room, first, fills(slide.options, context.dialect)) == "section"

    def title(self, slide: ResolvedSlide) -> str:
        """The text of a slide's first heading; empty without one."""
        context, tokens = self._read(slide)
        at = next((at for at, token in enumerate(tokens) if token.type == "heading_open"), None)
        inline = None if at is None else first_inline(tokens[at:])
        if inline is None:
            return ""
        return " ".join(context.plain(text_of(inline)).split())

    def _read(self, slide: ResolvedSlide) -> tuple[SlideContext, list[Token]]:
        dialect = slide.dialect or self._dialect
        if dialect not in self._parsers:
            self._parsers[dialect] = make_parser(dialect=dialect)
        context = SlideContext(slide.content, Findings(), incremental=False, dialect=dialect)
        env = {"slide": context, "docId": "", "id": slide.options.id}
        return context, self._parsers[dialect].parse(slide.content.text, env)


def _with_list(slide: ResolvedSlide, sections: Sequence[_Section], at: int) -> ResolvedSlide:
    """A slide with the list. The section that the next slide begins is the current one, else the one in which the
    slide stands; before the first section, there is none."""
    begun = [number for number, section in enumerate(sections) if section.start <= at + 1]
    started = any(section.start < at for section in sections)
    current = begun[-1] if begun and started else -1
    listed = "".join(_item(section, number, current) for number, section in enumerate(sections))
    plan = "" if started else " overview"
    return replace(slide, content=slide.content.followed(f'<ol class="agenda{plan}">{listed}</ol>'))


def _item(section: _Section, number: int, current: int) -> str:
    state = (
        ' class="passed"' if number < current else ' class="current" aria-current="step"' if number == current else ""
    )
    return f'<li{state}><a href="#{escape(section.link)}">{escape(section.title)}</a></li>'
