"""Starts the process that reads a Parquet file, and exchanges plans and answers with it."""

from __future__ import annotations

import atexit
import base64
import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any, Final

from slidegen.parquet.plan import Answer, CutError, FileSchema, Plan

SECONDS: Final = 180.0
"""How long a file may be read."""
IDLE: Final = 5.0
"""How long a process waits for the next cut of the same file."""
MOST_ANSWER: Final = 50_000_000
"""The most bytes of an answer."""
RUN: Final = "import sys; sys.path.append(sys.argv[2]); from slidegen.parquet.worker import main; main(sys.argv[1])"
ROOT: Final = Path(__file__).parents[2]

Key = tuple[Path, int, int]
_kept: Final[dict[Key, ParquetProcess]] = {}
"""Processes that wait, by the path, the size and the date of their files."""


class ParquetProcess:
    """A process that has opened a Parquet file. Raises CutError."""

    def __init__(self, path: Path) -> None:
        # -P: without the working directory on the path, whose modules must not stand in for others.
        command = [sys.executable, "-P", "-c", RUN, str(path), str(ROOT)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._timer: Timer | None = None
        try:
            opened = self._read()
        except BaseException:
            self.close()
            raise
        metadata = {base64.b64decode(key): base64.b64decode(text) for key, text in opened["metadata"].items()}
        self.schema = FileSchema(opened["columns"], metadata)

    @property
    def alive(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def close(self) -> None:
        """Ends the process, whatever it is doing."""
        self.after(None)
        self._process.kill()
        self._process.communicate()

    def after(self, seconds: float | None, action: Callable[[], None] = lambda: None) -> None:
        """Does something after some time, instead of what was to be done before."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else Timer(seconds, action)
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()

    def cut(self, plan: Plan) -> Answer:
        """Returns a cut of the file. Raises CutError."""
        assert self._process.stdin is not None
        try:
            pickle.dump(plan, self._process.stdin)
            self._process.stdin.flush()
        except OSError:
            raise CutError("broken", text="its reader stopped") from None
        found = self._read()
        return Answer(
            tuple(tuple(row) for row in found["rows"]),
            found["count"],
            found["failed"],
            {name: tuple(texts) for name, texts in found["distinct"].items()},
            tuple(tuple(ends) for ends in found["bins"]),
            tuple(found["categories"]),
            found["lost"],
        )

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        self.after(SECONDS, self._process.kill)
        line = self._process.stdout.readline(MOST_ANSWER)
        self.after(None)
        if len(line) >= MOST_ANSWER:
            raise CutError("large", what=f"more than {MOST_ANSWER:,} bytes of text in the rows of the cut")
        try:
            found: dict[str, Any] = json.loads(line)
        except ValueError:
            raise CutError("broken", text="its reader stopped, or took too long") from None
        if "wrong" in found:
            raise CutError(found["wrong"], **found["facts"])
        return found


@contextmanager
def opened(path: Path) -> Iterator[ParquetProcess]:
    """Opens a Parquet file in a process of its own, or in the one that has just read it. Raises CutError."""
    found = path.stat()
    key = (path, found.st_size, found.st_mtime_ns)
    process = _kept.pop(key, None)
    if process is None or not process.alive:
        process = ParquetProcess(path)
    try:
        yield process
    except BaseException:
        process.close()
        raise
    _kept[key] = process
    process.after(IDLE, lambda: _close(key))


def _close(key: Key) -> None:
    """Ends a process, unless it is in use."""
    process = _kept.pop(key, None)
    if process is not None:
        process.close()


@atexit.register
def _close_all() -> None:
    for key in list(_kept):
        _close(key)
