"""Assembles the count of all layers from that of the few that were counted."""

from __future__ import annotations

from collections.abc import Sequence

from slidegen.estimate.quick.log import Log, Stretch, plus


def all_layers(log: Log, like: Sequence[int]) -> tuple[Stretch, ...]:
    """Returns the stretches of all layers. Layer i is like layer `like[i]`, and was counted if that is i itself.

    A stretch that frees what several layers left behind frees it for the others as well.
    """
    found = {one.label: one for one in log.stretches()}
    for label in ("forward ends", "backward ends"):
        if label in found:
            found[label] = _with_others(log, like, found[label])
    order: list[Stretch] = []
    for label, one in found.items():
        direction, _, place = label.partition(" 0.")
        order.append(one)
        if not place.isdigit():
            continue
        step = -1 if direction == "backward" else 1
        following = int(place) + step
        while 0 <= following < len(like) and like[following] != following:
            counted = found[f"{direction} 0.{like[following]}"]
            order.append(Stretch(f"{direction} 0.{following}", counted.added, counted.peak))
            following += step
    return tuple(order)


def _with_others(log: Log, like: Sequence[int], stretch: Stretch) -> Stretch:
    added = stretch.added
    for origin, freed in log.origins(stretch.label).items():
        place = origin.partition(" 0.")[2]
        others = like.count(int(place)) - 1 if place.isdigit() else 0
        added = plus(added, tuple(-others * size for size in freed))
    return Stretch(stretch.label, added, stretch.peak)
