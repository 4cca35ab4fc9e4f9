"""The project around a deck: its root, outside which nothing is read for the deck, and the file beside the deck."""

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
MOST_MARK_BYTES: Final = 100_000


@dataclass(frozen=True, slots=True)
class Project:
    """What may be read for a deck: the files in `root`. Relative paths start at `folder`, the deck's own.

    Messages call the root `called`, and name the `ways` to a wider one. `notes` say how the root was found.
    """

    root: Path
    folder: Path
    called: str = "deck's folder"
    ways: str = ""
    notes: tuple[str, ...] = ()
    _above: dict[Path, None] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, folder: Path, called: str = "deck's folder") -> Project:
        """The project that is one folder."""
        return cls(folder, folder, called)

    @property
    def models(self) -> Path:
        """The project's own models, which need not be there."""
        return self.root / "models"

    def admits(self, path: Path) -> bool:
        """Whether `path`, its links followed, may be read. One above the deck's folder is told by `explained`."""
        if leads_out(path, self.root):
            return False
        if leads_out(path, self.folder):
            self._above[follow(path)] = None
        return True

    def outside(self, what: str = "the file") -> str:
        """The end of a message about a path that is not admitted; `what` is to be copied."""
        return f"is outside the {self.called}; copy {what} into it{self.ways}"

    def place(self, path: Path) -> str:
        """Where a path that is admitted is, for messages: the deck's folder, or the root."""
        return self.called if leads_out(path, self.folder) else "deck's folder"

    @contextmanager
    def explained(self, deck: str, progress: Progress) -> Iterator[None]:
        """Tells those who want to know what the root is, and, at the end, which files above the deck were read."""
        for note in self.notes:
            progress(Step(f"{deck}: {note}", detail=True))
        try:
            yield
        finally:
            for path in self._above:
                if path.is_file():
                    progress(Step(f"{deck}: reads {path}, above the deck's folder", detail=True))


def find_project(folder: Path, root: Path | None = None) -> Project:
    """The project of the decks in `folder`.

    Its root is the folder `root` that the user names, else the nearest one at or above `folder` with a `slidegen.toml`,
    else `folder` itself.

    Raises:
        SlidegenError: `root` is no folder, or the `slidegen.toml` says something.
    """
    if root is not None:
        if not is_folder(root):
            raise SlidegenError([Problem("--root names no folder", str(root))])
        return Project(root, folder, "project's root", WAYS, (f"the root is {root}, by --root",))
    notes = []
    for above in _upwards(folder):
        mark = above / MARK
        if not is_there(mark):
            continue
        if why := _passed_over(mark):
            notes.append(f"{mark} is passed over: {why}")
            continue
        _check_mark(mark)
        return Project(above, folder, "project's root", WAYS, (*notes, f"the root is {above}, by its {MARK}"))
    return Project(folder, folder, "deck's folder", WAYS, tuple(notes))


def record_path(deck: Path) -> Path:
    """Where a deck's computed values are kept: `talk.record.json` beside `talk.yml`."""
    return deck.with_name(f"{deck.stem}.record.json")


def _upwards(folder: Path) -> Sequence[Path]:
    """A folder, its links followed, and those above it."""
    try:
        here = follow(folder)
    except MissingFileError:  # the working directory was deleted, say
        return ()
    return (here, *here.parents)


def _passed_over(mark: Path) -> str | None:
    """Why a `slidegen.toml` does not count, if it does not.

    Anybody may put a file into a folder like /tmp, and would so show the decks below it what else is there. One counts
    if it belongs to the user, to the owner of its folder or to the administrator.
    """
    try:
        found, folder = mark.lstat(), mark.parent.stat()
    except OSError:
        return "it cannot be read"
    if not stat.S_ISREG(found.st_mode):
        return "it is no regular file"
    if hasattr(os, "getuid") and found.st_uid not in (os.getuid(), folder.st_uid, 0):
        return "it belongs to another user"
    return None


def _check_mark(mark: Path) -> None:
    """Raises SlidegenError for a `slidegen.toml` that cannot be read or that says anything."""
    import tomllib  # few decks have one

    try:
        keys = tomllib.loads(read_text(mark, MOST_MARK_BYTES))
    except FileError as error:
        raise SlidegenError([Problem(f"cannot be read: {error}", str(mark))]) from None
    except (ValueError, RecursionError) as error:
        what = "not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)
        raise SlidegenError([Problem(f"is no TOML ({what}); an empty file will do", str(mark))]) from None
    allowed = f"a {MARK} has no keys: the folder that it is in is the root"
    problems = [Problem(f"unknown key {key!r}; {allowed}", str(mark)) for key in keys]
    if problems:
        raise SlidegenError(problems)
