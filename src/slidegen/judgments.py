"""Judgments: whether a comparison of computed values holds, and how close it is to the opposite."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from slidegen.model import CellValue, ColumnKind, Provenance
from slidegen.uncertainty import Uncertainty, evidence

Operator = Literal["<", "<=", ">", ">=", "==", "!=", "in", "not in", "about", "not about"]
OPPOSITE: Final[dict[Operator, Operator]] = {
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
    "==": "!=",
    "!=": "==",
    "in": "not in",
    "not in": "in",
    "about": "not about",
    "not about": "about",
}
EXACT: Final = frozenset({"==", "!=", "in", "not in"})
"""Operators that also compare texts and n/a."""
MAX_PARTS: Final = 16
"""The most comparisons that a judgment keeps: those with the least margins."""


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of a comparison: its exact value, how it is shown, and where it comes from if it was computed."""

    value: CellValue
    kind: ColumnKind | None = None
    provenance: tuple[Provenance, ...] = ()
    uncertainty: Uncertainty | None = None

    @property
    def computed(self) -> bool:
        return bool(self.provenance)

    @property
    def number(self) -> int | float | None:
        """Its number; None for a text, a truth value, n/a and what is not finite."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return None
        return value


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of two values, and whether it holds. `tolerance` is how far "about" may be off, in the unit of the
    operands."""

    left: Operand
    operator: Operator
    right: Operand
    holds: bool
    tolerance: float | None = None

    @property
    def known(self) -> bool:
        """Whether it can be answered: n/a has no order."""
        return self.operator in EXACT or (self._comparable(self.left) and self._comparable(self.right))

    @staticmethod
    def _comparable(operand: Operand) -> bool:
        return isinstance(operand.value, str | bool) or operand.number is not None

    @property
    def limit(self) -> Operand:
        """The side that the other one is measured by: the one that is typed, or the right one."""
        return self.left if self.right.computed and not self.left.computed else self.right

    @property
    def distance(self) -> int | float | None:
        """By how much the numbers may change before the comparison turns, in their unit; if it does not hold, by how
        much it misses. None for texts, and for numbers that are equal and have to be."""
        left, right = self.left.number, self.right.number
        if left is None or right is None or self.operator in ("in", "not in"):
            return None
        if self.operator in ("==", "!=") and left == right:
            return None
        try:
            apart = abs(left - right)
            return apart if self.tolerance is None else abs(apart - self.tolerance)
        except OverflowError:  # an integer that no float can hold
            return None

    @property
    def uncertain(self) -> Uncertainty | None:
        """By how much the distance may be off: by what both sides may. None if both are exact."""
        sides = [side.uncertainty for side in (self.left, self.right) if side.uncertainty is not None]
        return Uncertainty(sum(side.error for side in sides), evidence(*sides)) if sides else None

    @property
    def thin(self) -> bool:
        """Whether it holds by less than its numbers may be off."""
        distance, uncertain = self.distance, self.uncertain
        return self.holds and distance is not None and uncertain is not None and distance < uncertain.error

    @property
    def margin(self) -> float | None:
        """The `distance` relative to the limit; if that is 0, to the other number."""
        return None if self.distance is None else self.relative(self.distance)

    def relative(self, distance: int | float) -> float | None:
        """Returns a distance as `margin` does."""
        other = self.left if self.limit is self.right else self.right
        unit = self.limit.number or other.number
        if not unit:
            return 0.0
        try:
            return float(abs(distance / unit))
        except OverflowError:
            return None

    def negated(self) -> Comparison:
        """Returns the opposite, which holds if this one does not."""
        return replace(self, operator=OPPOSITE[self.operator], holds=not self.holds)


@dataclass(frozen=True, slots=True, eq=False)
class Judgment:
    """Whether a condition holds that compares computed values. It works as a truth value wherever one is asked for.

    Each of the `parts` decides: the condition turns if that one does. So the margin of a conjunction that holds is the
    least one of its parts, and that of a disjunction the margin of the part that holds. What short circuit leaves out
    is not among them. `provenance` is that of all numbers that were compared.
    """

    holds: bool
    parts: tuple[Comparison, ...]
    provenance: tuple[Provenance, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the condition can be answered: one that holds only because a number is n/a is not known."""
        return all(part.known for part in self.parts)

    @property
    def closest(self) -> Comparison:
        """The part that is closest to its opposite; one that is not known comes first if the condition holds."""
        unknown = -math.inf if self.holds else math.inf
        return min(self.parts, key=lambda part: _closeness(part) if part.known else unknown)

    @property
    def thin(self) -> Comparison | None:
        """The part that is closest to its opposite of those that hold by less than their numbers may be off."""
        thin = [part for part in self.parts if part.thin] if self.holds and self.known else []
        return min(thin, key=_closeness, default=None)

    @property
    def margin(self) -> float | None:
        """The relative margin of the closest part; None if it has none, as an equality."""
        return self.closest.margin

    def __bool__(self) -> bool:
        return self.holds

    def __index__(self) -> int:
        return int(self.holds)

    def __str__(self) -> str:
        return str(self.holds)

    def __eq__(self, other: object) -> bool:
        return self.holds == (other.holds if isinstance(other, Judgment) else other)

    def __hash__(self) -> int:
        return hash(self.holds)

    def __lt__(self, other: object) -> bool:
        return int(self.holds) < other  # type: ignore[operator]  # as of a truth value, with its error

    def __gt__(self, other: object) -> bool:
        return int(self.holds) > other  # type: ignore[operator]


def both(left: Judgment, right: Judgment) -> Judgment:
    """Returns the conjunction with a `left` that holds."""
    parts = _fewest((*left.parts, *right.parts)) if right.holds else right.parts
    return Judgment(right.holds, parts, merged(left.provenance, right.provenance))


def either(left: Judgment, right: Judgment) -> Judgment:
    """Returns the disjunction with a `left` that does not hold."""
    parts = right.parts if right.holds else _fewest((*left.parts, *right.parts))
    return Judgment(right.holds, parts, merged(left.provenance, right.provenance))


def together(judgments: Sequence[Judgment], provenance: tuple[Provenance, ...]) -> Judgment:
    """Returns the conjunction of judgments about one table, all of which count: of those that do not hold, each."""
    holds = all(judgment.holds for judgment in judgments)
    parts = [judgment.closest for judgment in judgments if holds or not judgment.holds]
    return Judgment(holds, _fewest(parts), provenance)


def negated(judgment: Judgment) -> Judgment:
    """Returns the opposite."""
    parts = tuple(part.negated() for part in judgment.parts)
    return Judgment(not judgment.holds, parts, judgment.provenance)


def merged(left: tuple[Provenance, ...], right: tuple[Provenance, ...]) -> tuple[Provenance, ...]:
    """Returns where values come from that come from both, each once."""
    known = [(one, one.requests) for one in left]
    return (*left, *(one for one in right if (one, one.requests) not in known))


def _closeness(part: Comparison) -> float:
    margin = part.margin
    return math.inf if margin is None else margin


def _fewest(parts: Sequence[Comparison]) -> tuple[Comparison, ...]:
    """Returns the parts without those that are too many, in their order."""
    if len(parts) <= MAX_PARTS:
        return tuple(parts)
    order = sorted(range(len(parts)), key=lambda at: (parts[at].known, _closeness(parts[at])))
    return tuple(parts[at] for at in sorted(order[:MAX_PARTS]))
