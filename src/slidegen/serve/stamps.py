"""Finds out which files have changed, by their content: one that is only touched, or is written again, has not."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

COARSE_NS: Final = 2_500_000_000
"""How coarse the times of a file system may be: FAT has 2 s, some network drives 1 s. A file that was changed that
shortly before it was read may change again without another time."""
PIECE_BYTES: Final = 2**20


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is known of a file: its size, time and number on the file system, a digest of its content, and when this was
    read. Where no file is, `digest` is empty; of a folder or a pattern, it is that of the names."""

    size: int
    time_ns: int
    number: int
    digest: bytes
    read_ns: int

    @property
    def missing(self) -> bool:
        """Whether no file is there."""
        return not self.digest

    @property
    def unfinished(self) -> bool:
        """Whether an editor may be in the middle of saving: the file is away, or empty."""
        return self.missing or (self.number != 0 and self.size == 0)


def stamp(path: Path, known: Stamp | None = None) -> Stamp:
    """Returns the stamp of a path. Takes the digest from a `known` stamp if the file cannot have changed since."""
    now = time.time_ns()
    if "*" in path.name:
        return Stamp(0, 0, 0, _names(path), now)
    try:
        found = path.stat()
    except (OSError, ValueError):
        return Stamp(0, 0, 0, b"", now)
    size, changed, number = found.st_size, found.st_mtime_ns, found.st_ino
    if known is not None and (size, changed, number) == (known.size, known.time_ns, known.number):
        sure = known.read_ns - changed > COARSE_NS
        if sure:
            return known
    if not stat.S_ISREG(found.st_mode):
        return Stamp(0, 0, 0, b"a folder, or something else that is not read", now)
    return Stamp(size, changed, number, _digest(path), now)


def _digest(path: Path) -> bytes:
    """Returns a digest of a file's content; b"" if it cannot be read."""
    digest = hashlib.blake2b(digest_size=16)
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                digest.update(piece)
    except OSError:
        return b""
    return digest.digest()


def _names(pattern: Path) -> bytes:
    """Returns a digest of the names of the files that match a pattern."""
    try:
        names = sorted(path.name for path in pattern.parent.glob(pattern.name))
    except OSError:
        names = []
    return hashlib.blake2b(os.fsencode("\0".join(names)), digest_size=16).digest()


class Stamps:
    """The stamps of the files that a deck depends on."""

    def __init__(self) -> None:
        self._known: dict[Path, Stamp] = {}

    @property
    def paths(self) -> frozenset[Path]:
        """The files, and patterns of files."""
        return frozenset(self._known)

    def watch(self, paths: Iterable[Path]) -> None:
        """Watches these paths and no others. A path that is watched already keeps its stamp."""
        self._known = {path: self._known.get(path) or stamp(path) for path in paths}

    def changed(self) -> Mapping[Path, Stamp]:
        """Returns what has changed since the last call, with its new stamp."""
        changed: dict[Path, Stamp] = {}
        for path, known in self._known.items():
            new = stamp(path, known)
            if new.digest != known.digest:
                changed[path] = new
            if new is not known:
                self._known[path] = new
        return changed
