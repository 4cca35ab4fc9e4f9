"""A pool of worker processes that compute the parts of slow tables, one after the other or several at once.

Even one after the other they are computed in a process of their own, with one thread: the last digits of a sum depend
on the number of threads, and so a result is the same however many processes there are. Ctrl-C ends them at once,
whatever library they are in.
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
"""Where numerical libraries read, when they are loaded, how many threads they may start."""
PATIENCE: Final = 5.0
"""Seconds that a process has to end after it was told to."""


@dataclass(frozen=True, slots=True)
class _Failed:
    """What went wrong in a process, in words, where it was no mistake of the user."""

    text: str


@dataclass(frozen=True, slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection


@dataclass(slots=True)
class WorkerPool:
    """Up to `jobs` processes, which are started when they are first needed and stay until `close`."""

    context: SourceContext
    jobs: int
    progress: Progress
    _workers: list[_Worker] = field(default_factory=list)

    def compute(
        self, source: TableSource, parts: Sequence[SourceParameters], names: Sequence[str]
    ) -> Iterator[tuple[int, Table]]:
        """The table of each part with its index, as soon as it is there. `names` are what people call the parts.

        Raises:
            SlidegenError: what a part cannot be computed for; the others that are not finished are given up.
        """
        waiting = deque(range(len(parts)))
        busy: dict[Connection, int] = {}
        shares: dict[Connection, float] = {}
        done = 0

        def tell(text: str) -> None:
            self.progress(Step(text, source.name, done + sum(shares.values()), len(parts)))

        try:
            free = [worker.connection for worker in self._hired(min(self.jobs, len(parts)))]
            while waiting or busy:
                while free and waiting:
                    connection, index = free.pop(), waiting.popleft()
                    self._give(connection, source, parts[index])
                    busy[connection] = index
                    tell(f"{names[index]} ({len(parts) - len(waiting)} of {len(parts)})")
                for ready in wait(list(busy)):
                    connection = next(one for one in busy if one is ready)
                    answer = _answer(connection, source, names[busy[connection]])
                    if isinstance(answer, str):
                        self.progress(Step(answer))
                    elif isinstance(answer, int | float):
                        shares[connection] = answer
                        tell("")
                    else:
                        done += 1
                        shares.pop(connection, None)
                        tell("")
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

    def _hired(self, count: int) -> list[_Worker]:
        spawn = multiprocessing.get_context("spawn")  # a fork of a process with threads can hang
        while len(self._workers) < count:
            ours, theirs = spawn.Pipe()
            context = replace(self.context, progress=_nowhere, advance=no_progress)
            process = spawn.Process(target=_serve, args=(theirs, context), daemon=True)
            with _sheltered():
                process.start()
            theirs.close()
            self._workers.append(_Worker(process, ours))
        return self._workers[:count]

    def _give(self, connection: Connection, source: TableSource, part: SourceParameters) -> None:
        try:
            connection.send((source, part))
        except (pickle.PicklingError, AttributeError, TypeError) as error:  # a function inside a function, say
            message = (
                f"the table source {source.name!r} cannot be computed in another process: {reason(error, named=True)}"
            )
            raise DeckError([Problem(message)]) from None


def _answer(connection: Connection, source: TableSource, name: str) -> str | int | float | Table:
    """A line of progress, the share that is done, or the finished table."""
    what = f"{source.name} ({name})"
    try:
        answer = connection.recv()
    except (EOFError, OSError):
        message = f"{what}: its process was ended from outside; is there enough memory? fewer --jobs take less"
        raise SlidegenError([Problem(message)]) from None
    if isinstance(answer, _Failed):
        raise SlidegenError([Problem(f"{what}: {answer.text}")])
    if isinstance(answer, tuple):
        raise SlidegenError(answer)
    assert isinstance(answer, str | int | float | Table)
    return answer


def _serve(connection: Connection, context: SourceContext) -> None:
    """What a process does until the one that started it ends or closes the connection."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all processes of a terminal; the first one decides
    os.dup2(2, 1)  # what a library prints is no output of the command
    context = replace(context, progress=connection.send, advance=connection.send)
    while True:
        try:
            source, part = connection.recv()
            answer: Table | tuple[Problem, ...] | _Failed = source.compute(part, context)
        except (EOFError, ConnectionError):
            return
        except SlidegenError as error:
            answer = error.problems
        except Exception as error:  # of any library, or of a plug-in: the process that waits tells it
            answer = _Failed(reason(error, named=True))
        with suppress(OSError, ValueError):
            sys.stdout.flush()  # the process may be ended as soon as its answer is there
        try:
            connection.send(answer)
        except OSError:
            return


@contextmanager
def _sheltered() -> Iterator[None]:
    """The surroundings in which a process is started: Ctrl-C waits, and numerical libraries get one thread."""
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


def _nowhere(_: str) -> None:
    """Stands in a context on its way to another process."""
