"""Writes the citations of a deck in a style of CSL, and adds the references."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from typing import Any, Final

from slidegen.citations.engine import SECONDS, StyleError, Written, write_citations
from slidegen.citations.html import attribute, in_markdown, plain
from slidegen.citations.references import Reference, foot, reference_slides
from slidegen.citations.spoken import spoken, with_spoken
from slidegen.citations.styles import locales, read_style
from slidegen.citations.syntax import UNCITED, Citation, Cited, citations, notes_in
from slidegen.citations.works import read_works
from slidegen.errors import DeckError, Problem, nearest
from slidegen.memo import Memo, content_key, once
from slidegen.render.appendix import corner_numbers
from slidegen.render.markdown_text import markdown_text
from slidegen.resolved import ResolvedDeck, ResolvedSlide, ResolvedText
from slidegen.v8 import EngineError

MOST: Final = 5_000
"""The most citations of a deck."""
OF_QUARTO: Final = re.compile(r"(?:thm|lem|cor|prp|cnj|def|exm|exr|sol|rem|alg|nte|tip|wrn|imp|cau)-")
"""What else the names of Quarto's cross references begin with."""
MOST_COMPARED: Final = 20
"""The most unknown keys that are compared with all keys."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A citation on a slide: the number of the slide (from 0, of those that are shown)."""

    slide: int
    citation: Citation


@dataclass(slots=True)
class _Findings:
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def with_citations(deck: ResolvedDeck, memo: Memo | None = None) -> tuple[ResolvedDeck, tuple[Problem, ...]]:
    """Returns a deck with its citations written and its references, and the mistakes.

    With mistakes the deck stays as it is: its other stages find theirs.
    """
    works = read_works(deck, memo)
    found = _Findings(list(works.problems), list(works.warnings))
    slides = list(chain.from_iterable(deck.shown))
    places = [_Place(at, one) for at, slide in enumerate(slides) for one in _divided(slide.content)[0]]
    noted = [(text, one) for slide in slides for text, some in _spoken(slide) for one in some]
    if not works.problems:
        _check_keys(places, noted, slides, works.items, found)
    try:
        style = read_style(deck)
    except DeckError as error:
        found.problems += error.problems
    deck = replace(deck, warnings=(*deck.warnings, *found.warnings))
    every = [place.citation for place in places] + [citation for _, citation in noted]
    keys = dict.fromkeys(work.key for citation in every for work in citation.works)
    uncited = (
        [] if works.problems else [key for key in dict.fromkeys(_uncited(deck, works.items, found)) if key not in keys]
    )
    if found.problems or not (keys or uncited):
        return deck, tuple(found.problems)
    try:
        written = _written(deck, style, [works.items[key] for key in (*keys, *uncited)], every, uncited, memo)
    except EngineError:
        path, line = deck.options.place("bibliography", deck.source.name)
        what = f"citations: {len(keys) + len(uncited):,} works take longer than {SECONDS:g} s; cite or list fewer"
        return deck, (Problem(what, path, line or 1, code="limit"),)
    except StyleError as error:
        path, line = deck.options.place("csl", deck.source.name)
        return deck, (Problem(f"csl: {error}", path, line or 1, code="wrong-value"),)
    return _Writer(deck, slides, places, written, uncited).deck(), ()


def _divided(content: ResolvedText) -> tuple[list[Citation], list[Citation]]:
    """The citations in a slide's text that are seen, and those in its notes."""
    spans = notes_in(content.text)
    shown: list[Citation] = []
    said: list[Citation] = []
    for one in citations(content.text):
        (said if any(start <= one.start < end for start, end in spans) else shown).append(one)
    return shown, said


def _spoken(slide: ResolvedSlide) -> Iterator[tuple[ResolvedText, list[Citation]]]:
    """The texts of a slide with citations that are plain text: the notes in its content first."""
    yield slide.content, _divided(slide.content)[1]
    yield from spoken(slide)


