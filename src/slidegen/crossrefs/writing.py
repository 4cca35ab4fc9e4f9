"""Numbers what has a label, and writes the cross references of a deck as links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from itertools import chain
from typing import Final

from slidegen.citations.syntax import Citation, Cited, cross_references
from slidegen.crossrefs.editing import Edit, edited, label_edits
from slidegen.crossrefs.labels import OF_NAMES, Kind, Label, in_line, labels
from slidegen.errors import Problem, nearest
from slidegen.hidden_slides import HIDDEN
from slidegen.languages.words import html, said
from slidegen.model import BY_MARP, Source
from slidegen.resolved import Placed, PlacedFigure, PlacedTable, ResolvedDeck, ResolvedSlide, ResolvedText

WORDS: Final[dict[Kind, str]] = {"fig": "Figure", "tbl": "Table", "eq": "Equation", "sec": "Section"}
MOST: Final = 5_000
"""The most labels and the most cross references of a deck."""
OF_CELL: Final = re.compile(r"\|[ \t]*label:[ \t]*[\"']?([\w.:-]*\w)")
"""The label of a code cell of Quarto: `#| label: fig-x`."""
MOST_COMPARED: Final = 20
"""The most unknown names that are compared with all labels."""


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A label with its slide, its number among those of its kind, and its line. One that is shown again has an `id`."""

    label: Label
    slide: int
    line: int
    path: str
    number: int = 0
    part: str = ""
    id: str = ""

    @property
    def shown(self) -> str:
        """Its number, with the letter of a part of a figure: "3 (a)"."""
        return f"{self.number}\u00a0({self.part})" if self.part else str(self.number)

    def repeats(self, first: _Numbered) -> bool:
        """Whether it is the same place of the same file, on another slide: an included slide may be shown twice."""
        return self.slide != first.slide and (self.path, self.line) == (first.path, first.line)


@dataclass(frozen=True, slots=True)
class _Reference:
    """A cross reference in the text of a slide or in its notes."""

    text: ResolvedText
    citation: Citation

    @property
    def line(self) -> int:
        return self.text.line(self.text.text.count("\n", 0, self.citation.start))


@dataclass(slots=True)
class _Found:
    """The file of a deck, the labels of its code cells, its labels by name, those of places that have no label of their
    own, what slides repeat that are shown again, the names that label nothing, and the mistakes."""

    source: Source
    cells: frozenset[str] = frozenset()
    labels: dict[str, _Numbered] = field(default_factory=dict)
    places: dict[str, list[_Numbered]] = field(default_factory=dict)
    again: list[_Numbered] = field(default_factory=list)
    misplaced: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def with_cross_references(deck: ResolvedDeck) -> tuple[ResolvedDeck, tuple[Problem, ...]]:
    """Returns a deck with its labels numbered and its cross references written, and the mistakes.

    With mistakes the deck stays as it is. A deck with no label keeps its text, too: each reference is a warning. A
    deck with no reference keeps it because what looks like a label may have another meaning there.
    """
    slides = list(chain.from_iterable(deck.shown))
    read = [labels(slide.content, slide.options.id, (slide.dialect or deck.dialect) == "pandoc") for slide in slides]
    found = _found(slides, read, deck)
    texts = [text for slide in slides for text in (slide.content, slide.notes) if text is not None]
    references = [_Reference(text, one) for text in texts for one in cross_references(text.text)]
    if max(len(references), len(found.labels)) > MOST:
        what = f"references: more than {MOST:,} labels or references"
        return deck, (Problem(what, deck.source.name, 1, code="limit"),)
    if not references:
        return deck, ()
    used = _used(references, found)
    deck = replace(deck, warnings=(*deck.warnings, *found.warnings))
    if found.problems or not used:
        return deck, tuple(found.problems)
    sections = any(work.key.startswith("sec-") for one in references for work in one.citation.works)
    numbered = _counted(found, used, read, sections)
    own = [*numbered.values(), *_repeated(found, numbered)]
    made = {id(slide): _written(deck, slide, at, numbered, own) for at, slide in enumerate(slides)}
    stacks = tuple(tuple(made.get(id(slide), slide) for slide in stack) for stack in deck.stacks)
    return replace(deck, stacks=stacks), ()


