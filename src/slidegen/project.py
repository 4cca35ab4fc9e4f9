"""The project around a deck: its root, outside of which no file is read for the deck, and the record beside it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from slidegen.errors import Problem, SlidegenError
from slidegen.files import MissingFileError, follow, is_there, leads_out
from slidegen.progress import Progress, Step
from slidegen.settings_file import KEYS, Setting, read_settings
from slidegen.write import is_folder

MARK: Final = "slidegen.toml"
"""The file that makes its folder the root of the decks in and below it."""
WAYS: Final = f", or make a folder that holds both the root: by --root DIR, or by a {MARK} in that folder"
HINT: Final = "permissions come from the command line or your own configuration"


@dataclass(frozen=True, slots=True)
class Project:
    """The files that may be read for a deck: those in `root`. Relative paths start at `folder`, the deck's own.

    `called` is the name of the root in messages, `ways` their advice on how to get a wider one. `notes` say how the
    root was found. `reads` collects every path that was asked for, whether or not a file is there, and patterns such
    as "*.css" of files that were looked for in a folder. `settings` are those of the `slidegen.toml` in the root, and
    `mark` is that file if it made its folder the root.
    """

    root: Path
    folder: Path
    called: str = "deck's folder"
    ways: str = ""
    notes: tuple[str, ...] = ()
    settings: Mapping[str, Setting] = field(default_factory=dict, compare=False)
    mark: Path | None = None
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

    @property
    def output(self) -> Path | None:
        """The folder for built files, if the project names one: below the working directory a relative path."""
        if "output" not in self.settings:
            return None
        path = self.root / str(self.settings["output"].value)
        try:
            here = follow(Path())
        except MissingFileError:  # a deleted working directory
            return path
        return path.relative_to(here) if path.is_relative_to(here) else path

    @property
    def offline(self) -> bool:
        """Whether the project forbids requests to the Hub."""
        return "offline" in self.settings and bool(self.settings["offline"].value)

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
    else `folder` itself. Its settings are those of the `slidegen.toml` in the root.

    Raises:
        SlidegenError: `root` is not a folder, or the `slidegen.toml` cannot be read or has mistakes.
    """
    reads = set() if reads is None else reads
    notes: list[str] = []
    if root is not None:
        if not is_folder(root):
            raise SlidegenError([Problem("--root is not a folder", str(root), code="missing-file")])
        settings = _settings(root, notes, reads) or {}
        notes.append(f"the root is {root}, by --root")
        return Project(root, folder, "project's root", WAYS, tuple(notes), settings, reads=reads)
    for above in _upwards(folder):
        found = _settings(above, notes, reads)
        if found is not None:
            note = f"the root is {above}, by its {MARK}"
            return Project(above, folder, "project's root", WAYS, (*notes, note), found, above / MARK, reads)
    return Project(folder, folder, "deck's folder", WAYS, tuple(notes), reads=reads)


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


def _settings(folder: Path, notes: list[str], reads: set[Path]) -> Mapping[str, Setting] | None:
    """Returns the settings of the `slidegen.toml` in a folder; None if there is none, or one to ignore, with a note.

    Raises SlidegenError if it cannot be read or has mistakes.
    """
    mark = folder / MARK
    if not is_there(mark):
        return None
    reads.add(mark)
    if why := _reason_to_ignore(mark):
        notes.append(f"{mark} is ignored: {why}")
        return None
    settings = read_settings(mark, KEYS, HINT)
    output = settings.get("output")
    if output is not None and leads_out(folder / output.value, folder):
        what = f"output {output.value!r} leads out of the file's folder; name one inside it"
        raise SlidegenError([output.problem(what, "outside-root")])
    return settings
