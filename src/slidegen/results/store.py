"""The store of results: serves tables from the record where nothing has changed, and computes the others."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from slidegen.build_options import Mode
from slidegen.errors import DeckError, ModelError, Problem
from slidegen.marks import UNKNOWN
from slidegen.mistakes import for_each
from slidegen.model import Table
from slidegen.progress import Progress, silent
from slidegen.results.parts import joined, labels, split
from slidegen.results.past import past_tables
from slidegen.results.record import Key, Record
from slidegen.tables import TABLE_SOURCES
from slidegen.tables.base import MissingInputError, ParameterError, SourceContext, SourceParameters, TableSource
from slidegen.validation import Words, mistakes

if TYPE_CHECKING:
    from slidegen.results.workers import WorkerPool


@dataclass(slots=True)
class ResultStore:
    """Serves the tables of one build. It must be closed at the end, because it may have running processes.

    `mode`: "reuse" takes results from the record, "refresh" computes all, "frozen" computes none. "past" computes none
    and takes them from the record whatever version of slidegen made them (`slidegen.results.past`). `lookup` finds the
    digests of models without the network. `context` computes; the parts of slow tables run in `jobs` processes. Each
    request is computed once. `due` counts the results that had to be computed so far, `kept` those of them that are in
    the record, `slow` those kept ones that are parts of slow tables.

    With `skips_slow`, the parts of slow tables that the record lacks are not computed, and their tables are unknown: a
    deck with a mistake is reported without a long wait. With `defers`, this holds for all results that the record
    lacks; `deferred` counts them.
    """

    record: Record
    context: SourceContext
    lookup: SourceContext
    mode: Mode
    jobs: int
    progress: Progress
    due: int = 0
    kept: int = 0
    slow: int = 0
    skips_slow: bool = False
    defers: bool = False
    deferred: int = 0
    _pool: WorkerPool | None = None
    _served: dict[tuple[str, str], Table] = field(default_factory=dict)

    @classmethod
    def open(
        cls,
        record: Record,
        context: SourceContext,
        lookup: SourceContext,
        mode: Mode,
        *,
        jobs: int = 1,
        progress: Progress = silent,
    ) -> ResultStore:
        """Returns a store that has served no table yet."""
        return cls(record, context, lookup, mode, jobs, progress)

    def __enter__(self) -> ResultStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the running processes, if there are any."""
        if self._pool is not None:
            self._pool.close()

    def table(self, source_name: str, parameters: Mapping[str, Any], name: str = "") -> Table:  # noqa: ARG002 - tracing
        """Returns the table of a source with these parameters. `name` is that of the declared table, if it is for one.

        Raises:
            SlidegenError: the source or a parameter is unknown, a model cannot be found, or, when frozen, the record
                lacks the result. The caller adds path and line.
        """
        source = TABLE_SOURCES.find(source_name)
        return self.serve(source, check_parameters(source, parameters))

    def serve(self, source: TableSource, parameters: SourceParameters) -> Table:
        """Returns the table of a source with these checked parameters. Raises the same as `table`."""
        if not source.recorded:
            return source.compute(parameters, self.context)
        parts = split(source, parameters)
        if self.mode == "past":
            return joined(source, past_tables(self.record, source, parts, parameters.model_fields_set))
        names = [Key.of(source.name, source.version, part, None) for part in parts]
        missing = {
            (name.source, name.parameters): index
            for index, name in enumerate(names)
            if not self._known(source, name, parts[index])
        }
        if missing:
            if self.mode == "frozen":
                raise DeckError([_frozen(source, [parts[index] for index in missing.values()])])
            if self.defers:
                self.deferred += len(missing)
                raise DeckError([Problem(UNKNOWN, code="unknown-name")])
            if self.skips_slow and source.parts is not None:
                raise DeckError([Problem(UNKNOWN, code="unknown-name")])
            self._compute(source, parts, list(missing.values()))
        return joined(source, [self._served[name.source, name.parameters] for name in names])

    def finished(self, source: TableSource, parameters: SourceParameters) -> Table | None:
        """Returns the parts of a table that were served so far, joined; None if no part was."""
        names = [Key.of(source.name, source.version, part, None) for part in split(source, parameters)]
        tables = [self._served.get((name.source, name.parameters)) for name in names]
        known = [table for table in tables if table is not None]
        return joined(source, known) if known else None

    def _known(self, source: TableSource, name: Key, part: SourceParameters) -> bool:
        """Returns whether a part was served in this build, or is in the record with unchanged inputs."""
        if (name.source, name.parameters) in self._served:
            return True
        if self.mode == "refresh":
            return False
        try:
            inputs = source.inputs(part, self.lookup)
        except (ModelError, MissingInputError):
            inputs = None
        table = self.record.find(Key.of(source.name, source.version, part, inputs))
        if table is not None:
            self._served[name.source, name.parameters] = table
        return table is not None

    def _compute(self, source: TableSource, parts: Sequence[SourceParameters], missing: Sequence[int]) -> None:
        """Computes the parts whose indexes are `missing`. Each result goes into the record as soon as it is ready."""
        self.due += len(missing)
        todo = [parts[index] for index in missing]
        keys = _keys(source, todo, self.context)
        if source.parts is None:
            results: Iterable[tuple[int, Table]] = ((n, source.compute(p, self.context)) for n, p in enumerate(todo))
        else:
            names = labels(parts)
            results = self._workers().compute(source, todo, [names[index] for index in missing])
        for index, table in results:
            key = keys[index]
            self._served[key.source, key.parameters] = self.record.keep(key, table, today())
            self.kept += 1
            self.slow += source.parts is not None

    def _workers(self) -> WorkerPool:
        if self._pool is None:
            from slidegen.results.workers import WorkerPool  # a build without slow tables does not wait for it

            self._pool = WorkerPool(self.context, self.jobs, self.progress)
        return self._pool