def _found(slides: Sequence[ResolvedSlide], read: Sequence[Sequence[Label]], deck: ResolvedDeck) -> _Found:
    found = _Found(deck.source, frozenset(OF_CELL.findall(deck.source.text)))
    for at, (slide, own) in enumerate(zip(slides, read, strict=True)):
        for label in own:
            text = slide.content
            one = _Numbered(label, at, text.line(text.text.count("\n", 0, label.start)), text.source.path)
            copy = HIDDEN in slide.options.attributes  # of a slide that is shown, perhaps in another state
            if label.form == "placed":
                places = found.places.setdefault(label.name, [])
                (found.again if any(map(one.repeats, places)) or (copy and places) else places).append(one)
            elif label.form == "misplaced":
                found.misplaced.add(label.name)
                found.warnings.append(_misplaced(one))
            elif (first := found.labels.setdefault(label.name, one)) is one:
                if (
                    label.form == "picture"
                    and (slide.dialect or deck.dialect) not in BY_MARP
                    and in_line(text.text, label)
                ):
                    found.warnings.append(_without_caption(one))
            elif copy or one.repeats(first):
                found.again.append(one)
            else:
                where = f"line {first.line}" if first.path == one.path else f"{first.path}:{first.line}"
                what = f"label: {label.name!r} is given twice, first at {where}; a label names one thing"
                found.problems.append(Problem(what, one.path, one.line, code="duplicate-key"))
    return found


def _without_caption(one: _Numbered) -> Problem:
    """The warning about a picture that is a part of a line of text."""
    what = (
        f"label: the picture of {one.label.name!r} shows no caption in a line of text; give it a paragraph of its own"
    )
    return Problem(what, one.path, one.line, code="not-applied")


def _misplaced(one: _Numbered) -> Problem:
    """The warning about a label that stands at nothing that can have it."""
    places = {"fig": "directly after a picture", "tbl": "at the end of a table's caption, or in the line above a table",
              "eq": "after a displayed formula", "sec": "in a heading"}  # fmt: skip
    what = f"label: {one.label.name!r} labels nothing; it stands {places[one.label.kind]}"
    return Problem(what, one.path, one.line, code="not-applied")


def _used(references: Sequence[_Reference], found: _Found) -> set[str]:
    """The names that are labels or are referred to. Reports those that nothing has."""
    used = set(found.labels)
    wanted = {work.key for one in references for work in one.citation.works}
    used |= {name for name, places in found.places.items() if name in wanted and name not in used and len(places) == 1}
    told: dict[str, str] = {}
    for one in references:
        for work in one.citation.works:
            if work.key not in used:
                _report(one, work.key, found, used, told)
    return used


def _written_in(key: str, source: Source) -> str:
    """Where a label stands that is on no slide that is shown; "" if nothing has it."""
    label = re.compile(rf"[{{ \t]#{re.escape(key)}(?![\w.:-])|^[ \t-]*id:[ \t]*{re.escape(key)}[ \t]*$", re.MULTILINE)
    for part in (source, *source.parts.values()):
        if (found := label.search(part.text)) is not None:
            line = part.text.count("\n", 0, found.start()) + 1
            return f"line {line}" if part is source else f"{part.name}:{line}"
    return ""


def _report(one: _Reference, key: str, found: _Found, used: set[str], told: dict[str, str]) -> None:
    path = one.text.source.path
    if not key.startswith(tuple(f"{kind}-" for kind in OF_NAMES)):
        what = f"reference: {key!r} is shown as it is written; what begins with lst- or sld- is not numbered"
        found.warnings.append(Problem(what, path, one.line, code="not-applied"))
    elif (places := found.places.get(key)) is not None:
        where = " and ".join(str(place.line) for place in places[:3])
        what = f"reference: {key!r} is placed {len(places)} times, on lines {where}; a reference names one thing"
        found.problems.append(Problem(what, path, one.line, code="unknown-name"))
    elif key in found.cells:
        what = f"reference: {key!r} is shown as it is written; the cell with this label has no output in the deck"
        found.warnings.append(Problem(what, path, one.line, code="not-applied"))
    elif key not in found.misplaced and len(told) < MOST_COMPARED and (where := _written_in(key, found.source)):
        told[key] = f"; it is written in {where}"
        what = f"reference: no slide that is shown has the label {key!r}, which is written in {where}"
        found.problems.append(Problem(what, path, one.line, code="unknown-name"))
    elif used:
        if key not in told:
            compared = len(told) < MOST_COMPARED
            told[key] = f"; {nearest(key, [*found.labels, *found.places])}" if compared else ""
        what = f"reference: nothing has the label {key!r}{told[key]}; write \\@ for a name that is not a reference"
        found.problems.append(Problem(what, path, one.line, code="unknown-name"))
    else:
        what = f"the reference @{key} is shown as it is written: nothing has a label such as {{#{key}}}"
        found.warnings.append(Problem(what, path, one.line, code="not-applied"))


