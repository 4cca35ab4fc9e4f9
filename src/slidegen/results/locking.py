"""Locks on files that several processes may write: a record, the file of a sweep.

A lock is a file in the user's cache folder, not beside the file. Its name is derived from the file's path.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(path: Path, patience: float, busy: Callable[[Path], Exception]) -> Iterator[bool]:
    """Keeps other processes from locking `path`. Yields False where no lock is possible.

    When another process keeps its lock for more than `patience` seconds, raises the error that `busy` makes of the
    lock's file.
    """
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
            raise busy(file) from None
        except (OSError, NotImplementedError):
            lock = None
    try:
        yield lock is not None
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
    """Returns the name of the lock of a file. It is the same for all links to the file."""
    return f"{hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:32]}.lock"


def _belongs_to_user(folder: Path) -> bool:
    """Returns whether the user owns a folder: in the folder for temporary files, anybody may have created it."""
    found = folder.lstat()
    return not hasattr(os, "getuid") or found.st_uid == os.getuid()
