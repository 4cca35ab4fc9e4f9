"""The order in which storages come and go in a run of all layers, from that of a run of some of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from slidegen.simulate.layers import Stack, whole_order
from slidegen.simulate.ledger import Ledger

Event = tuple[int, int]
"""A storage's number and its size when it comes, its number and 0 when it goes."""
Birth = tuple[str, int]
"""In which stretch a storage came, and as which one there."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A storage of `size` bytes comes or goes."""

    birth: Birth
    size: int
    comes: bool


@dataclass(slots=True)
class _Living:
    """The storages that are there, by the stretch in which they came."""

    events: dict[str, dict[int, Event]] = field(default_factory=dict)

    def add(self, birth: Birth, event: Event) -> None:
        self.events.setdefault(birth[0], {})[birth[1]] = event

    def pop(self, birth: Birth, size: int) -> Event | None:
        """That storage; or the last one of its stretch and size, where stretches differ in what they begin with."""
        born = self.events.get(birth[0], {})
        if birth[1] in born and born[birth[1]][1] == size:
            return born.pop(birth[1])
        for index in reversed(born):
            if born[index][1] == size:
                return born.pop(index)
        return None


def whole_trace(ledger: Ledger, stacks: Sequence[Stack], numbers: Iterator[int]) -> tuple[list[Event], list[Event]]:
    """The events between the first mark and the last, with every layer run, and the storages that are left over.

    A layer that was not run does what the one does that it is like, to storages of its own; what came with the layer
    before it or after it goes as it goes where a layer follows another one that was run.
    """
    changes = _changes(ledger)
    living = _Living()
    events: list[Event] = []
    for label, like in whole_order([name for _, name in ledger.marks][:-1], stacks):
        moved: dict[str, tuple[str, ...]] = {}
        for change in changes[like]:
            came, index = change.birth
            if came not in moved:
                meant = _moved(came, like, label, stacks)
                moved[came] = (meant, *_alike(meant, label, stacks))
            labels = moved[came]
            if change.comes:
                event = next(numbers), change.size
                living.add((labels[0], index), event)
                events.append(event)
                continue
            gone = (living.pop((one, index), change.size) for one in labels)
            events += [(one[0], 0) for one in gone if one is not None]
    return events, [event for born in living.events.values() for event in born.values()]


def _changes(ledger: Ledger) -> dict[str, list[_Change]]:
    """What comes and goes in each stretch; what was there before the first one stays."""
    starts = [time for time, _ in ledger.marks]
    labels = [label for _, label in ledger.marks]
    found: dict[str, list[_Change]] = {label: [] for label in labels}
    births: dict[int, Birth] = {}
    counters = {label: count() for label in labels}
    for time, number, comes in ledger.times():
        stretch = bisect_left(starts, time) - 1
        if stretch < 0:
            continue
        label = labels[stretch]
        if comes:
            births[number] = label, next(counters[label])
        if number in births:
            found[label].append(_Change(births[number], ledger.sizes[number], comes))
    return found


def _place(label: str) -> tuple[str, int, int] | None:
    """The way, the stack and the layer of a stretch; None if it is no layer's."""
    way, _, place = label.partition(" ")
    number, dot, layer = place.partition(".")
    return (way, int(number), int(layer)) if dot else None


def _alike(came: str, label: str, stacks: Sequence[Stack]) -> Iterator[str]:
    """The stretches whose storages go with those of `came` when these go outside their stack: of layers like it."""
    place, here = _place(came), _place(label)
    if place is None or (here is not None and here[1] == place[1]):
        return
    way, number, layer = place
    for one, like in enumerate(stacks[number].like):
        if like == layer and one != like:
            yield f"{way} {number}.{one}"


def _moved(came: str, like: str, label: str, stacks: Sequence[Stack]) -> str:
    """The stretch that means for the stretch `label` what `came` means for the one that it is like."""
    place, here, there = _place(came), _place(like), _place(label)
    if place is None or here is None or there is None or place[1] != here[1]:
        return came
    kept = stacks[place[1]].kept
    steps = kept.index(place[2]) - kept.index(here[2])
    return came if abs(steps) > 1 else f"{place[0]} {place[1]}.{there[2] + steps}"
