"""The project around a deck: its root, outside of which no file is read for the deck, and the record beside it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from slidegen.errors import Problem, SlidegenError
from slidegen.files import FileError, MissingFileError, follow, is_there, leads_out, read_text
from slidegen.progress import Progress, Step
from slidegen.write import is_folder

MARK: Final = "slidegen.toml"
"""The file that makes its folder the root of the decks in and below it."""
WAYS: Final = f", or make a folder that holds both the root: by --root DIR, or by a {MARK} in that folder"
MAX_MARK_BYTES: Final = 100_000


@dataclass(frozen=True, slots=True)
class Project:
    """The files that may be read for a deck: those in `root`. Relative paths start at `folder`, the deck's own.

    `called` is the name of the root in messages, `ways` their advice on how to get a wider one. `notes` say how the
    root was found. `reads` collects every path that was asked for, whether or not a file is there, and patterns such
    as "*.css" of files that were looked for in a folder.
    """

    root: Path
    folder: Path
    called: str = "deck's folder"
    ways: str = ""
    notes: tuple[str, ...] = ()
    reads: set[Path] = field(default_factory=set, compare=False, repr=False)
    _above: dict[Path, None] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, folder: Path, called: str = "deck's folder") -> Project:
        """Returns the project of a single folder."""
        return cls(folder, folder, called)

    def beside(self, folder: Path, called: str) -> Project:
        """Returns the project of another folder whose files the deck uses too."""
        return Project(folder, folder, called, reads=self.reads)

    @property
    def models(self) -> Path:
        """The folder of the project's own models, which may not exist."""
        return self.root / "models"

    def admits(self, path: Path) -> bool:
        """Returns whether `path`, its links followed, may be read. `explained` lists those above the deck's folder."""
        if leads_out(path, self.root):
            return False
        self.reads.add(path)
        if leads_out(path, self.folder):
            self._above[follow(path)] = None
        return True

    def outside(self, what: str = "the file") -> str:
        """Returns the end of a message about a path that is not admitted. `what` is what the user should copy."""
        return f"is outside the {self.called}; copy {what} into it{self.ways}"

    def place(self, path: Path) -> str:
        """Returns where an admitted path is, for messages: the deck's folder or the root."""
        return self.called if leads_out(path, self.folder) else "deck's folder"

    @contextmanager
    def explained(self, deck: str, progress: Progress) -> Iterator[None]:
        """Reports, as details, how the root was found and, at the end, which files above the deck's folder are read."""
        for note in self.notes:
            progress(Step(f"{deck}: {note}", detail=True))
        try:
            yield
        finally:
            for path in self._above:
                if path.is_file():
                    progress(Step(f"{deck}: reads {path}, above the deck's folder", detail=True))


def find_project(folder: Path, root: Path | None = None, reads: set[Path] | None = None) -> Project:
    """Returns the project of the decks in `folder`. It adds the paths that are asked for to `reads`, if given.

    Its root is the folder `root` that the user names, else the nearest one at or above `folder` with a `slidegen.toml`,
    else `folder` itself.

    Raises:
        SlidegenError: `root` is not a folder, or the `slidegen.toml` cannot be read or has keys.
    """
    reads = set() if reads is None else reads
    if root is not None:
        if not is_folder(root):
            raise SlidegenError([Problem("--root is not a folder", str(root), code="missing-file")])
        return Project(root, folder, "project's root", WAYS, (f"the root is {root}, by --root",), reads)
    notes = []
    for above in _upwards(folder):
        mark = above / MARK
        if not is_there(mark):
            continue
        if why := _reason_to_ignore(mark):
            notes.append(f"{mark} is ignored: {why}")
            continue
        _check_mark(mark)
        return Project(above, folder, "project's root", WAYS, (*notes, f"the root is {above}, by its {MARK}"), reads)
    return Project(folder, folder, "deck's folder", WAYS, tuple(notes), reads)


def record_path(deck: Path) -> Path:
    """Returns the path of a deck's record: `talk.record.json` beside `talk.yml`."""
    return deck.with_name(f"{deck.stem}.record.json")


def _upwards(folder: Path) -> Sequence[Path]:
    """Returns a folder, its links followed, and those above it."""
    try:
        here = follow(folder)
    except MissingFileError:  # for example, a deleted working directory
        return ()
    return (here, *here.parents)


def _reason_to_ignore(mark: Path) -> str | None:
    """Returns why a `slidegen.toml` does not count; None if it does.

    Anybody can put a file into a folder like /tmp, and would so let the decks below it read other files there. The file
    counts only if it belongs to the user, to the owner of its folder or to the administrator.
    """
    try:
        found, folder = mark.lstat(), mark.parent.stat()
    except OSError:
        return "it cannot be read"
    if not stat.S_ISREG(found.st_mode):
        return "it is not a regular file"
    if hasattr(os, "getuid") and found.st_uid not in (os.getuid(), folder.st_uid, 0):
        return "it belongs to another user"
    return None


def _check_mark(mark: Path) -> None:
    """Raises SlidegenError for a `slidegen.toml` that cannot be read or that has keys."""
    import tomllib  # few decks have one

    try:
        keys = tomllib.loads(read_text(mark, MAX_MARK_BYTES))
    except FileError as error:
        raise SlidegenError([Problem(f"cannot be read: {error}", str(mark), code=error.code)]) from None
    except (ValueError, RecursionError) as error:
        what = "not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)
        raise SlidegenError(
            [Problem(f"is not TOML ({what}); an empty file is enough", str(mark), code="toml-syntax")]
        ) from None
    allowed = f"a {MARK} has no keys: the folder that it is in is the root"
    problems = [Problem(f"unknown key {key!r}; {allowed}", str(mark), code="unknown-key") for key in keys]
    if problems:
        raise SlidegenError(problems)