def _counted(found: _Found, used: set[str], read: Iterable[Sequence[Label]], sections: bool) -> dict[str, _Numbered]:
    """The labels that are used, with their numbers: each kind is counted in the order of the deck. Sections keep 0 if
    no reference is to one: their labels are the names of slides, too."""
    counts = dict.fromkeys(OF_NAMES, 0)
    parts: dict[str, int] = {}
    numbered: dict[str, _Numbered] = {}
    for label in chain.from_iterable(read):
        one = found.labels.get(label.name) or found.places.get(label.name, [None])[0]
        if label.name in used and one is not None and one.label is label:
            if label.within in numbered:
                parts[label.within] = parts.get(label.within, 0) + 1
                whole = numbered[label.within].number
                numbered[label.name] = replace(one, number=whole, part=_letter(parts[label.within]))
                continue
            counts[label.kind] += label.kind != "sec" or sections
            numbered[label.name] = replace(one, number=counts[label.kind])
    return numbered


def _letter(number: int) -> str:
    """ "a" for 1; after "z" comes the number."""
    return chr(ord("a") + number - 1) if number <= 26 else str(number)


def _repeated(found: _Found, numbered: dict[str, _Numbered]) -> Iterator[_Numbered]:
    """Yields the labels on slides that are shown again: they have the same numbers, and ids of their own."""
    for place, one in enumerate(found.again):
        if (first := numbered.get(one.label.name)) is not None:
            yield replace(one, number=first.number, part=first.part, id=f"{one.label.name}-again-{place + 1}")


def _written(
    deck: ResolvedDeck, slide: ResolvedSlide, at: int, numbered: dict[str, _Numbered], every: Sequence[_Numbered]
) -> ResolvedSlide:
    """A slide with those labels of `every` that it has, and its references; the one with the number `at` (from 0)."""
    lang = deck.options.lang
    own = [one for one in every if one.slide == at]
    content, notes = slide.content, slide.notes
    dialect = slide.dialect or deck.dialect
    written = [_reference(one, numbered, lang) for one in cross_references(content.text)]
    if any(written):
        content = edited(content, [edit for edit in written if edit is not None])
    # A caption may hold references, so the labels are where they are now.
    now = {label.name: label for label in labels(content, slide.options.id, dialect == "pandoc")} if own else {}
    edits: list[Edit] = []
    placed: list[Placed] = list(content.placed)
    for one in own:
        heading = f"({one.part})" if one.part else f"{said(WORDS[one.label.kind], lang)[0]} {one.number}"
        if one.label.form in ("placed", "named"):
            placed[one.label.mark] = _captioned(placed[one.label.mark], heading, one.id or one.label.name)
        label = now.get(one.label.name, one.label)
        edits += label_edits(label, one.number, heading, content.text, dialect, one.id)
    if edits:
        content = edited(content, edits)
    if own:
        content = replace(content, placed=tuple(placed))
    if notes is not None:
        spoken = [_reference(one, numbered, lang, linked=False) for one in cross_references(notes.text)]
        if any(spoken):
            notes = edited(notes, [edit for edit in spoken if edit is not None])
    return replace(slide, content=content, notes=notes)


def _captioned(placed: Placed, heading: str, name: str) -> Placed:
    """A placed table or figure whose caption begins with its number."""
    if isinstance(placed, PlacedTable):
        caption = placed.look.caption
        look = replace(placed.look, caption=f"{heading}: {caption}" if caption else heading)
        return replace(placed, look=look, label=name)
    if isinstance(placed, PlacedFigure):
        caption = placed.caption
        return replace(placed, caption=f"{heading}: {caption}" if caption else heading, label=name)
    return placed


def _reference(one: Citation, numbered: dict[str, _Numbered], lang: str, linked: bool = True) -> Edit | None:
    """What a reference becomes; None if one of its names is not numbered: it is shown as it is written."""
    if any(work.key not in numbered for work in one.works):
        return None
    shown = [_shown(work, numbered[work.key], lang, linked and not one.attribute) for work in one.works]
    return Edit(one.start, one.end, ", ".join(shown))


def _shown(work: Cited, one: _Numbered, lang: str, linked: bool) -> str:
    """A reference: a text before it takes the place of "Figure", as in Quarto."""
    word = WORDS[one.label.kind]
    if work.without_author or work.prefix.strip():
        text = one.shown
    elif linked:
        text = html(word, lang, f"\u00a0{one.shown}")
    else:
        text = f"{said(word, lang)[0]}\u00a0{one.shown}"
    if linked:
        text = f'<a class="cite cross-reference" href="#{escape(work.key)}">{text}</a>'
    return f"{work.prefix}{text}{work.suffix}"
