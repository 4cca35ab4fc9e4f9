"""Computes batches on a Dask cluster.

A worker computes one portion at a time, which is sent to it alone. So it is known with which portion a worker was lost,
and a worker that joins later gets the next one. The scheduler needs neither slidegen nor its libraries.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from slidegen.errors import Problem, SlidegenError, reason
from slidegen.progress import Progress, Step
from slidegen.sweep.checked import CheckedWorkers
from slidegen.sweep.connecting import Connection
from slidegen.sweep.model import Batch, Failure, Finished
from slidegen.sweep.portions import Portion, Portions
from slidegen.sweep.wire import read_answer, request_bytes
from slidegen.tables.base import SourceContext

if TYPE_CHECKING:
    from distributed import Future

LOOK: Final = 1.0
"""Seconds between two looks at the workers that are there."""
PATIENCE: Final = 60.0
"""Seconds to wait for a worker of a running scheduler. A batch system may let a job wait for days."""
FETCH: Final = 5.0
"""Seconds to wait for a finished result before looking whether its worker is still there."""
KILLED: Final = "every worker that computed it was lost, perhaps for lack of memory"
LOST: Final = Problem(
    "the scheduler is lost; what was received is kept, and the same command computes the rest", code="worker"
)
CALL: Final = "__import__('importlib').import_module('slidegen.sweep.remote').{}(argument)"
"""What a worker evaluates. A function would be looked up in the scheduler too, which then needed slidegen, or be sent
as the code of this version of Python, which another one may not survive."""


class _LostError(Exception):
    """A worker is gone before its result was received."""


@dataclass(slots=True)
class _Task:
    """What a worker is doing: a portion, or describing itself."""

    future: Future
    address: str
    portion: Portion | None


@dataclass(slots=True)
class DaskExecutor:
    """Computes batches on the cluster to which `connect` connects, when there is something to compute.

    `patience` is how many seconds it waits for workers, `allowed` how many may be lost with one setting; both have
    defaults. `computing` counts the seconds that workers have spent on settings.
    """

    connect: Callable[[], Connection]
    context: SourceContext
    progress: Progress
    patience: float | None = PATIENCE
    allowed: int | None = None
    computing: float = 0
    _run: str = field(default_factory=lambda: uuid4().hex)
    _connection: Connection | None = None
    _tasks: dict[str, _Task] = field(default_factory=dict)
    _replies: SimpleQueue[str] = field(default_factory=SimpleQueue)
    _measured: set[str] = field(default_factory=set)
    _looked: float = 0
    _seen: float = 0
    _shown: int = -1

    def compute(self, batches: Sequence[Batch]) -> Iterator[Finished]:
        """Yields batches as they are finished, as `Executor` describes."""
        if not batches:
            return
        self._connection = self.connect()
        self._greet(self._connection)
        try:
            yield from self._computed(Portions(batches, self._allowed_losses()), CheckedWorkers(batches[0].source))
        except OSError:  # the answer of Dask to whatever is asked through a closed connection
            raise SlidegenError([LOST]) from None

    def _computed(self, portions: Portions, workers: CheckedWorkers) -> Iterator[Finished]:
        self._seen = time.monotonic()
        while portions or any(task.portion for task in self._tasks.values()):
            yield from self._look(workers, portions)
            self._assign(workers, portions)
            try:
                task = self._tasks.pop(self._replies.get(timeout=LOOK), None)
            except Empty:
                continue
            if task is not None:
                finished = self._received(task, workers, portions)
                self._show(workers)
                self._assign(workers, portions)  # before the caller writes what was finished
                yield from finished

    def close(self) -> None:
        """Gives up what is still being computed, and leaves the cluster."""
        if self._connection is not None:
            tasks, self._tasks = list(self._tasks.values()), {}
            if tasks and self._connection.client.status == "running":
                with suppress(OSError):  # the scheduler may be lost meanwhile
                    self._connection.client.cancel([task.future for task in tasks], force=True)
            self._connection.close()
            self._connection = None

    def _greet(self, connection: Connection) -> None:
        self.progress(Step(f"connected to the scheduler {connection.address}", detail=True))
        if (dashboard := connection.dashboard) is not None:
            self.progress(Step(f"its dashboard is {dashboard}", detail=True))

    def _allowed_losses(self) -> int:
        """Returns how many workers may be lost with one setting, as Dask's own configuration says."""
        if self.allowed is not None:
            return self.allowed
        import dask

        return int(dask.config.get("distributed.scheduler.allowed-failures"))

    def _look(self, workers: CheckedWorkers, portions: Portions) -> list[Finished]:
        """Looks, now and then, which workers came and went. Returns the settings that are given up.

        Raises:
            SlidegenError: the scheduler is lost, or there are no workers that can be used.
        """
        now = time.monotonic()
        if now - self._looked < LOOK:
            return []
        self._looked = now
        there = self._there()
        for address in workers.update(there):
            self._submit("prepared", workers.source.encode(), address, None)
        given_up = []
        for key, task in list(self._tasks.items()):
            if task.address not in there:
                del self._tasks[key]
                given_up += self._lost(task, portions)
        self._check_left(workers, now)
        self._show(workers)
        return given_up

    def _show(self, workers: CheckedWorkers) -> None:
        if len(workers.agreeing) != self._shown and not self._preparing():
            self._shown = len(workers.agreeing)
            self.progress(Step(_count(self._shown), workers.source))

    def _there(self) -> dict[str, str]:
        """Returns the names of the workers that are there, by address."""
        client = self._client()
        found: dict[str, Any] = client.scheduler_info()["workers"]
        self._client()  # the scheduler may have been lost meanwhile
        return {address: str(worker["name"]) for address, worker in found.items()}

    def _client(self) -> Any:
        """Returns the client. Raises SlidegenError if the scheduler is lost."""
        assert self._connection is not None
        if self._connection.client.status != "running":
            raise SlidegenError([LOST])
        return self._connection.client

    def _check_left(self, workers: CheckedWorkers, now: float) -> None:
        """Raises SlidegenError if every worker differs from this process, or if none has been there for too long."""
        if workers.agreeing or self._preparing():
            self._seen = now
        elif workers.differing:
            raise SlidegenError(workers.problems)
        elif self.patience is not None and now - self._seen > self.patience:
            assert self._connection is not None
            address = self._connection.address
            message = f"no worker for {self.patience:.0f} seconds; start one with: dask worker {address} --nthreads 1"
            raise SlidegenError([Problem(message, code="worker")])

    def _preparing(self) -> bool:
        return any(task.portion is None for task in self._tasks.values())

    def _assign(self, workers: CheckedWorkers, portions: Portions) -> None:
        """Gives a portion to each worker that has none."""
        busy = {task.address for task in self._tasks.values()}
        for address in sorted(workers.agreeing - busy):
            portion = portions.take(len(workers.agreeing))
            if portion is None:
                return
            self._submit("computed", self._request(portion), address, portion)

    def _request(self, portion: Portion) -> bytes:
        return request_bytes(portion.batch, self.context, self._run)

    def _submit(self, function: str, argument: bytes, address: str, portion: Portion | None) -> None:
        call = CALL.format(function)
        future = self._client().submit(eval, call, {"argument": argument}, workers=[address], pure=False, retries=0)
        self._tasks[future.key] = _Task(future, address, portion)
        future.add_done_callback(lambda done: self._replies.put(done.key))

    def _received(self, task: _Task, workers: CheckedWorkers, portions: Portions) -> list[Finished]:
        """Takes what a worker has sent. Returns finished batches."""
        from distributed import KilledWorker

        try:
            content = self._fetched(task)
        except (_LostError, KilledWorker):
            return self._lost(task, portions)
        except SlidegenError:  # the scheduler is lost
            raise
        except Exception as error:
            if task.future.status != "error":  # not the worker's, but the connection's
                raise
            if task.portion is None:
                self._tell(workers.broken(task.address, error))
                return []
            message = f"{workers.source}: a worker failed: {reason(error, named=True)}"
            raise SlidegenError([Problem(message, code="worker")]) from None
        if task.portion is None:
            self._tell(workers.check(task.address, json.loads(content)))
            return []
        batch = task.portion.batch
        outcomes, seconds = read_answer(content)
        self.computing += seconds
        if task.address in self._measured:
            portions.measured(len(outcomes), seconds)
        self._measured.add(task.address)  # its first portion had to wait for imports
        return [(batch, outcomes)]

    def _fetched(self, task: _Task) -> bytes:
        """Returns a result. Raises _LostError if it cannot be had any more, and what the worker raised."""
        from distributed import TimeoutError as TooLongError

        while True:
            self._client()
            if task.future.cancelled() or task.future.status == "lost":
                raise _LostError
            try:
                content = task.future.result(timeout=FETCH)
            except TooLongError:
                if task.address not in self._there():
                    raise _LostError from None
                continue
            assert isinstance(content, bytes)
            return content

    def _lost(self, task: _Task, portions: Portions) -> list[Finished]:
        task.future.cancel()
        if task.portion is None:
            return []
        guilty = portions.lost(task.portion)
        return [] if guilty is None else [(guilty, (Failure(KILLED),))]

    def _tell(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            self.progress(Step(str(problem), code=problem.code))


def _count(workers: int) -> str:
    return "waiting for workers" if not workers else f"{workers} worker{'' if workers == 1 else 's'}"
