"""A pool of worker processes that compute the parts of slow tables, one after the other or several at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from slidegen.errors import DeckError, Problem, SlidegenError
from slidegen.model import Table
from slidegen.progress import Progress, Step
from slidegen.results.processes import Answer, Began, Died, Failed, Mistaken, Processes, Task, UnsendableError
from slidegen.tables.base import SourceContext, SourceParameters, TableSource


@dataclass(slots=True)
class WorkerPool:
    """Up to `jobs` processes. They start when they are first needed and run until `close`."""

    context: SourceContext
    jobs: int
    progress: Progress
    _processes: Processes | None = None

    def compute(
        self, source: TableSource, parts: Sequence[SourceParameters], names: Sequence[str]
    ) -> Iterator[tuple[int, Table]]:
        """Yields the index and the table of each part as soon as it is ready. `names` are the labels of the parts.

        Raises:
            SlidegenError: a part cannot be computed. All unfinished parts are given up.
        """
        if self._processes is None:
            self._processes = Processes(self.context, self.jobs)
        shares: dict[int, float] = {}
        done = 0
        began = 0

        def report(text: str) -> None:
            self.progress(Step(text, source.name, done + sum(shares.values()), len(parts)))

        tasks = deque(Task((source, part), index) for index, part in enumerate(parts))
        try:
            for task, reply in self._processes.run(_table, tasks):
                index: int = task.tag
                what = f"{source.name} ({names[index]})"
                match reply:
                    case Began():
                        began += 1
                        report(f"{names[index]} ({began} of {len(parts)})")
                    case str():
                        self.progress(Step(reply))
                    case int() | float():
                        shares[index] = reply
                        report("")
                    case Answer():
                        done += 1
                        shares.pop(index, None)
                        report("")
                        yield index, reply.value
                    case _:
                        raise SlidegenError(_problems(reply, what))
        except UnsendableError as error:
            message = f"the table source {source.name!r} cannot be computed in another process: {error}"
            raise DeckError([Problem(message, code="worker")]) from None

    def close(self) -> None:
        """Ends the processes, whatever they are doing."""
        if self._processes is not None:
            self._processes.close()


def _table(part: tuple[TableSource, SourceParameters], context: SourceContext) -> Table:
    source, parameters = part
    return source.compute(parameters, context)


def _problems(reply: Mistaken | Failed | Died, what: str) -> Sequence[Problem]:
    if isinstance(reply, Mistaken):
        return reply.problems
    if isinstance(reply, Failed):
        return [Problem(f"{what}: {reply.text}", code="worker")]
    message = f"{what}: its process was killed, perhaps for lack of memory; fewer --jobs need less"
    return [Problem(message, code="worker")]