def _check_keys(
    places: Sequence[_Place],
    noted: Sequence[tuple[ResolvedText, Citation]],
    slides: Sequence[ResolvedSlide],
    items: Mapping[str, Any],
    found: _Findings,
) -> None:
    """Reports the keys that no work has."""
    every = [(slides[place.slide].content, place.citation) for place in places] + list(noted)
    if len(every) > MOST:
        source = every[MOST][0].source
        found.problems.append(
            Problem(f"citation: more than {MOST:,} citations", source.path, source.line, code="limit")
        )
        return
    told: dict[str, str] = {}
    for text, citation in every:
        line = text.line(text.text.count("\n", 0, citation.start))
        for work in citation.works:
            if work.key in items:
                continue
            if work.key not in told:
                told[work.key] = _hint(work.key, items, len(told))
            theorem = "; references to theorems and callouts are not numbered" if OF_QUARTO.match(work.key) else ""
            sign = "; write \\@ for a name that is not a key" if citation.in_sentence else ""
            what = f"citation: no work has the key {work.key!r}{told[work.key]}{theorem}{sign}"
            found.problems.append(Problem(what, text.source.path, line, code="unknown-name"))


def _hint(key: str, items: Mapping[str, Any], told: int) -> str:
    """The end of a message about an unknown key: the nearest one, unless so many are `told` that it takes long."""
    return f"; {nearest(key, items)}" if told < MOST_COMPARED else ""


def _uncited(deck: ResolvedDeck, items: Mapping[str, Any], found: _Findings) -> Iterator[str]:
    """Yields the keys in `nocite`, which may be all. Reports those that no work has."""
    given = deck.options.bibliography.nocite
    named = dict.fromkeys(one["all"] or one["braced"] or one["plain"] for one in UNCITED.finditer(given))
    path, line = deck.options.place("nocite", deck.source.name)
    if given.strip() and not named:
        what = f"nocite: {given.strip()!r} holds no key; write @key, or @* for all"
        found.problems.append(Problem(what, path, line, code="wrong-value"))
    unknown = 0
    for key in named:
        if key == "*":
            yield from items
        elif key in items:
            yield key
        else:
            what = f"nocite: no work has the key {key!r}{_hint(key, items, unknown)}"
            unknown += 1
            found.problems.append(Problem(what, path, line, code="unknown-name"))


def _written(
    deck: ResolvedDeck,
    style: str,
    items: list[Mapping[str, Any]],
    every: Sequence[Citation],
    uncited: list[str],
    memo: Memo | None,
) -> Written:
    lang, xml = locales(deck.options.lang)
    cited = [([_item(work) for work in citation.works], citation.in_sentence) for citation in every]
    key = content_key((style, lang, items, cited, uncited))
    return once(memo, "citations", key, lambda: write_citations(style, xml, lang, items, cited, uncited))


def _item(work: Cited) -> dict[str, Any]:
    """A work as CSL's "citation item"."""
    item: dict[str, Any] = {"id": work.key, "prefix": work.prefix, "suffix": work.suffix}
    if work.locator:
        item |= {"label": work.label, "locator": work.locator}
    if work.without_author:
        item["suppress-author"] = True
    return item


