"""Runs a sweep: what is kept stays, what is missing is computed in batches, and all of it is merged at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from slidegen.errors import Problem, SlidegenError
from slidegen.progress import Progress, Step
from slidegen.results.locking import locked
from slidegen.results.store import today
from slidegen.sweep.batches import batches_of
from slidegen.sweep.journal import Journal
from slidegen.sweep.model import Batch, Executor, Failure, Point, Result, SweepSpec, results
from slidegen.sweep.parquet import parameter_types
from slidegen.sweep.settings import Settings, settings_of
from slidegen.sweep.stored import Stored, stored
from slidegen.tables.base import SourceContext, TableSource

PAUSE: Final = 1.0
"""The least seconds between two lines of progress; later ones come less often."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do: its settings, what is kept of them, and what is left to compute."""

    settings: Settings
    kept: Stored
    invalid: tuple[Point, ...]
    missing: tuple[Point, ...]
    batches: tuple[Batch, ...]

    @classmethod
    def of(cls, settings: Settings, journal: Journal, jobs: int, *, retry_failed: bool) -> Plan:
        """Returns the plan for the points of a sweep and what its journal holds."""
        kept = stored(journal)
        new = [point for point in settings.points if not kept.has(point, retry_failed=retry_failed)]
        missing = tuple(point for point in new if point.error is None)
        invalid = tuple(point for point in new if point.error is not None)
        return cls(settings, kept, invalid, missing, tuple(batches_of(missing, journal.source, jobs)))


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run has done: how many settings there are, were computed and failed, and the rows of the file."""

    settings: int
    computed: int
    failed: int
    rows: int
    seconds: float


@dataclass(slots=True)
class Sweep:
    """A sweep that is about to run in up to `jobs` processes of an executor."""

    spec: SweepSpec
    source: TableSource
    context: SourceContext
    jobs: int
    progress: Progress
    retry_failed: bool = False
    done: int = 0

    def plan(self) -> Plan:
        """Returns what a run would do, and changes nothing. Raises SlidegenError for mistakes of the sweep."""
        settings = settings_of(self.spec, self.source, self.context)
        return Plan.of(settings, self._journal(), self.jobs, retry_failed=self.retry_failed)

    def run(self, executor: Executor) -> Summary:
        """Computes what is missing and writes the output. The executor is closed at the end.

        Raises:
            SlidegenError: a mistake of the sweep; the output or its journal cannot be written; another sweep writes
                them; nothing can be computed.
            KeyboardInterrupt: on Ctrl-C. What is finished is in the journal.
        """
        began = time.monotonic()
        settings = settings_of(self.spec, self.source, self.context)

        def busy(file: Path) -> SlidegenError:
            message = f"another sweep is writing it; if there is none, delete {file}"
            return SlidegenError([Problem(message, str(self.spec.output), code="output-conflict")])

        with locked(self.spec.output, 0, busy):
            journal = self._journal()
            plan = Plan.of(settings, journal, self.jobs, retry_failed=self.retry_failed)
            if plan.invalid:
                journal.add([Result(point, Failure(point.error or ""), today()) for point in plan.invalid])
            self._tell_versions(plan)
            self._compute(plan.batches, executor, journal)
            kept = stored(journal)
            table = kept.in_order(settings.points)
            journal.finish(table)
        failed = kept.failures(settings.points)
        return Summary(len(settings.points), len(plan.missing), failed, len(table), time.monotonic() - began)

    def _tell_versions(self, plan: Plan) -> None:
        """Tells of kept results that were made with other versions of libraries than are installed."""
        new = {point.key for point in plan.missing}
        for other, count in plan.kept.other_versions(point for point in plan.settings.points if point.key not in new):
            kept = f"{count} {'result is' if count == 1 else 'results are'} kept from {other.library} {other.recorded}"
            today = "it is not installed" if other.today is None else f"{other.today} is installed"
            text = f"warning: {self.spec.output}: {kept}, and {today}; delete the file to compute all of it again"
            self.progress(Step(text))

    def _journal(self) -> Journal:
        return Journal.open(self.spec.output, self.source, parameter_types(self.source.parameters))

    def _compute(self, batches: Sequence[Batch], executor: Executor, journal: Journal) -> None:
        total = sum(len(batch.points) for batch in batches)
        pace = Pace(total, time.monotonic)
        self.done = 0
        failed = 0
        try:
            if total:
                self.progress(Step("", self.source.name, 0, total))
            for finished in executor.compute(batches):
                journal.add(list(results(finished, today())))
                self.done += len(finished[1])
                failed += sum(isinstance(outcome, Failure) for outcome in finished[1])
                self.progress(Step(pace.text(self.done, failed), self.source.name, self.done, total))
        finally:
            executor.close()


@dataclass(slots=True)
class Pace:
    """Words for the pace of a run, now and then."""

    total: int
    now: Callable[[], float]
    _began: float = 0
    _last: float = field(default=0)

    def __post_init__(self) -> None:
        self._began = self._last = self.now()

    def text(self, done: int, failed: int) -> str:
        """Returns how much is done, how fast and how much failed; "" if that was said a short time ago."""
        now = self.now()
        elapsed = now - self._began
        if now - self._last < max(PAUSE, elapsed / 20) or done == self.total:
            return ""
        self._last = now
        rate = f"{done / elapsed:.1f}/s"
        return ", ".join([f"{done} of {self.total}", rate, *([f"{failed} failed"] if failed else [])])
