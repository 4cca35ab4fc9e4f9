"""The two sides of a comparison, as a command line names them: files, or files in a revision of a Git repository."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from slidegen.codes import Code
from slidegen.errors import Problem, SlidegenError, with_hint
from slidegen.revisions.repository import Repository, Revision
from slidegen.sources import SOURCES

FORMS: Final = "write DECK, OLD NEW, REVISION DECK, REVISION REVISION DECK, or REVISION:PATH in place of a file"


@dataclass(frozen=True, slots=True)
class FileSide:
    """A deck or a record of today."""

    path: str

    @property
    def is_record(self) -> bool:
        """Whether it is a record, not a deck."""
        return is_record(self.path)


@dataclass(frozen=True, slots=True)
class RevisionSide:
    """A deck or a record in a commit. `path` is relative to the top of the repository, with slashes."""

    repository: Repository
    revision: Revision
    path: str

    @property
    def is_record(self) -> bool:
        """Whether it is a record, not a deck."""
        return is_record(self.path)


Side = FileSide | RevisionSide


def is_record(path: str) -> bool:
    """Returns whether a name is that of a record."""
    return path.endswith(".json")


def sides_of(words: Sequence[str], *, what_if: bool = False) -> tuple[Side, Side]:
    """Returns the old and the new side that one to three words name.

    A deck alone is compared with that of the newest commit; with `what_if`, because options change its values, with
    itself without them.

    Raises:
        SlidegenError: a word names neither a file nor a revision, or both; there is no repository, or no git.
    """
    if not 1 <= len(words) <= 3:
        raise _wrong(f"{len(words)} words name the two sides; {FORMS}")
    *others, last = words
    if not others:
        return _alone(last, what_if)
    if len(others) == 2:
        repository, path = _deck_in_repository(last)
        old, new = (RevisionSide(repository, repository.revision(word), path) for word in others)
        return old, new
    first = others[0]
    if ".." in first and ":" not in first and not (_is_file(first) or _is_path(first)):
        return _range(first, last)
    return _old(first, last), _new(last)


def _alone(word: str, what_if: bool) -> tuple[Side, Side]:
    if not _is_file(word) and (found := _in_revision(word)) is not None:
        if found.repository.bare:
            raise _wrong(f"a bare repository has no working tree; {FORMS}", word)
        return found, FileSide(os.path.relpath(found.repository.top / found.path))
    _check_file(word)
    if what_if:
        return FileSide(word), FileSide(word)
    repository, path = _deck_in_repository(word)
    return RevisionSide(repository, repository.revision("HEAD"), path), FileSide(word)


def _range(word: str, deck: str) -> tuple[Side, Side]:
    """Returns the sides of REVISION..REVISION. One that is left out is HEAD, as git has it."""
    first, _, second = word.partition("..")
    if second.startswith("."):
        raise _wrong("a range has two dots: REVISION..REVISION", word)
    repository, path = _deck_in_repository(deck)
    old, new = (RevisionSide(repository, repository.revision(name or "HEAD"), path) for name in (first, second))
    return old, new


def _old(word: str, new: str) -> Side:
    if _is_file(word):
        repository = _repository_of(new)
        if repository is not None and not _is_path(word) and repository.has(word):
            advice = f"write ./{word} for the file, {word}:PATH for the revision"
            raise _wrong(f"{word!r} is both a file and a revision; {advice}", code="git-revision")
        return FileSide(word)
    if (found := _in_revision(word)) is not None:
        return found
    if _is_path(word) or _is_deck(word) or is_record(word):
        _check_file(word)
    repository, path = _deck_in_repository(new)
    return RevisionSide(repository, repository.revision(word), path)


def _new(word: str) -> Side:
    if not _is_file(word) and (found := _in_revision(word)) is not None:
        return found
    _check_file(word)
    return FileSide(word)


def _in_revision(word: str) -> RevisionSide | None:
    """Returns the side that REVISION:PATH names; None for a word of another form. A path is that from the top of the
    repository, or from the working directory if it begins with a dot, as git has it."""
    name, colon, path = word.partition(":")
    if not (name and colon and path) or _is_path(name) or (len(name) == 1 and os.name == "nt"):
        return None
    repository = Repository.around(Path(), word)
    revision = repository.revision(name)
    if path.startswith(("./", "../")):
        return RevisionSide(repository, revision, repository.place(Path(os.path.normpath(path))))
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts:
        raise _wrong("the path leads out of the repository", word, code="outside-root")
    if not parts:
        raise _wrong("is a folder; name a deck in it", word, code="missing-file")
    return RevisionSide(repository, revision, PurePosixPath(*parts).as_posix())


def _deck_in_repository(word: str) -> tuple[Repository, str]:
    path = Path(word)
    repository = Repository.around(path.parent, word)
    return repository, repository.place(path)


def _repository_of(word: str) -> Repository | None:
    """Returns the repository of a file, if there is one."""
    try:
        return Repository.around(Path(word).parent)
    except SlidegenError:
        return None


def _check_file(word: str) -> None:
    if _is_file(word):
        return
    what = "is a folder; name a deck in it" if Path(word).is_dir() else "there is no such file"
    raise _wrong(with_hint(what, "" if Path(word).is_dir() else FORMS), word, code="missing-file")


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except (OSError, ValueError):
        return False


def _is_path(word: str) -> bool:
    """Returns whether a word can only be a path."""
    return word.startswith(("./", "../", "/", "~")) or (os.sep != "/" and os.sep in word)


def _is_deck(word: str) -> bool:
    return Path(word).suffix.lower().removeprefix(".") in SOURCES.names()


def _wrong(message: str, path: str | None = None, *, code: Code = "git-revision") -> SlidegenError:
    return SlidegenError([Problem(message, path, code=code)])
