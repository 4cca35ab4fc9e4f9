"""Claims about the rows of a table: the least of them, the only one for which an expression holds, their order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from slidegen.judgments import Comparison, Judgment, Operator, negated, together
from slidegen.model import Provenance
from slidegen.resolve.counting import Count
from slidegen.resolve.judging import compare
from slidegen.resolve.values import Quantity

Origin = tuple[Provenance, ...]


def extreme(operator: Operator, one: Quantity, others: Sequence[Quantity], origin: Origin) -> Judgment:
    """Returns whether a number is less (or greater, by the `operator`) than each of the others; alone, it is."""
    if not others:
        return Judgment(True, compare("==", one, one, judged=True).parts, origin)
    return together([compare(operator, one, other) for other in others], origin)


def ascending(numbers: Sequence[Quantity], falling: bool, origin: Origin) -> Judgment:
    """Returns whether each number is less than the next, or greater if they are `falling`."""
    if len(numbers) < 2:
        return extreme("<", numbers[0], (), origin)
    return together([compare(">" if falling else "<", left, right) for left, right in pairwise(numbers)], origin)


def marked(judgments: Sequence[Judgment], expected: Iterable[int], origin: Origin) -> Judgment:
    """Returns whether a rule holds in the `expected` rows, by their numbers from 0, and in no other one."""
    wanted = frozenset(expected)
    return together([one if at in wanted else negated(one) for at, one in enumerate(judgments)], origin)


def counted(judgments: Sequence[Judgment], origin: Origin) -> Count:
    """Returns in how many rows a rule holds: n/a if that is not known of one of them."""
    if not all(one.known for one in judgments):
        return Count(None, origin, "integer")
    raising = _nearest_first(one.closest for one in judgments if not one.holds)
    lowering = _nearest_first(one.closest for one in judgments if one.holds)
    return Count(sum(one.holds for one in judgments), origin, "integer", None, raising, lowering)


def ranked(one: Quantity, others: Sequence[Quantity], origin: Origin) -> Count:
    """Returns the place of a number among the others: 1 if none is less. n/a if one of them is."""
    found = [compare("<", other, one) for other in others]
    if not all(judgment.known for judgment in found):
        return Count(None, origin, "integer")
    raising = _nearest_first(judgment.closest for judgment in found if not judgment.holds)
    lowering = _nearest_first(judgment.closest for judgment in found if judgment.holds)
    return Count(1 + len(lowering), origin, "integer", None, raising, lowering)


def _nearest_first(parts: Iterable[Comparison]) -> tuple[Comparison, ...]:
    def closeness(part: Comparison) -> float:
        return math.inf if part.margin is None else part.margin

    return tuple(sorted(parts, key=closeness))
