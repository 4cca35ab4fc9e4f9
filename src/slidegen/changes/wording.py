"""Compares the sentences of a slide: the numbers in those that both sides have, and the sentences that only one has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from slidegen.changes.aligning import Pair, aligned, opcodes, similarity
from slidegen.changes.counting import Counts
from slidegen.changes.reasons import Sides, Texts
from slidegen.changes.sentences import Sentence, Token
from slidegen.changes.values import Change, Place, Reason

REWORDED: Final = 3
"""The most words beside a number that may differ if it is the same number."""


@dataclass(frozen=True, slots=True)
class Loose:
    """A sentence that a slide has on one side only: `old` or `new` is None."""

    place: Place
    name: str
    old: Sentence | None
    new: Sentence | None
    texts: Texts

    @property
    def key(self) -> tuple[object, ...]:
        """What it shares with the same sentence on another slide."""
        sentence = self.old or self.new
        assert sentence is not None
        return (self.place, self.name, sentence.key)


@dataclass(frozen=True, slots=True)
class Wording:
    """The comparison of sentences in one comparison of decks."""

    sides: Sides
    counts: Counts

    def compared(
        self, place: Place, name: str, old: Sequence[Sentence], new: Sequence[Sentence], texts: Texts
    ) -> Iterator[Change | Loose]:
        """Yields the changes of a text, and the sentences that only one side has."""
        before, after = ([sentence.key for sentence in side] for side in (old, new))
        pairs = aligned(before, after, lambda a, b: similarity(before[a], after[b]))
        for a, b in _with_headings(pairs, old, new):
            one, two = None if a is None else old[a], None if b is None else new[b]
            if one is not None and two is not None:
                yield from self.both(place, name, one, two, texts)
            else:
                yield Loose(place, name, one, two, texts)

    def both(self, place: Place, name: str, old: Sentence, new: Sentence, texts: Texts) -> Iterator[Change]:
        """Yields the changes between two versions of a sentence: of its numbers, or of its words if these differ
        because numbers do."""
        pairs = paired_numbers(old, new)
        if pairs is None and old.text == new.text:  # what was computed is typed now, or the other way round
            self.counts.same += len(new.numbers)
            return
        if pairs is None or (old.words != new.words and _is_computed(old, new, texts)):
            reasons = self._reasons((old, new), texts)
            yield Change("words", place, name, "", "", old.text, new.text, reasons=reasons)
            return
        for one, two in pairs:
            if self.counts.lists(one.text, two.text, one.value, two.value):
                reasons = self.sides.of_tokens(one, two, texts)
                yield Change("number", place, name, new.text, "", one.text, two.text, one.value, two.value, reasons)

    def one_sided(self, loose: Loose) -> Iterator[Change]:
        """Yields the change of a sentence that only one side has, if it has a number or is there because of one."""
        sentence = loose.old or loose.new
        assert sentence is not None
        if not sentence.numbers and not sentence.sources and loose.texts.old != loose.texts.new:
            return
        reasons = self._reasons((loose.old, loose.new), loose.texts)
        old, new = (None if one is None else one.text for one in (loose.old, loose.new))
        yield Change("words", loose.place, loose.name, "", "", old, new, reasons=reasons)

    def _reasons(self, pair: tuple[Sentence | None, Sentence | None], texts: Texts) -> tuple[Reason, ...]:
        """Returns why the words of a sentence differ, or why only one side has it."""
        if any(sentence is not None and sentence.lacks_values for sentence in pair):
            return (Reason("missing"),)
        if texts.unknown and None in pair and any(sentence is not None and sentence.sources for sentence in pair):
            return (Reason("missing"),)  # it may be the sentence of the other side whose value is not known
        before, after = (() if sentence is None else sentence.sources for sentence in pair)
        return self.sides.of_words(before, after, texts)


def _with_headings(pairs: Sequence[Pair], old: Sequence[Sentence], new: Sequence[Sentence]) -> list[Pair]:
    """Pairs the first headings of two texts that are left alone: a heading may say the opposite of what it said."""
    gone = next((a for a, b in pairs if a is not None and b is None and old[a].heading), None)
    come = next((b for a, b in pairs if b is not None and a is None and new[b].heading), None)
    if gone is None or come is None:
        return list(pairs)
    found = [pair for pair in pairs if pair != (gone, None)]
    found[found.index((None, come))] = (gone, come)
    return found


def paired_numbers(old: Sentence, new: Sentence) -> list[tuple[Token, Token]] | None:
    """Pairs the numbers of two sentences by the words around them; None if a number has no partner."""
    pairs = []
    for tag, start, end, low, high in opcodes(old.key, new.key):
        before, after = old.tokens[start:end], new.tokens[low:high]
        if tag != "equal":
            words = max(sum(one.kind == "word" for one in side) for side in (before, after))
            before, after = (tuple(one for one in side if one.kind == "number") for side in (before, after))
            if words > REWORDED and (before or after):
                return None
        if len(before) != len(after):
            return None
        pairs += [(one, two) for one, two in zip(before, after, strict=True) if one.kind == "number"]
    return pairs


def _is_computed(old: Sentence, new: Sentence, texts: Texts) -> bool:
    """Returns whether the words of a sentence differ although the author did not edit them: the words of each side
    that the other lacks stand in the author's text on both, or in neither."""
    if texts.old == texts.new:
        return True
    gone, come = set(old.words) - set(new.words), set(new.words) - set(old.words)
    return all((word in texts.old) == (word in texts.new) for word in (*gone, *come))
