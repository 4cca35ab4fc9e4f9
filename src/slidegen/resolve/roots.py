"""Which mistakes of a deck are told: not those that only follow from another one."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from slidegen.errors import Problem
from slidegen.resolve.meter import DECK_SPENT
from slidegen.resolve.order import Node


def roots(problems: Iterable[Problem], failed: Collection[Node]) -> list[Problem]:
    """Returns the mistakes without those that only follow from another one.

    These are uses of a value or a table that `failed`, and repetitions of a missing model. That the deck has no steps
    left is reported once, where it is first noticed: nothing after it is evaluated.
    """
    starts = tuple(f"no {name!r} here; " if kind == "tables" else f"unknown name {name!r}; " for kind, name in failed)
    kept: dict[str, Problem] = {}
    for number, problem in enumerate(problems):
        if not problem.message.startswith(starts):
            once = problem.message.startswith("model '") or problem.message == DECK_SPENT
            kept.setdefault(problem.message if once else str(number), problem)
    return list(kept.values())
