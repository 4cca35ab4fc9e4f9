"""The standard streams of the program: closed or full ones end in a line and an exit code, never in a traceback."""

from __future__ import annotations

import codecs
import io
import os
import sys
from typing import Any, TextIO

from slidegen.errors import Problem, SlidegenError

READERS, WRITERS = (0,), (1, 2)
"""The numbers of the standard streams by what the program does with them."""
ERRORS = "slidegen.escape"
"""How text is written that an encoding lacks: bytes of a file's name as they were, all else escaped."""


def guard_streams() -> None:
    """Makes standard output tell in a line when it cannot be written, and standard error keep silent then.

    A stream that is closed gets its number back, or the next file that is opened would have it, and what a library
    says on standard error would land in that file.
    """
    for number in (*READERS, *WRITERS):
        try:
            os.fstat(number)
        except OSError:
            # The other way round, so that to use it fails.
            os.open(os.devnull, os.O_WRONLY if number in READERS else os.O_RDONLY)
    codecs.register_error(ERRORS, _escape)
    sys.stdout = _guarded(sys.stdout, 1, _Told)
    sys.stderr = _guarded(sys.stderr, 2, _Silent)


class _Told(io.RawIOBase):
    """Bytes to a stream; a reader that is gone is a BrokenPipeError, everything else a SlidegenError."""

    def __init__(self, below: io.RawIOBase) -> None:
        super().__init__()
        self._below = below

    def write(self, data: Any) -> int | None:
        """Writes some of `data`, and returns how much."""
        try:
            return self._below.write(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise SlidegenError([Problem(f"standard output cannot be written: {reason}")]) from None

    def writable(self) -> bool:
        """It is."""
        return True

    def fileno(self) -> int:
        """The stream's number."""
        return self._below.fileno()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._below.isatty()


class _Silent(_Told):
    """Bytes to a stream that nobody can be told about."""

    _interrupted: bytes = b""

    def write(self, data: Any) -> int | None:
        """Writes some of `data`; all of it is lost where it cannot be written.

        Ctrl-C may come when the bytes are written and the buffer above does not know it yet: it gives them once more,
        before what comes next.
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


def _guarded(stream: TextIO | None, number: int, kind: type[_Told]) -> TextIO:
    """The same stream over another bottom; one over the file of that number if it is closed."""
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
