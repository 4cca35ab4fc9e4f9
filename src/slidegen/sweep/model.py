"""The values of a sweep: what is asked for, one setting, what became of it, and what computes settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from slidegen.model import CellValue, Table
from slidegen.results.record import Key
from slidegen.tables.base import SourceParameters

Combine = Literal["product", "zip"]
"""How the values of several parameters make settings: each with each, or the first with the first and so on."""


@dataclass(frozen=True, slots=True)
class SweepSpec:
    """A sweep as asked for. `values` has the values of each given parameter, not checked together.

    `name` is the file that it was read from, `lines` the line of each parameter there.
    """

    source: str
    values: Mapping[str, tuple[Any, ...]]
    combine: Combine
    output: Path
    name: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Point:
    """One setting: a source's checked parameters with one value each, and the key of its result in a record.

    `values` are the parameters as cells of the Parquet file, None for one without effect. A setting that cannot be
    computed, because its parameters do not go together or its model is not found, has an `error` instead of
    `parameters`; the inputs of its key are None.
    """

    key: Key
    parameters: SourceParameters | None
    values: Mapping[str, CellValue]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a setting has no rows: a line that says what is wrong."""

    reason: str


Outcome = Table | Failure
"""What became of a setting: its rows, in order, or its failure."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Points that one process computes, one after the other. All of them have `parameters`. `version` is the source's:
    a process with another one must not compute them."""

    source: str
    version: int
    points: tuple[Point, ...]


Finished = tuple[Batch, tuple[Outcome, ...]]
"""A batch, and an outcome for each of its points."""


class Executor(Protocol):
    """What computes batches: the processes of this machine (`slidegen.sweep.processes`), or a cluster."""

    def compute(self, batches: Sequence[Batch]) -> Iterator[Finished]:
        """Yields batches as they are finished, in any order. It may divide a batch and yield its parts.

        Every point is yielded once. A point on which a process dies again and again has a `Failure`. What a source
        raises for a point is its `Failure`.

        Raises:
            SlidegenError: nothing can be computed at all. What was yielded before is valid.
        """
        ...

    def close(self) -> None:
        """Gives up what is still being computed, and ends what was started. Called once, also after an error."""
        ...


@dataclass(frozen=True, slots=True)
class Result:
    """A point with its outcome, and the day (ISO) on which that was computed."""

    point: Point
    outcome: Outcome
    date: str


def results(finished: Finished, date: str) -> Iterable[Result]:
    """Returns the results of a finished batch."""
    batch, outcomes = finished
    return [Result(point, outcome, date) for point, outcome in zip(batch.points, outcomes, strict=True)]
