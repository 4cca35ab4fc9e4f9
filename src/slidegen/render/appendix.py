"""The slides at the end of a deck that say where its numbers come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, chain
from textwrap import wrap
from typing import Final

from slidegen.errors import Problem
from slidegen.languages.words import html, is_english
from slidegen.measures import PLAIN_MEASURES
from slidegen.model import Provenance, SlideOptions, Text
from slidegen.origins import Origin, origins
from slidegen.render.markdown_text import markdown_text
from slidegen.render.provenance import models_by_origin, versions, wholly_given
from slidegen.resolved import ResolvedDeck, ResolvedSlide, ResolvedText

HEADING_TEXT: Final = "Where the numbers come from"
CLASS: Final = "provenance-list"
CHARACTER, LINE, GAP = 9.2, 28.0, 14.0
"""The width of a character, the height of a line and the space between entries at 20 pixels, the size in the style
sheet; wide enough for the themes of Marp."""
SCOPED: Final = "<style scoped>section :is(p, li) { font-size: 20px; line-height: 1.4; margin: 0 0 14px; }</style>\n\n"
"""The same size in the themes of Marp."""


def with_appendix(deck: ResolvedDeck) -> ResolvedDeck:
    """Adds the slides that the deck asks for with `appendix`. Warns if none of its slides shows a computed number."""
    if deck.options.appendix != "provenance":
        return deck
    shown = list(chain.from_iterable(deck.shown))
    found = origins(shown)
    path, line = deck.options.place("appendix", deck.source.name)
    if not found:
        what = "appendix: provenance adds no slide; no slide shows a computed number"
        return replace(deck, warnings=(*deck.warnings, Problem(what, path, line, code="not-applied")))
    source = Text("", deck.source.name, line or 1)
    marp = deck.marp is not None
    numbers = corner_numbers(deck, shown)
    found = tuple(replace(one, slides=tuple(dict.fromkeys(numbers[at - 1] for at in one.slides))) for one in found)
    slides = [(_slide(entries, source, marp, deck.options.lang),) for entries in _pages(found, deck.options.size)]
    return replace(deck, stacks=(*deck.stacks, *slides))


def corner_numbers(deck: ResolvedDeck, shown: Sequence[ResolvedSlide]) -> list[int]:
    """Returns the number in the corner of each slide. reveal.js does not count all; Marp does."""
    if deck.marp is not None or deck.options.format != "reveal":
        return list(range(1, len(shown) + 1))
    return list(accumulate(int(slide.options.visibility != "uncounted") for slide in shown))


def _slide(entries: Sequence[str], source: Text, marp: bool, lang: str) -> ResolvedSlide:
    texts = entries if is_english(lang) else [f'<span lang="en">{entry}</span>' for entry in entries]
    text = f"## {html(HEADING_TEXT, lang)}\n\n" + (SCOPED if marp else "") + "\n\n".join(texts)
    options = SlideOptions(layout="content", classes=(CLASS,))
    return ResolvedSlide(ResolvedText(text, (), source), options, None, None)


def _pages(found: Sequence[Origin], size: tuple[int, int]) -> Iterator[list[str]]:
    """The entries of each slide, as many as its height holds by an estimate of their lines."""
    across = int((size[0] - 2 * PLAIN_MEASURES.side) / CHARACTER)
    height = size[1] - PLAIN_MEASURES.top - PLAIN_MEASURES.bottom - PLAIN_MEASURES.heading_height()
    page: list[str] = []
    left = float(height)
    for origin in found:
        head, rest = _head(origin), wrap(_rest(origin.provenance), across, break_on_hyphens=False)
        above = -(-len(head) // across)
        most = max(1, int((height - GAP) / LINE) - above)  # a longer entry goes on on the next slide
        for start in range(0, max(1, len(rest)), most):
            lines = rest[start : start + most]
            needs = (above + len(lines)) * LINE + GAP
            if page and needs > left:
                yield page
                page, left = [], float(height)
            below = f"<br>{markdown_text(' '.join(lines))}" if lines else ""
            page.append(f"**{markdown_text(head)}**{below}")
            left -= needs
    yield page


def _head(origin: Origin) -> str:
    """The slides and what made their numbers."""
    provenance = origin.provenance
    slides = f"Slide{'s' if len(origin.slides) > 1 else ''} {_ranges(origin.slides)}: "
    if wholly_given(provenance):
        return f"{slides}given in {provenance.given}"
    given = "" if provenance.given is None else f"given in {provenance.given} with values of"
    accounting = f"{provenance.accounting} accounting" if provenance.accounting else ""
    source = f"{given} {provenance.source}".lstrip()
    return slides + ", ".join(filter(None, (source, accounting, versions(provenance), provenance.date)))


def _rest(provenance: Provenance) -> str:
    """The models with the origins of their configs, and what is left out."""
    parts = [f"{', '.join(names)} ({where})." for where, names in models_by_origin(provenance).items()]
    if provenance.leaves_out:
        parts.append(f"Leaves out {provenance.leaves_out.removesuffix('.')}.")
    return " ".join(parts)


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers in ascending order as text: "3-5, 8"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}\u2013{run[-1]}" for run in runs)
