"""What exports know of a built deck besides its page: titles, speaker notes and the provenance of its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from slidegen.errors import Problem, SlidegenError
from slidegen.hidden_slides import HIDDEN, hidden_places
from slidegen.model import DeckOptions
from slidegen.origins import Origin, origins
from slidegen.outputs.icons import without_icons
from slidegen.outputs.marp_page import slide_size
from slidegen.pipeline import BuiltDeck
from slidegen.rendered import MarpSlide, RenderedSlide
from slidegen.resolved import PlacedFigure, ResolvedDeck, ResolvedSlide, ResolvedText
from slidegen.timing import budget, deck_minutes, planned


@dataclass(frozen=True, slots=True)
class ExportedSlide:
    """A slide: its number, its heading ("" if it has none), and its speaker notes as Markdown. `below` says that it
    stands below another one in a vertical stack; `path` and `line` are where it is written; `figures` are the computed
    ones that it places, in the order of the text. A `hidden` one is only on the page of a build that asks for it."""

    number: int
    title: str
    notes: str
    below: bool = False
    path: str = ""
    line: int = 1
    figures: tuple[PlacedFigure, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ExportedDeck:
    """A deck whose page is in a file, for a browser. `name` is the deck's, as messages show it; `meta` has the author,
    the description and the keywords that are given; `size` is that of a slide in CSS pixels; `plan` has the second at
    which each slide is to begin, if the deck says how long it takes (see `slidegen.timing`);
    `hidden` has for each slide that is not on the page how many slides stand before it."""

    name: str
    path: Path
    page: Path
    title: str
    options: DeckOptions
    meta: Mapping[str, str]
    size: tuple[int, int]
    slides: tuple[ExportedSlide, ...]
    origins: tuple[Origin, ...]
    plan: tuple[float, ...] = ()
    hidden: tuple[int, ...] = ()


def exported_deck(built: BuiltDeck) -> ExportedDeck:
    """Collects what exports need from the last stages of a build.

    Raises:
        SlidegenError: the output is not a page that a browser can show.
    """
    deck, rendered, page = built.deck, built.rendered, built.page
    if page is None:
        what = f"the output {deck.options.format!r} cannot be exported; allowed: outputs whose page is HTML"
        raise SlidegenError([Problem(what, deck.source.name, code="wrong-output")])
    shown = list(chain.from_iterable(deck.shown))
    drawn = [slide for stack in rendered.stacks for slide in stack]
    below = [index > 0 for stack in rendered.stacks for index in range(len(stack))]
    slides = tuple(
        ExportedSlide(
            number,
            _title(slide),
            _notes(slide, resolved, deck),
            below[number - 1],
            slide.source.path,
            slide.source.line,
            tuple(one for one in resolved.content.marked().values() if isinstance(one, PlacedFigure)),
            HIDDEN in resolved.options.attributes,
        )
        for number, (slide, resolved) in enumerate(zip(drawn, shown, strict=True), start=1)
    )
    meta = dict(page.meta)
    known: dict[str, str] = {name: meta[name] for name in ("author", "description", "keywords") if name in meta}
    source = deck.source
    size = slide_size(drawn[0].svg) if isinstance(drawn[0], MarpSlide) else deck.options.size
    return ExportedDeck(
        source.name,
        source.path,
        built.built.output,
        page.title,
        deck.options,
        known,
        size,
        slides,
        origins(shown),
        planned(deck_minutes(deck.options), [budget(slide.options) for slide in shown]),
        tuple(hidden_places(deck)),
    )


def _title(slide: RenderedSlide | MarpSlide) -> str:
    """The text of a slide's first heading on one line."""
    from selectolax.lexbor import LexborHTMLParser

    html = slide.svg if isinstance(slide, MarpSlide) else slide.body
    heading = LexborHTMLParser(html).css_first("h1, h2, h3, h4, h5, h6")
    if heading is None:
        return ""
    for formula in heading.css(".katex"):
        source = formula.css_first("annotation")
        formula.replace_with(formula.text() if source is None else source.text())
    for line in heading.css("br"):
        line.replace_with(" ")
    return without_icons(" ".join(heading.text().split()))


def _notes(slide: RenderedSlide | MarpSlide, resolved: ResolvedSlide, deck: ResolvedDeck) -> str:
    """The speaker notes of a slide as Markdown, with the values in them. Those of a Marp deck are comments, which only
    marp-core can tell from directives."""
    if isinstance(slide, MarpSlide) and deck.marp is not None:
        return "\n\n".join(slide.notes).strip()
    parts = [] if resolved.notes is None else [_plain(resolved.notes, resolved.notes.text)]
    if slide.notes:
        parts += (
            _plain(resolved.content, text) for text in _notes_in(resolved.content, resolved.dialect or deck.dialect)
        )
    return "\n\n".join(filter(None, (part.strip() for part in parts)))


def _plain(text: ResolvedText, part: str) -> str:
    from slidegen.render.context import Findings, SlideContext

    return SlideContext(text, Findings(), incremental=False).plain(part)


def _notes_in(content: ResolvedText, dialect: str) -> Iterator[str]:
    """The text of the notes that stand in a slide's own text."""
    from textwrap import dedent

    from slidegen.render.blocks import blocks
    from slidegen.render.context import Findings, SlideContext
    from slidegen.render.markdown import make_parser

    context = SlideContext(content, Findings(), incremental=False, dialect=dialect)
    tokens = make_parser(dialect=dialect).parse(content.text, {"slide": context, "docId": "", "id": None})
    rows = content.text.split("\n")
    for block in blocks(tokens):
        if block[0].type == "container_notes_open" and block[0].map:
            inside = [token.map for token in block[1:-1] if token.map]
            if inside:
                first, last = min(start for start, _ in inside), max(end for _, end in inside)
                yield dedent("\n".join(rows[first:last]))