class _Writer:
    """Writes the citations of one deck into its slides."""

    def __init__(
        self,
        deck: ResolvedDeck,
        slides: Sequence[ResolvedSlide],
        places: Sequence[_Place],
        written: Written,
        uncited: Sequence[str],
    ) -> None:
        self._deck = deck
        self._slides = slides
        self._places = places
        self._written = written
        self._where = deck.options.bibliography.references
        self._linked = deck.options.bibliography.linked and self._where != "none"
        self._uncited = frozenset(uncited)
        self._texts = {key: (label, text) for key, label, text in written.references}
        self._names = _names(key for key, *_ in written.references)
        self._seen: dict[str, list[tuple[str, int]]] = {}

    def deck(self) -> ResolvedDeck:
        """The deck with its citations and references."""
        made: dict[int, ResolvedSlide] = {}
        html = iter(self._written.citations)
        by_slide: dict[int, list[tuple[Citation, str]]] = {}
        for place in self._places:
            by_slide.setdefault(place.slide, []).append((place.citation, next(html)))
        for at, slide in enumerate(self._slides):
            said = [(one, markdown_text(plain(next(html)))) for one in _divided(slide.content)[1]]
            changed = with_spoken(slide, partial(_in_words, html))
            if at in by_slide or said:
                changed = replace(changed, content=self._content(changed.content, at, by_slide.get(at, ()), said))
            if changed is not slide:
                made[id(slide)] = changed
        deck = self._deck
        stacks = tuple(tuple(made.get(id(slide), slide) for slide in stack) for stack in deck.stacks)
        footer = next((one.footer for slide in self._slides if slide.footer == deck.footer
                       and (one := made.get(id(slide))) is not None), deck.footer)  # fmt: skip
        deck = replace(deck, stacks=stacks, footer=footer)
        return reference_slides(deck, list(self._references()), self._written.heading)

    def _content(
        self,
        text: ResolvedText,
        at: int,
        found: Sequence[tuple[Citation, str]],
        said: Sequence[tuple[Citation, str]],
    ) -> ResolvedText:
        """The text of the slide with the number `at`. What is `said` stands in its notes."""
        own: dict[str, None] = {}
        pairs = list(said)
        for citation, html in found:
            for work in citation.works:
                own[work.key] = None
            if citation.attribute:
                pairs.append((citation, attribute(plain(html))))
            else:
                pairs.append((citation, in_markdown(html, self._linker(citation, at))))
        text = _replaced(text, sorted(pairs, key=lambda pair: pair[0].start))
        if self._where in ("end", "none"):
            return text
        ordered = [key for key, *_ in self._written.references if key in own]
        listed = [
            Reference(self._texts[key][0], self._texts[key][1], self._name(key, at) if self._where == "foot" else "")
            for key in ordered
        ]
        return text.followed(foot(listed, self._deck.options.direction == "rtl")) if listed else text

    def _name(self, key: str, at: int) -> str:
        """The id of a reference."""
        return f"ref-{at + 1}-{self._names[key]}" if self._where == "foot" else f"ref-{self._names[key]}"

    def _linker(self, citation: Citation, at: int) -> Any:
        def link(number: int, html: str) -> str:
            key = citation.works[number].key
            if key not in self._names:  # a style without references
                return html
            seen = self._seen.setdefault(key, [])
            own = f"cite-{self._names[key]}-{len(seen) + 1}"
            seen.append((own, at))
            title = attribute(plain(self._texts[key][1]))
            if not self._linked:
                return f'<span class="cite" id="{own}" title="{title}">{html}</span>'
            return f'<a class="cite" id="{own}" href="#{self._name(key, at)}" title="{title}">{html}</a>'

        return link

    def _references(self) -> Iterator[Reference]:
        """The references on slides of their own. Those at the foot of slides are of works that are cited there."""
        numbers = corner_numbers(self._deck, self._slides)
        for key, label, text in self._written.references:
            if self._where == "none" or (self._where == "foot" and key not in self._uncited):
                continue
            back: dict[int, str] = {}
            for own, at in self._seen.get(key, []):
                back.setdefault(numbers[at], own)
            yield Reference(label, text, f"ref-{self._names[key]}", tuple(back.items()))


def _in_words(html: Iterator[str], text: ResolvedText, found: Sequence[Citation], markdown: bool) -> ResolvedText:
    """A text with its citations, the next ones, as words."""
    written = [plain(next(html)) for _ in found]
    pairs = zip(found, [markdown_text(one) for one in written] if markdown else written, strict=True)
    return _replaced(text, list(pairs))


def _names(keys: Iterator[str]) -> dict[str, str]:
    """For each key what stands for it in the ids of elements."""
    names: dict[str, str] = {}
    for key in keys:
        name = re.sub(r"[^A-Za-z0-9_-]", "-", key)
        names[key] = name if name not in names.values() else f"{name}-{len(names) + 1}"
    return names


def _replaced(text: ResolvedText, found: Sequence[tuple[Citation, str]]) -> ResolvedText:
    """A text with its citations replaced. Each keeps its number of lines."""
    parts: list[str] = []
    at = 0
    for citation, html in found:
        before = text.text[at : citation.start]
        if html.startswith("<sup>"):
            before = before.rstrip(" ")  # a raised number stands at its word
        newlines = text.text.count("\n", citation.start, citation.end)
        parts += [before, html, "\n" * newlines]
        at = citation.end
    return replace(text, text="".join((*parts, text.text[at:])))
