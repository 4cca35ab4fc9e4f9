"""Processes that compute tasks, one after the other or several at once.

Even a single task is computed in a process with one thread: the last digits of a sum depend on the number of threads,
and so a result does not depend on the number of processes. Ctrl-C ends the processes at once, whatever library they are
in.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Final

from slidegen.errors import Problem, SlidegenError, reason
from slidegen.tables.base import SourceContext, no_progress

THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""The environment variables from which numerical libraries read the number of their threads when they are loaded."""
PATIENCE: Final = 5.0
"""Seconds that a process has to end after SIGTERM."""

Function = Callable[[Any, SourceContext], Any]
"""What processes compute. It is defined at the top level of a module."""


class UnsendableError(Exception):
    """A function or an argument that cannot be sent to another process: for example, a function inside a function."""


@dataclass(frozen=True, slots=True)
class Task:
    """An argument of the function. `tag` is the caller's own."""

    argument: Any
    tag: Any = None


@dataclass(frozen=True, slots=True)
class Began:
    """A process has been given the task."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The value of the function."""

    value: Any


@dataclass(frozen=True, slots=True)
class Mistaken:
    """A mistake of the user, as the function raised it."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """Any other error of the function."""

    text: str


@dataclass(frozen=True, slots=True)
class Died:
    """The process ended without an answer: it was killed, perhaps for lack of memory."""


Reply = Began | str | float | Answer | Mistaken | Failed | Died
"""What is heard of a task: that it began, a line of progress, the share that is done, or how it ended."""


@dataclass(frozen=True, slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection


@dataclass(slots=True)
class Processes:
    """Up to `jobs` processes. They start when they are first needed and run until `close`."""

    context: SourceContext
    jobs: int
    _workers: list[_Worker] = field(default_factory=list)

    def run(self, function: Function, tasks: deque[Task]) -> Iterator[tuple[Task, Reply]]:
        """Computes the tasks and yields what is heard of each as it comes. A process that died is replaced.

        The caller may add tasks meanwhile. If it stops before the end, all unfinished tasks are given up.

        Raises:
            UnsendableError: the function or an argument cannot be sent to a process.
        """
        busy: dict[Connection, Task] = {}
        try:
            while tasks or busy:
                for worker in self._started(min(self.jobs, len(tasks) + len(busy))):
                    if not tasks or worker.connection in busy:
                        continue
                    task = busy[worker.connection] = tasks.popleft()
                    yield task, Began()
                    if not _sent(worker.connection, (function, task.argument)):
                        self._discard(worker.connection)
                        del busy[worker.connection]
                        yield task, Died()
                for ready in wait(list(busy)) if busy else ():  # of no connections, it would wait for ever
                    connection = next(candidate for candidate in busy if candidate is ready)
                    reply = _received(connection)
                    if isinstance(reply, str | int | float):
                        yield busy[connection], reply
                        continue
                    if isinstance(reply, Died):
                        self._discard(connection)
                    yield busy.pop(connection), reply
        finally:
            if busy:
                self.close()

    def close(self) -> None:
        """Ends the processes, whatever they are doing."""
        for worker in self._workers:
            worker.connection.close()
            worker.process.terminate()
        for worker in self._workers:
            _end(worker.process)
        self._workers.clear()

    def _started(self, count: int) -> list[_Worker]:
        spawn = multiprocessing.get_context("spawn")  # a fork of a process with threads can hang
        while len(self._workers) < count:
            parent_end, child_end = spawn.Pipe()
            context = replace(self.context, progress=_discarded, advance=no_progress)
            process = spawn.Process(target=_serve, args=(child_end, context), daemon=True)
            with _start_environment():
                process.start()
            child_end.close()
            self._workers.append(_Worker(process, parent_end))
        return self._workers[:count]

    def _discard(self, connection: Connection) -> None:
        """Forgets a process that has died."""
        for worker in self._workers:
            if worker.connection is connection:
                connection.close()
                worker.process.terminate()
                _end(worker.process)
        self._workers = [worker for worker in self._workers if worker.connection is not connection]


def _end(process: BaseProcess) -> None:
    process.join(PATIENCE)
    if process.is_alive():
        process.kill()
        process.join()


def _sent(connection: Connection, message: tuple[Function, Any]) -> bool:
    """Sends a message. Returns False if nobody is at the other end any more."""
    try:
        connection.send(message)
    except OSError:
        return False
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise UnsendableError(reason(error, named=True)) from None
    return True


def _received(connection: Connection) -> Reply:
    try:
        reply = connection.recv()
    except (EOFError, OSError):
        return Died()
    assert isinstance(reply, str | int | float | Answer | Mistaken | Failed)
    return reply


def _serve(connection: Connection, context: SourceContext) -> None:
    """Computes tasks until the parent process ends or closes the connection."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all processes of a terminal; the parent decides
    os.dup2(2, 1)  # what a library prints is not output of the command
    context = replace(context, progress=connection.send, advance=connection.send)
    while True:
        try:
            function, argument = connection.recv()
            reply: Answer | Mistaken | Failed = Answer(function(argument, context))
        except (EOFError, ConnectionError):
            return
        except SlidegenError as error:
            reply = Mistaken(error.problems)
        except Exception as error:  # of any library, or of a plug-in: the parent process reports it
            reply = Failed(reason(error, named=True))
        with suppress(OSError, ValueError):
            sys.stdout.flush()  # the process may be ended as soon as its answer is received
        try:
            connection.send(reply)
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


def _discarded(_: str) -> None:
    """Discards progress. It takes the place of a callback that cannot be sent to another process."""
