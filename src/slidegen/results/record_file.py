"""Writes the record under a lock, merged with what another process may have written in the meantime.

The lock is a file in the user's cache folder, not beside the deck. Its name is derived from the record's path.
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
    from filelock import FileLock, Timeout

    lock = None
    for folder in lock_folders():
        file = folder / lock_name(path)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _belongs_to_user(folder):
                continue
            lock = FileLock(file)
            lock.acquire(timeout=patience)
            break
        except Timeout:
            message = f"another build has locked it for {patience:g} s; if no other build is running, delete {file}"
            raise SlidegenError([Problem(message, str(path), code="record-file")]) from None
        except (OSError, NotImplementedError):
            lock = None
    if lock is None:
        progress(Step(f"warning: {path}: written without a lock; run no other build of the deck at the same time"))
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


def lock_folders() -> Iterator[Path]:
    """Yields the folders where the lock may be: in the user's cache folder, else in the folder for temporary files."""
    from platformdirs import user_cache_path

    yield user_cache_path("slidegen", appauthor=False) / "locks"
    user = os.getuid() if hasattr(os, "getuid") else "user"
    yield Path(tempfile.gettempdir()) / f"slidegen-{user}-locks"


def lock_name(path: Path) -> str:
    """Returns the file name of a record's lock. It is the same for all links to the record."""
    return f"{hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:32]}.lock"


def _belongs_to_user(folder: Path) -> bool:
    """Returns whether the user owns a folder: in the folder for temporary files, anybody may have created it."""
    found = folder.lstat()
    return not hasattr(os, "getuid") or found.st_uid == os.getuid()
