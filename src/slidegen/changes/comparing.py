"""Compares two decks, or two records, number by number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from slidegen.changes.aligning import aligned, opcodes, similarity
from slidegen.changes.cells import Grid, placed_grid
from slidegen.changes.grids import CellChange, compared
from slidegen.changes.reasons import Sides
from slidegen.changes.sentences import Sentence, Token
from slidegen.changes.slides import SlideText, paired_slides, slides_of
from slidegen.changes.values import Change, Changes, Place, SlideChange
from slidegen.resolved import PlacedTable, ResolvedDeck
from slidegen.results.record import Record


def compare(
    old: ResolvedDeck, new: ResolvedDeck, names: tuple[str, str] = ("old", "new"), *, exact: bool = False
) -> Changes:
    """Returns every number that differs between two decks, slide by slide. `names` are those of the two sides.

    Numbers that differ only beyond the digits that are shown are counted; with `exact` they are listed, too.
    """
    comparison = _Comparison(Sides(old, new), exact)
    before, after = slides_of(old), slides_of(new)
    slides = []
    for a, b in paired_slides(before, after):
        one, two = None if a is None else before[a], None if b is None else after[b]
        changes = tuple(comparison.slide(one, two))
        if one is not None and two is not None and changes:
            slides.append(SlideChange("changed", one.number, two.number, two.title, changes))
        elif one is None and two is not None:
            slides.append(SlideChange("added", None, two.number, two.title, changes))
        elif two is None and one is not None:
            slides.append(SlideChange("removed", one.number, None, one.title, changes))
    problems = (*old.problems, *new.problems)
    return Changes(*names, tuple(slides), comparison.same, comparison.hidden, problems)


def compare_records(
    old: Record, new: Record, names: tuple[str, str] = ("old", "new"), *, exact: bool = False
) -> Changes:
    """Returns what differs between two records without their decks: result by result, row by row, column by column.
    Each result is a `SlideChange` without numbers, whose title is its request."""
    from slidegen.changes.results import paired_results

    comparison = _Comparison(Sides(None, None), exact)
    slides = []
    for title, one, two in paired_results(old, new):
        changes = tuple(comparison.blocks([one] if one else [], [two] if two else [], "record"))
        if one is None or two is None or changes:
            slides.append(
                SlideChange(
                    "added" if one is None else "removed" if two is None else "changed", None, None, title, changes
                )
            )
    return Changes(*names, tuple(slides), comparison.same, comparison.hidden)


@dataclass(slots=True)
class _Comparison:
    """One comparison. Counts what does not change."""

    sides: Sides
    exact: bool
    same: int = 0
    hidden: int = 0
    seen: set[tuple[object, ...]] = field(default_factory=set)

    def slide(self, old: SlideText | None, new: SlideText | None) -> Iterator[Change]:
        """Yields the changes of a slide; one that only one side has is compared with an empty one."""
        self.seen.clear()
        places: tuple[Place, ...] = ("text", "notes", "footer")
        for place in places:
            attribute = "content" if place == "text" else place
            before: Sequence[Sentence] = () if old is None else getattr(old, attribute)
            after: Sequence[Sentence] = () if new is None else getattr(new, attribute)
            yield from self._sentences(place, before, after, _sources(old, new, attribute))
        yield from self.blocks(_grids(old), _grids(new))

    def _sentences(
        self, place: Place, old: Sequence[Sentence], new: Sequence[Sentence], texts: tuple[str, str]
    ) -> Iterator[Change]:
        before, after = ([sentence.key for sentence in side] for side in (old, new))
        for a, b in aligned(before, after, lambda a, b: similarity(before[a], after[b])):
            yield from self._sentence(place, None if a is None else old[a], None if b is None else new[b], texts)

    def _sentence(
        self, place: Place, old: Sentence | None, new: Sentence | None, texts: tuple[str, str]
    ) -> Iterator[Change]:
        pairs = None if old is None or new is None else paired_numbers(old, new)
        if pairs is not None and old is not None and new is not None:
            for one, two in pairs:
                if self._differs(one.text, two.text, one.value, two.value):
                    reasons = self.sides.reasons(one.sources, two.sources, texts)
                    yield Change("number", place, "", new.text, "", one.text, two.text, one.value, two.value, reasons)
        elif any(sentence is not None and sentence.numbers for sentence in (old, new)):
            before, after = (() if one is None else one.sources for one in (old, new))
            reasons = self.sides.reasons(before, after, texts)
            was, now = (None if one is None else one.text for one in (old, new))
            yield Change("words", place, "", "", "", was, now, reasons=reasons)

    def blocks(self, old: Sequence[Grid], new: Sequence[Grid], kind: Place | None = None) -> Iterator[Change]:
        """Yields the changes of tables and figures, paired by their names. `kind` is the place of all of them."""
        before, after = {grid.name: grid for grid in old}, {grid.name: grid for grid in new}
        for name in dict.fromkeys((*after, *before)):
            one, two = before.get(name), after.get(name)
            grid = two or one
            assert grid is not None
            place: Place = kind or ("figure" if grid.figure else "table")
            empty = Grid(name, grid.labels, (), grid.naming)
            for cell in compared(one or empty, two or empty):
                yield from self._cell(place, name, cell)

    def _cell(self, place: Place, name: str, cell: CellChange) -> Iterator[Change]:
        if cell.key in self.seen:
            return
        self.seen.add(cell.key)
        old, new = cell.old, cell.new
        if old is None or new is None or self._differs(old.text, new.text, old.value, new.value):
            was, now = (None if side is None else side.text for side in (old, new))
            before, after = (None if side is None else side.value for side in (old, new))
            reasons = self.sides.reasons(cell.old_source, cell.new_source)
            yield Change(cell.kind, place, name, cell.row, cell.column, was, now, before, after, reasons)

    def _differs(self, old: object, new: object, old_value: object, new_value: object) -> bool:
        """Returns whether a number is listed as changed; counts it if it is not."""
        if old != new:
            return True
        if old_value != new_value:
            self.hidden += 1
            return self.exact
        self.same += 1
        return False


def paired_numbers(old: Sentence, new: Sentence) -> list[tuple[Token, Token]] | None:
    """Pairs the numbers of two sentences by the words around them; None if a number has no partner."""
    pairs = []
    for tag, start, end, low, high in opcodes(old.key, new.key):
        before, after = old.tokens[start:end], new.tokens[low:high]
        if tag != "equal":
            before, after = (tuple(one for one in side if one.kind == "number") for side in (before, after))
        if len(before) != len(after):
            return None
        pairs += [(one, two) for one, two in zip(before, after, strict=True) if one.kind == "number"]
    return pairs


def _sources(old: SlideText | None, new: SlideText | None, attribute: str) -> tuple[str, str]:
    """Returns the author's texts of a place on both sides."""
    texts = [None if slide is None else getattr(slide.slide, attribute) for slide in (old, new)]
    one, two = ("" if text is None else text.source.text for text in texts)
    return one, two


def _grids(slide: SlideText | None) -> list[Grid]:
    return [] if slide is None else [placed_grid(block) for block in slide.blocks if isinstance(block, PlacedTable)]