def _keys(source: TableSource, parts: Sequence[SourceParameters], context: SourceContext) -> list[Key]:
    """Returns the key of each part. Raises ModelError with a line for each missing model, before any slow work."""
    return for_each(parts, lambda part: Key.of(source.name, source.version, part, source.inputs(part, context)))


def _frozen(source: TableSource, missing: Sequence[SourceParameters]) -> Problem:
    first = missing[0].model_dump(exclude_defaults=True)
    shown = ", ".join(f"{name}={value}" for name, value in first.items())
    more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
    return Problem(
        f"frozen: the record has no current result for {source.name}({shown}){more}; build without --frozen",
        code="frozen",
    )


def check_parameters(source: TableSource, parameters: Mapping[str, Any]) -> SourceParameters:
    """Checks and returns the parameters of a source.

    Raises:
        ParameterError: with every parameter that is unknown, missing or not allowed.
    """
    large = [name for name, value in parameters.items() if _too_large(value)]
    if large:
        raise ParameterError(
            (name, Problem(f"{source.name}: {name} is too large a number", code="wrong-value")) for name in large
        )
    try:
        return source.parameters.model_validate(dict(parameters))
    except ValidationError as error:
        words = Words(source.name, "parameter", f"{source.name}: ")
        found = mistakes(error, source.parameters, dict(parameters), words)
        raise ParameterError((".".join(map(str, mistake.path)), mistake.problem()) for mistake in found) from None


def _too_large(value: Any) -> bool:
    """Returns whether a whole number, or one in a list, does not fit into 64 bits, which libraries count with."""
    numbers = value if isinstance(value, list | tuple) else [value]
    return any(isinstance(number, int) and abs(number) >= 2**63 for number in numbers)


def today() -> str:
    """Returns today's date (ISO), or that of SOURCE_DATE_EPOCH for reproducible builds."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return dt.datetime.now(tz=dt.UTC).date().isoformat()
    try:
        return dt.datetime.fromtimestamp(int(epoch), tz=dt.UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        raise DeckError(
            [Problem(f"SOURCE_DATE_EPOCH is {epoch!r}; allowed: a number of seconds", code="environment-variable")]
        ) from None
