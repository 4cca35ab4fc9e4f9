"""Numbers that count rows: they change by one when a row changes sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from slidegen.judgments import Comparison
from slidegen.resolve.values import Quantity


@dataclass(frozen=True, slots=True, eq=False)
class Count(Quantity):
    """A number of rows, or a rank among them.

    Each of `raising` is a comparison in a row whose turn would make the number greater by one, each of `lowering` one
    whose turn would make it less; those with the least margins come first.
    """

    raising: tuple[Comparison, ...] = ()
    lowering: tuple[Comparison, ...] = ()


def deciding(count: Count, compare: Callable[[Any, Any], bool], limit: Any) -> Iterator[Comparison]:
    """Yields the comparisons in rows on which a comparison of the number with a limit depends: in each direction the
    last of the rows that would have to change sides together."""
    holds = compare(count.value, limit)
    for step, parts in ((1, count.raising), (-1, count.lowering)):
        for number, part in enumerate(parts, start=1):
            if compare(count.value + step * number, limit) != holds:
                yield part
                break
