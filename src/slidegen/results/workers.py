"""A pool of worker processes that compute the parts of slow tables, one after the other or several at once.

Even a single part is computed in a worker process with one thread: the last digits of a sum depend on the number of
threads, and so a result does not depend on the number of processes. Ctrl-C ends the processes at once, whatever library
they are in.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Final

from slidegen.errors import DeckError, Problem, SlidegenError, reason
from slidegen.model import Table
from slidegen.progress import Progress, Step
from slidegen.tables.base import SourceContext, SourceParameters, TableSource, no_progress

THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""The environment variables from which numerical libraries read the number of their threads when they are loaded."""
PATIENCE: Final = 5.0
"""Seconds that a process has to end after SIGTERM."""


@dataclass(frozen=True, slots=True)
class _Failed:
    """An error in a process that is not a mistake of the user."""

    text: str


@dataclass(frozen=True, slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection


@dataclass(slots=True)
class WorkerPool:
    """Up to `jobs` processes. They start when they are first needed and run until `close`."""

    context: SourceContext
    jobs: int
    progress: Progress
    _workers: list[_Worker] = field(default_factory=list)

    def compute(
        self, source: TableSource, parts: Sequence[SourceParameters], names: Sequence[str]
    ) -> Iterator[tuple[int, Table]]:
        """Yields the index and the table of each part as soon as it is ready. `names` are the labels of the parts.

        Raises:
            SlidegenError: a part cannot be computed. All unfinished parts are given up.
        """
        waiting = deque(range(len(parts)))
        busy: dict[Connection, int] = {}
        shares: dict[Connection, float] = {}
        done = 0

        def report(text: str) -> None:
            self.progress(Step(text, source.name, done + sum(shares.values()), len(parts)))

        try:
            free = [worker.connection for worker in self._started(min(self.jobs, len(parts)))]
            while waiting or busy:
                while free and waiting:
                    connection, index = free.pop(), waiting.popleft()
                    self._send(connection, source, parts[index])
                    busy[connection] = index
                    report(f"{names[index]} ({len(parts) - len(waiting)} of {len(parts)})")
                for ready in wait(list(busy)):
                    connection = next(candidate for candidate in busy if candidate is ready)
                    answer = _answer(connection, source, names[busy[connection]])
                    if isinstance(answer, str):
                        self.progress(Step(answer))
                    elif isinstance(answer, int | float):
                        shares[connection] = answer
                        report("")
                    else:
                        done += 1
                        shares.pop(connection, None)
                        report("")
                        free.append(connection)
                        yield busy.pop(connection), answer
        finally:
            if busy:
                self.close()

    def close(self) -> None:
        """Ends the processes, whatever they are doing."""
        for worker in self._workers:
            worker.connection.close()
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join(PATIENCE)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._workers.clear()

    def _started(self, count: int) -> list[_Worker]:
        spawn = multiprocessing.get_context("spawn")  # a fork of a process with threads can hang
        while len(self._workers) < count:
            parent_end, child_end = spawn.Pipe()
            context = replace(self.context, progress=_discard, advance=no_progress)
            process = spawn.Process(target=_serve, args=(child_end, context), daemon=True)
            with _start_environment():
                process.start()
            child_end.close()
            self._workers.append(_Worker(process, parent_end))
        return self._workers[:count]

    def _send(self, connection: Connection, source: TableSource, part: SourceParameters) -> None:
        try:
            connection.send((source, part))
        except (pickle.PicklingError, AttributeError, TypeError) as error:  # for example, a function inside a function
            message = (
                f"the table source {source.name!r} cannot be computed in another process: {reason(error, named=True)}"
            )
            raise DeckError([Problem(message, code="worker")]) from None


def _answer(connection: Connection, source: TableSource, name: str) -> str | int | float | Table:
    """Returns the next answer of a process: a line of progress, the share that is done, or the finished table."""
    what = f"{source.name} ({name})"
    try:
        answer = connection.recv()
    except (EOFError, OSError):
        message = f"{what}: its process was killed, perhaps for lack of memory; fewer --jobs need less"
        raise SlidegenError([Problem(message, code="worker")]) from None
    if isinstance(answer, _Failed):
        raise SlidegenError([Problem(f"{what}: {answer.text}", code="worker")])
    if isinstance(answer, tuple):
        raise SlidegenError(answer)
    assert isinstance(answer, str | int | float | Table)
    return answer


def _serve(connection: Connection, context: SourceContext) -> None:
    """Computes parts until the parent process ends or closes the connection."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all processes of a terminal; the parent decides
    os.dup2(2, 1)  # what a library prints is not output of the command
    context = replace(context, progress=connection.send, advance=connection.send)
    while True:
        try:
            source, part = connection.recv()
            answer: Table | tuple[Problem, ...] | _Failed = source.compute(part, context)
        except (EOFError, ConnectionError):
            return
        except SlidegenError as error:
            answer = error.problems
        except Exception as error:  # of any library, or of a plug-in: the parent process reports it
            answer = _Failed(reason(error, named=True))
        with suppress(OSError, ValueError):
            sys.stdout.flush()  # the process may be ended as soon as its answer is received
        try:
            connection.send(answer)
        except OSError:
            return


@contextmanager
def _start_environment() -> Iterator[None]:
    """Sets the environment for the start of a process: Ctrl-C is blocked, and numerical libraries use one thread."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    masking = hasattr(signal, "pthread_sigmask")
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if masking else set()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        if masking:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _discard(_: str) -> None:
    """Discards progress. It takes the place of a callback that cannot be sent to another process."""
