"""Writes the files that a deck reads, as they were in a commit, into a folder. Nothing else is taken out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from slidegen.errors import Problem, SlidegenError
from slidegen.files import MAX_DECK_BYTES
from slidegen.project import MARK, record_path
from slidegen.revisions.tree import LFS, Entry, Tree, UnreadableEntryError

MAX_FILES: Final = 2000
"""The most files of a deck that are taken out."""
MAX_BYTES: Final = 200_000_000
"""The most bytes of these files together."""
MAX_FILE_BYTES: Final = 100_000_000
MAX_MODELS: Final = 500
"""The most configs in the project's folder of models."""
DEPTH: Final = 4


@dataclass(slots=True)
class Checkout:
    """The files of a deck in a commit, written below `folder`. `deck` is its path in the repository, `called` what
    messages call the commit. `unreadable` says why files that the deck asks for could not be taken out."""

    tree: Tree
    deck: str
    called: str
    folder: Path
    unreadable: dict[str, str] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _files: int = 0
    _bytes: int = 0

    @property
    def path(self) -> Path:
        """The deck's file."""
        return self.folder / self.deck

    @property
    def root(self) -> str:
        """The path of the project's root: the nearest folder above the deck with a `slidegen.toml`, else its own."""
        own = Path(self.deck).parent
        for folder in (own, *own.parents):
            if self._find((folder / MARK).as_posix()) is not None:
                return folder.as_posix()
        return own.as_posix()

    def start(self, root: str) -> None:
        """Takes out the deck, its record, the settings and the models of the project in `root`.

        Raises SlidegenError for a file that is too large, or files that are too many.
        """
        beside = record_path(Path(self.deck)).as_posix()
        mark = (Path(root) / MARK).as_posix()
        models = islice(self._models((Path(root) / "models").as_posix()), MAX_MODELS)
        self.take([self.deck, beside, mark, *models])

    def take_asked(self, paths: Iterable[Path]) -> bool:
        """Takes out the files at paths below the folder. Returns whether there were some that were not there yet."""
        folder = Path(os.path.realpath(self.folder))
        real = (Path(os.path.normpath(path)) for path in paths)
        return self.take([path.relative_to(folder).as_posix() for path in real if path.is_relative_to(folder)])

    def take(self, names: Iterable[str]) -> bool:
        """Takes out files by their paths in the repository. Returns whether one was written. What is not a file in the
        commit is left out. Raises SlidegenError as `start`."""
        written = False
        for name in names:
            if name in self._seen:
                continue
            self._seen.add(name)
            entry = self._find(name)
            if entry is not None and entry.kind == "file":
                written = self._write(name, entry) or written
        return written

    def problems(self) -> Iterator[Problem]:
        """The mistakes about files that could not be taken out."""
        for name, why in self.unreadable.items():
            yield Problem(f"cannot be read: {why}", f"{self.called}:{name}", code="git")

    def _find(self, name: str) -> Entry | None:
        try:
            found = self.tree.find(name)
        except UnreadableEntryError as error:
            self.unreadable[name] = str(error)
            return None
        return None if found is None else found[1]

    def _write(self, name: str, entry: Entry) -> bool:
        try:
            content = self.tree.content(entry, MAX_DECK_BYTES if name == self.deck else MAX_FILE_BYTES)
        except UnreadableEntryError as error:
            self.unreadable[name] = str(error)
            return False
        if content.startswith(LFS) and len(content) < 1024:
            self.unreadable[name] = "it is a pointer of Git LFS; the file itself is not in the repository"
            return False
        self._files += 1
        self._bytes += len(content)
        if self._files > MAX_FILES or self._bytes > MAX_BYTES:
            most = f"at most {MAX_FILES} files of {MAX_BYTES // 1_000_000} MB together are read"
            raise SlidegenError(
                [Problem(f"asks for too many files: {most}", f"{self.called}:{self.deck}", code="limit")]
            )
        path = self.folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:  # names that this system does not have, or that differ only in case
            self.unreadable[name] = f"it cannot be written to a temporary folder: {(error.strerror or '').lower()}"
            return False
        return True

    def _models(self, folder: str, depth: int = DEPTH) -> Iterator[str]:
        """Yields the paths of the configs in the folder of models."""
        entry = self._find(folder)
        if entry is None or entry.kind != "folder":
            return
        for name, one in self.tree.listed(entry).items():
            if one.kind == "folder" and depth:
                yield from self._models(f"{folder}/{name}", depth - 1)
            elif name.endswith(".json"):
                yield f"{folder}/{name}"
