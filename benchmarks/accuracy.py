"""Compares the simulation with measured memory: published tables and rows, and those of measure_gpu.py.

    python benchmarks/accuracy.py

The steps of measurements/attention_tables.yml come first, each with two simulations: with the version of transformers
that it was measured with (recorded by own_versions.py), which counts, and with the installed one. Where the two differ,
transformers has changed its models.

Then it prints one line for each row of measurements/published.yml. Only rows that measured exactly what is simulated
count; the others follow, grouped by the reason why they do not. Reserved memory and nvidia-smi's are upper bounds on
what is allocated; their lines have the distance to the bound and the error of the reserved memory of the replayed
allocator. It is a report: it fails only if a file of rows is broken or a row cannot be simulated.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.measurements import attention_tables
from benchmarks.measurements.attention_tables import Step
from benchmarks.measurements.rows import BOUNDS, BrokenData, Measurements, Row, measured, published, simulated

MEAN_GOAL: Final = 0.005
WORST_GOAL: Final = 0.02
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


def summary(errors: Sequence[float]) -> str:
    """Returns the mean of the absolute errors and the largest one as text."""
    sizes = [abs(one) for one in errors]
    return f"mean {sum(sizes) / len(sizes):.2%}, worst {max(sizes):.2%}"


def report_steps(steps: Sequence[Step], own: Mapping[str, int], installed: Mapping[str, int]) -> Iterator[str]:
    """Yields the lines of the attention tables: their steps, a line for each table and one for all."""
    yield f"{'step':32}  {'MB':>9}  {'own version':>11}  {'installed':>11}"
    for step in steps:
        errors = (f"{values[step.id] / step.measured - 1:+11.2%}" for values in (own, installed))
        yield f"{step.id:32}  {step.measured / 1e6:9.1f}  {'  '.join(errors)}"
    for name in dict.fromkeys(step.table.name for step in steps):
        rows = [step for step in steps if step.table.name == name]
        with_own, with_installed = ([values[one.id] / one.measured - 1 for one in rows] for values in (own, installed))
        table = rows[0].table
        yield (
            f"{name}, {table.card}, transformers {table.versions['transformers']}, torch {table.versions['torch']}: "
            f"{len(rows)} steps, {summary(with_own)}; installed transformers: {summary(with_installed)}"
        )
        if table.uncounted:
            yield f"  does not count: {table.uncounted}"
    counted = [own[step.id] / step.measured - 1 for step in steps if not step.table.uncounted]
    yield f"{len(counted)} steps count: {summary(counted)} (goal {MEAN_GOAL:.1%} and {WORST_GOAL:.0%})\n"


def report(file: Measurements, compared: Sequence[Compared]) -> Iterator[str]:
    """Yields the lines of the report."""
    names = max(len(one.row.id) for one in compared)
    cards = max(len(one.row.card) for one in compared)
    yield f"{'row':{names}}  {'card':{cards}}  {'measured':11}  {'GiB':>8} {'simulated':>9}  {'error':>8}"
    counted = [one for one in compared if one.row.counts]
    yield from (one.line(names, cards) for one in counted)
    if counted:
        found = summary([one.error for one in counted])
        yield f"{len(counted)} rows count: {found} (goal {MEAN_GOAL:.1%} and {WORST_GOAL:.0%})"
    else:
        yield "no row counts"
    for reason, text in file.reasons.items():
        yield f"\n{reason}: {text}"
        yield from (one.line(names, cards) for one in compared if one.row.reason == reason)


def main() -> int:
    """Prints the report."""
    try:
        file = published()
        steps, own = list(attention_tables.steps()), attention_tables.recorded()
        print("\n".join(report_steps(steps, own, attention_tables.each(attention_tables.simulated))))
        compared = list(compare([*measured(), *file.rows]))
    except BrokenData as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(report(file, compared)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
