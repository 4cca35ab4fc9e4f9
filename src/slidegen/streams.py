"""The standard streams: closed or full ones lead to a one-line message and an exit code, never to a traceback."""

from __future__ import annotations

import codecs
import io
import os
import sys
from typing import Any, BinaryIO, TextIO

from slidegen.errors import Problem, SlidegenError

READERS, WRITERS = (0,), (1, 2)
"""The file descriptors of the standard streams that the program reads and writes."""
ERRORS = "slidegen.escape"
"""The error handler for text that an encoding lacks: keeps the bytes of a file's name, escapes everything else."""


def guard_streams() -> None:
    """Makes standard output report in one line that it cannot be written, and standard error ignore such errors.

    Reopens the descriptor of a closed stream. Otherwise the next opened file would get it, and what a library prints to
    standard error would end up in that file.
    """
    for number in (*READERS, *WRITERS):
        try:
            os.fstat(number)
        except OSError:
            # Opened for the opposite direction, so that using it fails.
            os.open(os.devnull, os.O_WRONLY if number in READERS else os.O_RDONLY)
    codecs.register_error(ERRORS, _escape)
    sys.stdout = _guarded(sys.stdout, 1, _Reporting)
    sys.stderr = _guarded(sys.stderr, 2, _Silent)


def own_errors() -> BinaryIO:
    """Returns standard error for messages alone: what anything else prints there from now on is lost, be it a library,
    Python itself or another process that this one starts."""
    descriptor = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    os.close(null)
    return io.BufferedWriter(_Silent(io.FileIO(descriptor, "w")))


class _Reporting(io.RawIOBase):
    """Writes to a stream. Raises BrokenPipeError if the reader is gone, SlidegenError for any other error."""

    def __init__(self, below: io.RawIOBase) -> None:
        super().__init__()
        self._below = below

    def write(self, data: Any) -> int | None:
        """Writes some of `data` and returns the number of bytes."""
        try:
            return self._below.write(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise SlidegenError(
                [Problem(f"standard output cannot be written: {reason}", code="unwritable-file")]
            ) from None

    def writable(self) -> bool:
        """Always true."""
        return True

    def fileno(self) -> int:
        """The stream's file descriptor."""
        return self._below.fileno()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._below.isatty()


class _Silent(_Reporting):
    """Writes to a stream and ignores errors, which cannot be reported."""

    _interrupted: bytes = b""

    def write(self, data: Any) -> int | None:
        """Writes some of `data`; drops all of it if it cannot be written.

        Ctrl-C may come after the bytes are written but before the buffer above knows. The buffer then passes them again
        together with what follows, so they are skipped.
        """
        written, self._interrupted = self._interrupted, b""
        given = bytes(data)
        again = len(written) if written and given.startswith(written) else 0
        try:
            return again + (self._below.write(given[again:]) or 0) if len(given) > again else again
        except OSError:
            return len(given)
        except KeyboardInterrupt:
            self._interrupted = given
            raise


def _guarded(stream: TextIO | None, number: int, kind: type[_Reporting]) -> TextIO:
    """Wraps a stream so that its bytes go through `kind`. A closed stream becomes one over the file descriptor."""
    if stream is None:
        below: io.RawIOBase = io.FileIO(number, "w", closefd=False)
        encoding, errors = "utf-8", ERRORS
    else:
        stream.flush()
        below = getattr(stream.buffer, "raw", None) or stream.buffer  # type: ignore[assignment]  # no buffer: python -u
        encoding, errors = stream.encoding, ERRORS if stream.errors == "strict" else stream.errors or ERRORS
    return io.TextIOWrapper(io.BufferedWriter(kind(below)), encoding=encoding, errors=errors, line_buffering=True)


def _escape(error: UnicodeError) -> tuple[str | bytes, int]:
    try:
        return codecs.lookup_error("surrogateescape")(error)
    except UnicodeError:
        return codecs.backslashreplace_errors(error)
