"""Computes batches in processes of this machine. A process that dies loses nothing: its batch is tried again, then
halved until the point that kills it stands alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from slidegen.errors import DeckError, Problem, SlidegenError
from slidegen.progress import Progress, Step
from slidegen.results.processes import Answer, Began, Died, Failed, Mistaken, Processes, Task, UnsendableError
from slidegen.sweep.batches import compute_batch
from slidegen.sweep.model import Batch, Failure, Finished
from slidegen.tables.base import SourceContext

TRIES: Final = 2
"""How often a batch is tried before it is halved, and a single point before it is a failure."""
KILLED: Final = "its process was killed, perhaps for lack of memory; fewer --jobs need less"


class LocalExecutor:
    """Computes batches in `jobs` processes of this machine."""

    def __init__(self, context: SourceContext, jobs: int, progress: Progress) -> None:
        self._processes = Processes(context, jobs)
        self._progress = progress

    def compute(self, batches: Sequence[Batch]) -> Iterator[Finished]:
        """Yields batches as they are finished, as `Executor` describes."""
        tasks = deque(Task(batch, 1) for batch in batches)
        try:
            for task, reply in self._processes.run(compute_batch, tasks):
                match reply:
                    case Answer():
                        yield task.argument, reply.value
                    case Mistaken():
                        raise SlidegenError(reply.problems)
                    case Failed():
                        raise SlidegenError([Problem(f"{task.argument.source}: {reply.text}", code="worker")])
                    case Died():
                        yield from _again(task, tasks)
                    case str():
                        self._progress(Step(reply, detail=True))
                    case Began() | int() | float():
                        pass
        except UnsendableError as error:
            message = f"a setting cannot be computed in another process: {error}"
            raise DeckError([Problem(message, code="worker")]) from None

    def close(self) -> None:
        """Ends the processes, whatever they are doing."""
        self._processes.close()


def _again(task: Task, tasks: deque[Task]) -> Iterator[Finished]:
    """Adds a batch whose process died to the tasks: whole, then in halves. Yields a single point that kills."""
    batch: Batch = task.argument
    count = len(batch.points)
    if task.tag < TRIES:
        tasks.append(Task(batch, task.tag + 1))
    elif count == 1:
        yield batch, (Failure(KILLED),)
    else:
        for points in (batch.points[: count // 2], batch.points[count // 2 :]):
            tasks.append(Task(replace(batch, points=points), TRIES))
