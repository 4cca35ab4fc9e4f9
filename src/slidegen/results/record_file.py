"""Writes the record under a lock, merged with what another process may have written in the meantime."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from slidegen.errors import Problem, SlidegenError
from slidegen.progress import Progress, Step
from slidegen.results.locking import locked
from slidegen.results.record import Record, load_record, record_text
from slidegen.write import write_file

PATIENCE: Final = 30.0
"""Seconds to wait for another process that writes the record. Writing it takes some milliseconds."""


def save_record(
    record: Record, progress: Progress, *, finished: bool = True, refresh: bool = False, patience: float = PATIENCE
) -> bool:
    """Writes the record as `Record.merged` describes. Returns whether the file changed.

    Raises:
        SlidegenError: the file cannot be written, is not a record any more and is left as it is, or is locked by
            another process.
    """
    content = record_text(record.merged(record, finished, refresh)).encode()
    if _has_content(record.path, content):  # nothing to write, so no lock to wait for
        return False
    with _locked(record.path, progress, patience):
        other = load_record(record.path, str(record.path))
        return write_file(record.path, record_text(record.merged(other, finished, refresh)).encode())


def check_record(record: Record) -> None:
    """Raises DeckError if another process has changed the file since it was read, and it is not a record any more."""
    if record.content is None or not _has_content(record.path, record.content):
        load_record(record.path, str(record.path))


def _has_content(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False


@contextmanager
def _locked(path: Path, progress: Progress, patience: float) -> Iterator[None]:
    """Keeps other processes from writing the record. Only warns where no lock is possible."""

    def busy(file: Path) -> SlidegenError:
        message = f"another build has locked it for {patience:g} s; if no other build is running, delete {file}"
        return SlidegenError([Problem(message, str(path), code="record-file")])

    with locked(path, patience, busy) as safe:
        if not safe:
            progress(Step(f"warning: {path}: written without a lock; run no other build of the deck at the same time"))
        yield
