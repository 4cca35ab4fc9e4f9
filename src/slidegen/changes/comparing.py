"""Compares two decks, or two records, number by number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from slidegen.changes.blocks import Blocks, LooseGrid, grids_of, paired_grids
from slidegen.changes.counting import Counts
from slidegen.changes.reasons import Sides, Texts
from slidegen.changes.results import paired_results
from slidegen.changes.sentences import Sentence, plain_sentences, sentences
from slidegen.changes.slides import SlideText, paired_slides, slides_of
from slidegen.changes.values import Change, Changes, Place, SlideChange, SlideKind
from slidegen.changes.wording import Loose, Wording
from slidegen.resolved import ResolvedDeck
from slidegen.results.record import Record

Found = Change | Loose | LooseGrid
SlidePair = tuple[SlideText | None, SlideText | None]


def compare(
    old: ResolvedDeck, new: ResolvedDeck, names: tuple[str, str] = ("old", "new"), *, exact: bool = False
) -> Changes:
    """Returns every number that differs between two decks, slide by slide. `names` are those of the two sides.

    Numbers that differ only beyond the digits that are shown are counted; with `exact` they are listed, too.
    """
    comparison = _Comparison(Sides(old, new), Counts(exact))
    before, after = slides_of(old), slides_of(new)
    pairs = [
        (None if a is None else before[a], None if b is None else after[b]) for a, b in paired_slides(before, after)
    ]
    slides = [*comparison.deck(old, new)]
    slides += [found for found in comparison.slides(pairs) if found.changes or found.kind != "changed"]
    counts = comparison.counts
    return Changes(*names, tuple(slides), counts.same, counts.hidden, (*old.problems, *new.problems))


def compare_records(
    old: Record, new: Record, names: tuple[str, str] = ("old", "new"), *, exact: bool = False
) -> Changes:
    """Returns what differs between two records without their decks: result by result, row by row, column by column.
    Each result is a `SlideChange` without numbers, whose title is its request."""
    counts = Counts(exact)
    blocks = Blocks(Sides(), counts)
    slides = []
    for title, one, two in paired_results(old, new):
        changes = tuple(blocks.compared(LooseGrid(one, two), set(), "record"))
        if changes or one is None or two is None:
            slides.append(SlideChange(_kind(one, two), None, None, title, changes))
    return Changes(*names, tuple(slides), counts.same, counts.hidden)


@dataclass(slots=True)
class _Comparison:
    """One comparison of decks. `whole` are the texts of both, in which the tables and figures are declared."""

    sides: Sides
    counts: Counts
    wording: Wording = field(init=False)
    blocks: Blocks = field(init=False)
    whole: Texts = field(init=False)
    footers: set[tuple[object, object]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.wording = Wording(self.sides, self.counts)
        self.blocks = Blocks(self.sides, self.counts)
        decks = (self.sides.old, self.sides.new)
        before, after = ("" if deck is None else deck.source.text for deck in decks)
        self.whole = Texts(before, after, whole=True)

    def deck(self, old: ResolvedDeck, new: ResolvedDeck) -> Iterator[SlideChange]:
        """Yields the changes of what stands on no slide of its own: the title, and what Marp says on every slide."""
        before, after = (plain_sentences(deck.options.title or "") for deck in (old, new))
        found = [
            *self.wording.compared("title", "", before, after, self.whole),
            *self.wording.compared("footer", "", _running(old), _running(new), self.whole),
        ]
        changes = tuple(change for item in found for change in self._final(item, set()))
        if changes:
            yield SlideChange("changed", None, None, new.options.title or "", changes)

    def slides(self, pairs: Sequence[SlidePair]) -> Iterator[SlideChange]:
        """Yields the changes of each pair of slides. What a slide lacks may stand on another one, to which it moved."""
        found = [list(self._slide(one, two)) for one, two in pairs]
        self._moved(pairs, found)
        for (one, two), items in zip(pairs, found, strict=True):
            seen: set[tuple[object, ...]] = set()
            changes = tuple(change for item in items for change in self._final(item, seen))
            before, after = (None if slide is None else slide.number for slide in (one, two))
            shown = two or one
            assert shown is not None
            yield SlideChange(_kind(one, two), before, after, shown.title, changes)

    def _slide(self, old: SlideText | None, new: SlideText | None) -> Iterator[Found]:
        places: tuple[Place, ...] = ("text", "notes", "footer")
        for place in places:
            before, after = (() if slide is None else slide.sentences(place) for slide in (old, new))
            found = self.wording.compared(place, "", before, after, self._texts(old, new, place))
            yield from found if place != "footer" else filter(self._once, found)
        for pair in paired_grids(grids_of(old), grids_of(new)):
            yield pair
            yield from self._around(pair)

    def _texts(self, old: SlideText | None, new: SlideText | None, place: Place) -> Texts:
        """Returns the author's texts of a place. Notes see the names that the slide's text defines."""
        one, two = ("" if slide is None else slide.written(place) for slide in (old, new))
        lost = any(
            slide is not None and deck is not None and deck.problems and "{%" in text and not slide.sentences(place)
            for slide, text, deck in ((old, one, self.sides.old), (new, two, self.sides.new))
        )
        unknown = any(sentence.lacks_values for slide in (old, new) if slide for sentence in slide.sentences(place))
        return Texts(one, two, lost, unknown)

    def _around(self, pair: LooseGrid) -> Iterator[Found]:
        """Yields the changes of the texts around a table or figure."""
        grid = pair.new or pair.old
        if grid is None:
            return
        before, after = (plain_sentences("" if side is None else side.words) for side in (pair.old, pair.new))
        yield from self.wording.compared("figure" if grid.figure else "table", grid.name, before, after, self.whole)

    def _once(self, found: Found) -> bool:
        """Returns whether a change of a footer was not told before: many slides have the same one."""
        shown = (found.old, found.new) if isinstance(found, Change) else (None, found.key)
        if shown in self.footers:
            return False
        self.footers.add(shown)
        return True

    def _moved(self, pairs: Sequence[SlidePair], slides: list[list[Found]]) -> None:
        """Pairs what stands on one slide of the old deck and on another one of the new deck, in the decks' orders."""
        gone: list[tuple[int, int, Loose | LooseGrid]] = []
        come: dict[tuple[object, ...], list[tuple[int, int, Loose | LooseGrid]]] = {}
        for number, ((one, two), items) in enumerate(zip(pairs, slides, strict=True)):
            for item in items:
                if isinstance(item, Change):
                    continue
                if item.new is None and one is not None:
                    gone.append((one.position, number, item))
                elif item.old is None and two is not None:
                    come.setdefault(item.key, []).append((two.position, number, item))
        for one_side in come.values():
            one_side.sort(key=lambda found: found[0])
        for _, number, item in sorted(gone, key=lambda found: found[0]):
            if come.get(item.key):
                _, where, other = come[item.key].pop(0)
                slides[number].remove(item)
                at = slides[where].index(other)
                slides[where][at : at + 1] = self._joined(item, other)

    def _joined(self, gone: Loose | LooseGrid, come: Loose | LooseGrid) -> Iterator[Found]:
        """Yields the changes of what moved from one slide to another."""
        if isinstance(gone, LooseGrid) and isinstance(come, LooseGrid):
            yield LooseGrid(gone.old, come.new)
        elif isinstance(gone, Loose) and isinstance(come, Loose) and gone.old is not None and come.new is not None:
            texts = Texts(
                gone.texts.old,
                come.texts.new,
                gone.texts.lost or come.texts.lost,
                gone.texts.unknown or come.texts.unknown,
            )
            yield from self.wording.both(come.place, come.name, gone.old, come.new, texts)

    def _final(self, item: Found, seen: set[tuple[object, ...]]) -> Iterator[Change]:
        if isinstance(item, Loose):
            yield from self.wording.one_sided(item)
        elif isinstance(item, LooseGrid):
            yield from self.blocks.compared(item, seen)
        else:
            yield item


def _running(deck: ResolvedDeck) -> list[Sentence]:
    """Returns the sentences of a Marp deck's headers and footers."""
    written = [] if deck.marp is None else [one for text in deck.marp.running for one in plain_sentences(text)]
    return [*written, *(one for text in deck.directives.values() for one in sentences(text))]


def _kind(old: object | None, new: object | None) -> SlideKind:
    return "added" if old is None else "removed" if new is None else "changed"
