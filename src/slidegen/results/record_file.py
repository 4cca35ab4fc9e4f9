"""Writing the record, which several processes may do at once: under a lock, and merged with what the file then holds.

The lock is no file beside the deck but one in the user's cache folder, named after the record.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from slidegen.errors import Problem, SlidegenError
from slidegen.progress import Progress, Step
from slidegen.results.record import Record, load_record, record_text
from slidegen.write import write_file

PATIENCE: Final = 30.0
"""Seconds to wait for another process that writes the record, which takes it some milliseconds."""


def save_record(
    record: Record, progress: Progress, *, whole: bool = True, refresh: bool = False, patience: float = PATIENCE
) -> bool:
    """Writes the record as `Record.merged` says. Returns whether the file changed.

    Raises:
        SlidegenError: the file cannot be written, or it is no record any more and stays as it is, or another process
            does not let go of it.
    """
    content = record_text(record.merged(record, whole, refresh)).encode()
    if _holds(record.path, content):  # nothing to add, so nothing to wait for
        return False
    with _locked(record.path, progress, patience):
        theirs = load_record(record.path, str(record.path))
        return write_file(record.path, record_text(record.merged(theirs, whole, refresh)).encode())


def check_record(record: Record) -> None:
    """Raises DeckError if what another process made of the file since it was read is no record."""
    if record.content is None or not _holds(record.path, record.content):
        load_record(record.path, str(record.path))


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False


@contextmanager
def _locked(path: Path, progress: Progress, patience: float) -> Iterator[None]:
    """Keeps other processes from writing the record; where there can be no lock, with a warning instead."""
    from filelock import FileLock, Timeout

    lock = None
    for folder in lock_folders():
        file = folder / lock_name(path)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _own(folder):
                continue
            lock = FileLock(file)
            lock.acquire(timeout=patience)
            break
        except Timeout:
            message = f"another build has been writing it for {patience:g} s; if there is none, delete {file}"
            raise SlidegenError([Problem(message, str(path))]) from None
        except (OSError, NotImplementedError):
            lock = None
    if lock is None:
        progress(Step(f"warning: {path}: written without a lock; let no other build of the deck run at the same time"))
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


def lock_folders() -> Iterator[Path]:
    """Where the lock may be: in the user's cache folder, else in a folder for temporary files."""
    from platformdirs import user_cache_path

    yield user_cache_path("slidegen", appauthor=False) / "locks"
    user = os.getuid() if hasattr(os, "getuid") else "user"
    yield Path(tempfile.gettempdir()) / f"slidegen-{user}-locks"


def lock_name(path: Path) -> str:
    """The name of a record's lock, whatever links lead to the record."""
    return f"{hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:32]}.lock"


def _own(folder: Path) -> bool:
    """Whether a folder is nobody else's: in one for temporary files anybody may have made it."""
    found = folder.lstat()
    return not hasattr(os, "getuid") or found.st_uid == os.getuid()
