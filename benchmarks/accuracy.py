"""Compares the simulation with measured memory: the rows of measurements/published.yml and of measure_gpu.py.

    python benchmarks/accuracy.py

It prints one line a row. Only rows that measured exactly what is simulated count; the others follow, grouped by the
reason why they do not. Reserved memory and nvidia-smi's are upper bounds on what is allocated; their lines have the
distance to the bound and the error of the reserved memory of the replayed allocator. It is a report: it fails only if a
file of rows is broken or a row cannot be simulated.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.measurements.rows import BOUNDS, BrokenData, Measurements, Row, measured, published, simulated

MEAN_GOAL: Final = 0.01
WORST_GOAL: Final = 0.03
GIB: Final = 2**30


@dataclass(frozen=True, slots=True)
class Compared:
    """A row and slidegen's answer in bytes: the value for the row's measure, and what is reserved."""

    row: Row
    simulated: int
    reserved: int = 0

    @property
    def error(self) -> float:
        """Returns the error relative to the measured value, negative if the simulation is below it."""
        return self.simulated / self.row.value - 1

    @property
    def verdict(self) -> str:
        """Returns the error as text; for a bound also whether it holds, and the error of what is reserved."""
        if self.row.measured not in BOUNDS:
            return f"{self.error:+8.2%}"
        holds = "within" if self.error <= 0 else f"exceeds{' at the cap' if self.row.length_is_cap else ''}"
        if not self.reserved:
            return f"{self.error:+8.2%}  {holds}"
        return f"{self.error:+8.2%}  {holds}; reserved {self.reserved / self.row.value - 1:+.2%}"

    def line(self, name_width: int, card_width: int) -> str:
        """Returns the printed line of the row."""
        row = self.row
        sizes = f"{row.value / GIB:8.2f} {self.simulated / GIB:9.2f}"
        return f"{row.id:{name_width}}  {row.card:{card_width}}  {row.measured:11}  {sizes}  {self.verdict}"


def compare(rows: Iterable[Row]) -> Iterator[Compared]:
    """Yields each row with its simulation. Raises BrokenData if a row cannot be simulated."""
    from slidegen.simulate.run import allocation

    for row in rows:
        try:
            found = allocation(row.facts, row.model, row.setting)
            # For a loop that keeps its outputs the allocator is not replayed.
            yield Compared(row, simulated(row, found), 0 if row.setting.outputs_kept else found.reserved)
        except Exception as error:
            raise BrokenData(f"{row.id} cannot be simulated: {type(error).__name__}: {error}") from error


def report(file: Measurements, compared: Sequence[Compared]) -> Iterator[str]:
    """Yields the lines of the report."""
    names = max(len(one.row.id) for one in compared)
    cards = max(len(one.row.card) for one in compared)
    yield f"{'row':{names}}  {'card':{cards}}  {'measured':11}  {'GiB':>8} {'simulated':>9}  {'error':>8}"
    counted = [one for one in compared if one.row.counts]
    yield from (one.line(names, cards) for one in counted)
    if counted:
        errors = [abs(one.error) for one in counted]
        mean, worst = sum(errors) / len(errors), max(errors)
        yield f"{len(counted)} rows count: mean absolute error {mean:.2%} (goal {MEAN_GOAL:.0%})"
        yield f"worst {worst:.2%} (goal {WORST_GOAL:.0%})"
    else:
        yield "no row counts"
    for reason, text in file.reasons.items():
        yield f"\n{reason}: {text}"
        yield from (one.line(names, cards) for one in compared if one.row.reason == reason)


def main() -> int:
    """Prints the report."""
    try:
        file = published()
        compared = list(compare([*measured(), *file.rows]))
    except BrokenData as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(report(file, compared)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
