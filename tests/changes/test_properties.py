"""What holds for all decks: nothing differs from itself, exchanged sides mirror, and no edited number is lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from slidegen.changes.comparing import compare
from slidegen.changes.values import Change
from slidegen.resolved import ResolvedDeck
from tests.changes.decks import read, slides

NUMBER = re.compile(r"\d+")
SENTENCES = (
    "Weights take N GiB of N.",
    "## N models fit",
    "- the optimizer: N",
    "| a | N | N |",
    "{{ [N] | first }} is computed.",
    "```python\nrank = N\n```",
    "Only N trains; N do not.",
    "::: notes\nSay N.\n:::",
)
Deck = list[list[str]]
DECKS = st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4), min_size=1, max_size=4)


def numbered(deck: Deck, first: int = 100) -> Deck:
    """A deck with another number in each place."""
    numbers = iter(range(first, 10_000, 7))
    return [[re.sub("N", lambda _: str(next(numbers)), sentence) for sentence in slide] for slide in deck]


def resolved(deck: Deck) -> ResolvedDeck:
    """The values of a deck."""
    with TemporaryDirectory() as folder:
        return read(Path(folder), slides(*("\n\n".join(slide) for slide in deck)))


def described(changes: Iterable[Change]) -> Counter[tuple[str | None, ...]]:
    """What of each change must be mirrored."""
    return Counter((change.kind, change.place, change.old, change.new) for change in changes)


@given(DECKS)
@settings(max_examples=20, deadline=None)
def test_nothing_differs_from_itself(deck: Deck) -> None:
    """Each number is counted once."""
    one = resolved(numbered(deck))
    changes = compare(one, one)
    assert not changes
    assert changes.same == sum(sentence.count("N") for slide in deck for sentence in slide)


@given(DECKS, DECKS)
@settings(max_examples=20, deadline=None)
def test_exchanged_sides_mirror(old: Deck, new: Deck) -> None:
    """Whatever is inserted, removed or moved."""
    one, two = resolved(numbered(old)), resolved(numbered(new, 200))
    forth, back = compare(one, two), compare(two, one)
    assert described(forth) == Counter({(k, p, b, a): n for (k, p, a, b), n in described(back).items()})
    assert (forth.same, forth.hidden) == (back.same, back.hidden)


@given(DECKS, st.data())
@settings(max_examples=20, deadline=None)
def test_every_edited_number_is_found(deck: Deck, data: st.DataObject) -> None:
    """The old and the new number, whatever else was edited and wherever its slide went."""
    before = numbered(deck)
    every = NUMBER.findall("\n".join(sentence for slide in before for sentence in slide))
    edited = {number: f"9{number}" for number in data.draw(st.sets(st.sampled_from(every or ["0"])))}
    after = [[NUMBER.sub(lambda m: edited.get(m[0], m[0]), sentence) for sentence in slide] for slide in before]
    changes = compare(resolved(before), resolved(data.draw(st.permutations(after))))
    gone = " ".join(NUMBER.findall(" ".join(str(change.old) for change in changes))).split()
    come = " ".join(NUMBER.findall(" ".join(str(change.new) for change in changes))).split()
    wanted = [number for number in edited if number in every]
    assert not set(wanted) - set(gone)
    assert not {edited[number] for number in wanted} - set(come)
