"""Divides points into batches, and computes a batch: what every executor runs in its processes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from slidegen.errors import DeckError, MissingExtraError, Problem, SlidegenError, reason
from slidegen.results.record import fits
from slidegen.sweep.model import Batch, Failure, Outcome, Point
from slidegen.tables import TABLE_SOURCES
from slidegen.tables.base import SourceContext, TableSource

FAST: Final = 1000
"""The most points of a batch of a source that computes a table at once."""
SLOW: Final = 8
"""The same of a source with parts, which take seconds: so few that little is lost when a run is killed."""
TOO_LARGE: Final = 2**63
SHARE: Final = 4
"""The least number of batches for each process: with fewer, one process would wait for the last."""


def batches_of(points: Sequence[Point], source: TableSource, jobs: int) -> list[Batch]:
    """Divides points into batches. Neighbours share most of their parameters, the model first, and so much work."""
    most = FAST if source.parts is None else SLOW
    size = max(1, min(most, -(-len(points) // (jobs * SHARE))))
    return [
        Batch(source.name, source.version, tuple(points[start : start + size])) for start in range(0, len(points), size)
    ]


def compute_batch(batch: Batch, context: SourceContext) -> tuple[Outcome, ...]:
    """Computes a batch: a table or a failure for each point. `context.advance` hears the share that is done.

    Raises:
        SlidegenError: this process lacks the source, has another version of it, or lacks a package.
    """
    source = TABLE_SOURCES.find(batch.source)
    if source.version != batch.version:
        message = f"the table source {source.name!r} has version {source.version} in a worker, {batch.version} here"
        raise DeckError([Problem(message, code="worker")])
    outcomes = []
    for done, point in enumerate(batch.points, start=1):
        outcomes.append(_outcome(source, point, context))
        if source.parts is not None:
            context.advance(done / len(batch.points))
    return tuple(outcomes)


def _outcome(source: TableSource, point: Point, context: SourceContext) -> Outcome:
    assert point.parameters is not None
    try:
        table = source.compute(point.parameters, context)
    except MissingExtraError:
        raise
    except SlidegenError as error:
        return Failure("; ".join(problem.message for problem in error.problems))
    except Exception as error:  # of any library, or of a plug-in
        return Failure(reason(error, named=True))
    if not table.rows:
        return Failure("the source has no rows for this setting")
    columns = [(column.key, column.label, column.kind) for column in table.columns]
    if not all(fits(row, columns) for row in table.rows):
        return Failure("a row of the source does not match its columns")
    if any(isinstance(cell, int) and abs(cell) >= TOO_LARGE for row in table.rows for cell in row):
        return Failure("a number is too large for the file, whose whole numbers have 64 bits")
    return table
