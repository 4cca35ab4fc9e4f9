"""What the file and the journal of a sweep already hold, and which points are still to be computed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slidegen.model import Provenance
from slidegen.results.versions import OtherVersion, other_versions
from slidegen.sweep.journal import Journal
from slidegen.sweep.model import Point
from slidegen.sweep.parquet import inputs_text
from slidegen.tables.sweep_format import ERROR

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Entry:
    """The result of a setting: what it depends on, why it failed if it did, and the indexes of its rows."""

    version: int
    inputs: str | None
    error: str | None
    rows: range


@dataclass(frozen=True, slots=True)
class Stored:
    """All results that are kept, by their parameters as canonical JSON, and the table that has their rows."""

    table: pa.Table
    entries: dict[str, Entry]

    def has(self, point: Point, *, retry_failed: bool) -> bool:
        """Returns whether the result of a point is kept: with the same version of the source and the same inputs, as in
        a record. With `retry_failed`, failures of points that can be computed do not count."""
        entry = self.entries.get(point.key.parameters)
        if entry is None or entry.version != point.key.version or entry.inputs != inputs_text(point.key):
            return False
        return entry.error == point.error or (point.error is None and not retry_failed)

    def other_versions(self, points: Iterable[Point]) -> Iterator[tuple[OtherVersion, int]]:
        """Yields the libraries of which other versions would make kept results of these points now, each with the
        number of these settings."""
        entries = (self.entries.get(point.key.parameters) for point in points)
        rows = [entry.rows.start for entry in entries if entry is not None and entry.error is None]
        if not rows:  # arrow gives no type to an empty list of indexes
            return
        names = ("provenance_versions", "provenance_models")
        columns = [self.table.column(name).take(rows).to_pylist() for name in names]
        found: Counter[OtherVersion] = Counter()
        for (versions, models), count in Counter(zip(*columns, strict=True)).items():
            made = Provenance("", models=json.loads(models or "{}"), versions=json.loads(versions or "{}"))
            for other in other_versions(made):
                found[other] += count
        yield from found.items()

    def failures(self, points: Iterable[Point]) -> int:
        """Returns how many of the points have failed."""
        entries = (self.entries.get(point.key.parameters) for point in points)
        return sum(entry is not None and entry.error is not None for entry in entries)

    def in_order(self, points: Sequence[Point]) -> pa.Table:
        """Returns the rows of the points in order, then those of settings that are not among them, sorted by these."""
        first = dict.fromkeys(point.key.parameters for point in points)
        others = sorted(self.entries.keys() - first.keys())
        indexes = [row for name in (*first, *others) if name in self.entries for row in self.entries[name].rows]
        return self.table.take(indexes)


def stored(journal: Journal) -> Stored:
    """Reads what a journal and its output hold. Of several results of a setting the last one counts."""
    entries: dict[str, Entry] = {}
    table = journal.rows()
    names = ("provenance_parameters", "provenance_version", "provenance_inputs", ERROR)
    columns = [table.column(name).to_pylist() for name in names]
    start = 0
    for part in journal.tables.values():
        own: dict[str, Entry] = {}
        for at in range(start, start + len(part)):
            parameters, version, inputs, error = (column[at] for column in columns)
            known = own.get(parameters)
            first = at if known is None else known.rows.start
            own[parameters] = Entry(version, inputs, error, range(first, at + 1))
        entries |= own
        start += len(part)
    return Stored(table, entries)
