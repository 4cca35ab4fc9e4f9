"""Derives the order of allocations and frees in a run of all layers from that in a run of some of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from slidegen.estimate.allocated import KINDS, Kind
from slidegen.simulate.layers import Stack, whole_order
from slidegen.simulate.ledger import Ledger
from slidegen.simulate.replay import Event

Birth = tuple[str, int]
"""The stretch that allocated a storage, and the storage's index among those of the stretch."""
BEFORE: Final = "before"
"""Stands for the stretch of storages that exist when the first stretch begins; their index is their number."""


@dataclass(frozen=True, slots=True)
class _Change:
    """The allocation of a storage of `size` bytes, or its free."""

    birth: Birth
    size: int
    allocated: bool


@dataclass(slots=True)
class _Live:
    """The live storages, by the stretch that allocated them."""

    events: dict[str, dict[int, Event]] = field(default_factory=dict)

    def add(self, birth: Birth, event: Event) -> None:
        self.events.setdefault(birth[0], {})[birth[1]] = event

    def pop(self, birth: Birth, size: int) -> Event | None:
        """Removes and returns that storage, or the last one of its stretch and size if stretches begin differently."""
        born = self.events.get(birth[0], {})
        if birth[1] in born and born[birth[1]][1] == size:
            return born.pop(birth[1])
        for index in reversed(born):
            if born[index][1] == size:
                return born.pop(index)
        return None


@dataclass(frozen=True, slots=True)
class Trace:
    """The events of a run of all layers: those of each stretch, the storages that exist before, and those left over."""

    before: list[Event]
    stretches: list[list[Event]]
    left: list[Event]

    def events(self) -> Iterator[Event]:
        """Yields the events of all stretches."""
        for events in self.stretches:
            yield from events


def whole_trace(ledger: Ledger, stacks: Sequence[Stack], numbers: Iterator[int], freed: Collection[Kind] = ()) -> Trace:
    """Returns the events between the first mark and the last with every layer run.

    A layer that was not run does what the layer it is like does, but to storages of its own. Storages of its neighbours
    are freed as between two neighbours that were run. Storages from before the first mark are in the trace only if they
    are of the kinds `freed`; the others are taken to stay.
    """
    changes = _changes(ledger, freed)
    order = list(whole_order([name for _, name in ledger.marks][:-1], stacks))
    live = _Live()
    before = list(_existing(ledger, freed))
    for label, like in order:
        if label != like:
            again = (change for change in changes[like] if change.birth[0] == BEFORE)
            before += [((f"{BEFORE} {label}", change.birth[1]), change.size) for change in again]
    existing = []
    for birth, size in before:
        existing.append((next(numbers), size))
        live.add(birth, existing[-1])
    stretches = []
    for label, like in order:
        events: list[Event] = []
        stretches.append(events)
        moved: dict[str, tuple[str, ...]] = {BEFORE: (BEFORE if label == like else f"{BEFORE} {label}",)}
        for change in changes[like]:
            origin, index = change.birth
            if origin not in moved:
                own = _moved(origin, like, label, stacks)
                moved[origin] = (own, *_alike(own, label, stacks))
            labels = moved[origin]
            if change.allocated:
                event = next(numbers), change.size
                live.add((labels[0], index), event)
                events.append(event)
                continue
            found = (live.pop((one, index), change.size) for one in labels)
            events += [(one[0], 0) for one in found if one is not None]
    return Trace(existing, stretches, [event for born in live.events.values() for event in born.values()])


def _existing(ledger: Ledger, kinds: Collection[Kind]) -> Iterator[tuple[Birth, int]]:
    """Yields the storages of these kinds that exist at the first mark, with their sizes."""
    first = ledger.marks[0][0]
    for number, (born, died) in enumerate(zip(ledger.born, ledger.died, strict=True)):
        if born <= first < died and KINDS[ledger.kinds[number]] in kinds:
            yield (BEFORE, number), ledger.sizes[number]


def _changes(ledger: Ledger, freed: Collection[Kind]) -> dict[str, list[_Change]]:
    """Returns the allocations and frees of each stretch, also those of storages from before of the kinds `freed`."""
    starts = [time for time, _ in ledger.marks]
    labels = [label for _, label in ledger.marks]
    found: dict[str, list[_Change]] = {label: [] for label in labels}
    births: dict[int, Birth] = {birth[1]: birth for birth, _ in _existing(ledger, freed)}
    counters = {label: count() for label in labels}
    for time, number, allocated in ledger.times():
        stretch = bisect_left(starts, time) - 1
        if stretch < 0:
            continue
        label = labels[stretch]
        if allocated:
            births[number] = label, next(counters[label])
        if number in births:
            found[label].append(_Change(births[number], ledger.sizes[number], allocated))
    return found


def _place(label: str) -> tuple[str, int, int] | None:
    """Returns the pass, the stack and the layer of a stretch; None if it does not belong to a layer."""
    direction, _, place = label.partition(" ")
    number, dot, layer = place.partition(".")
    return (direction, int(number), int(layer)) if dot else None


def _alike(origin: str, label: str, stacks: Sequence[Stack]) -> Iterator[str]:
    """Yields the stretches of the layers like that of `origin`, if the stretch `label` is outside their stack.

    A stretch outside frees their storages together with those of `origin`.
    """
    place, here = _place(origin), _place(label)
    if place is None or (here is not None and here[1] == place[1]):
        return
    direction, number, layer = place
    for one, like in enumerate(stacks[number].like):
        if like == layer and one != like:
            yield f"{direction} {number}.{one}"


def _moved(origin: str, like: str, label: str, stacks: Sequence[Stack]) -> str:
    """Returns the stretch that is to the stretch `label` what `origin` is to `like`, the stretch that was run."""
    place, here, there = _place(origin), _place(like), _place(label)
    if place is None or here is None or there is None or place[1] != here[1]:
        return origin
    kept = stacks[place[1]].kept
    steps = kept.index(place[2]) - kept.index(here[2])
    return origin if abs(steps) > 1 else f"{place[0]} {place[1]}.{there[2] + steps}"
