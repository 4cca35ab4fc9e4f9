"""The Git repository around a deck, and its revisions by their names."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Final

from slidegen.errors import MAX_COMPARED, Problem, SlidegenError, with_hint
from slidegen.revisions.git import Git, GitFailedError, TooMuchError
from slidegen.revisions.tree import Tree, UnreadableEntryError

HASH: Final = re.compile("[0-9a-f]{40,64}")
SHORT: Final = 10
"""The letters of a commit's hash in messages."""
MAX_NAMES: Final = 5000
"""The most branches and tags that are compared with an unknown name."""
MAX_RENAMES_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit: its `name` as the user gave it, its hash, and the day (ISO) on which it was made."""

    name: str
    commit: str
    date: str

    def __str__(self) -> str:
        return self.name if HASH.fullmatch(self.name) is None else self.name[:SHORT]


@dataclass(frozen=True, slots=True)
class Repository:
    """A Git repository. `top` is the folder of its files; of a bare one it is the repository's own."""

    git: Git
    top: Path
    bare: bool = False

    @classmethod
    def around(cls, folder: Path, named: str = "") -> Repository:
        """Returns the repository that holds a folder, or the nearest folder above it that exists. `named` is what
        messages call it instead of its path.

        Raises SlidegenError if there is none, if it belongs to another user, or if git is not installed.
        """
        place = Path(os.path.realpath(folder))
        while not place.is_dir() and place != place.parent:
            place = place.parent
        git = Git.of(place)
        try:
            bare = git.text("rev-parse", "--is-bare-repository") == "true"
            top = Path(git.text("rev-parse", "--absolute-git-dir" if bare else "--show-toplevel"))
            return cls(replace(git, folder=top), top, bare)
        except GitFailedError as error:
            if "not a git repository" in str(error):
                message = "is not in a Git repository; compare two decks or two records instead"
            else:
                message = f"git refuses the repository: {error}"
            raise SlidegenError([Problem(message, named or str(folder), code="git")]) from None

    def place(self, path: Path) -> str:
        """Returns where a path is in the repository, with slashes. Links in its folders are followed.

        Raises SlidegenError if it is outside.
        """
        real = Path(os.path.realpath(path.parent)) / path.name
        top = Path(os.path.realpath(self.top))
        if self.bare or not real.is_relative_to(top):
            message = f"is outside the Git repository {self.top}; write REVISION:PATH for a file in it"
            raise SlidegenError([Problem(message, str(path), code="git")])
        return real.relative_to(top).as_posix()

    def has(self, name: str) -> bool:
        """Returns whether a word names a revision."""
        return self._commit(name) is not None

    def revision(self, name: str) -> Revision:
        """Returns the commit that a word names: a branch, a tag, a hash, HEAD~20.

        Raises SlidegenError with the nearest names if there is none.
        """
        commit = self._commit(name)
        if commit is None:
            raise SlidegenError([Problem(self._unknown(name), code="git-revision")])
        try:
            header = self.git.output("cat-file", "commit", commit).partition(b"\n\n")[0]
        except (GitFailedError, TooMuchError) as error:
            raise SlidegenError([Problem(f"the commit {commit[:SHORT]} cannot be read: {error}", code="git")]) from None
        return Revision(name, commit, _date(header))

    def tree(self, revision: Revision) -> Tree:
        """Returns the files of a commit. Raises SlidegenError if the clone does not have them."""
        try:
            root = self.git.text("rev-parse", "--verify", "--end-of-options", f"{revision.commit}^{{tree}}")
        except GitFailedError as error:
            message = f"the files of {revision} are not in this clone: {error}"
            raise SlidegenError([Problem(message, code="git")]) from None
        return Tree(self.git, root)

    def former_name(self, path: str, tree: Tree) -> str | None:
        """Returns the name that a file of HEAD had when the files were as in `tree`; None if none is known."""
        command = (
            "log",
            "--follow",
            "-M",
            "--diff-filter=R",
            "--format=",
            "--name-status",
            "-z",
            "--no-show-signature",
        )
        try:
            found = self.git.output(
                *command, "--no-ext-diff", "--no-textconv", "HEAD", "--", path, most=MAX_RENAMES_BYTES
            )
            words = found.split(b"\0")
            for status, name in pairwise(words):
                if re.fullmatch(rb"\n*R\d+", status) and tree.find(os.fsdecode(name)) is not None:
                    return os.fsdecode(name)
        except (GitFailedError, TooMuchError, UnreadableEntryError):
            return None
        return None

    def _commit(self, name: str) -> str | None:
        if not name or name.startswith("-") or any(sign in name for sign in "\0\n\r"):
            return None
        try:
            commit = self.git.text("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        except (GitFailedError, TooMuchError):
            return None
        return commit if HASH.fullmatch(commit) else None

    def _unknown(self, name: str) -> str:
        what = f"{name!r} is not a revision of the Git repository {self.top}"
        near = get_close_matches(name, self._names(), n=3, cutoff=0.6) if len(name) <= MAX_COMPARED else []
        if near:
            return with_hint(what, f"did you mean {' or '.join(map(repr, near))}?")
        try:
            shallow = self.git.text("rev-parse", "--is-shallow-repository") == "true"
        except GitFailedError:
            shallow = False
        if shallow:
            return f"{what}; the clone is shallow and lacks older commits: git fetch --unshallow --tags gets them"
        return f"{what}; git log and git tag list them"

    def _names(self) -> list[str]:
        """Returns the short names of branches and tags."""
        try:
            found = self.git.text(
                "for-each-ref", f"--count={MAX_NAMES}", "--format=%(refname)", "refs/heads", "refs/tags", "refs/remotes"
            )
        except (GitFailedError, TooMuchError):
            return []
        names = [line.split("/", 2)[-1] for line in found.splitlines()]
        return [name for name in names if len(name) <= MAX_COMPARED]


def _date(header: bytes) -> str:
    """Returns the day of a commit, from its header: in the time zone of the one who made it."""
    import datetime as dt

    found = re.search(rb"^committer .*> (\d{1,12}) ([+-])(\d\d)(\d\d)$", header, re.MULTILINE)
    if found is None:
        return ""
    minutes = int(found[3]) * 60 + int(found[4])
    zone = dt.timedelta(minutes=-minutes if found[2] == b"-" else minutes)
    try:
        return dt.datetime.fromtimestamp(int(found[1]), tz=dt.timezone(zone)).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
