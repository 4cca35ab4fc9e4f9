"""The files of a commit: finds a path in its trees, step by step, and reads what is there."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final, Literal

from slidegen.revisions.git import Git, GitFailedError, TooMuchError

ENTRY: Final = re.compile(rb"([0-7]{6}) (blob|tree|commit) ([0-9a-f]{40,64})\t(.+)", re.DOTALL)
MAX_LINKS: Final = 40
"""The most links on the way to a file, as on Linux."""
MAX_LINK_BYTES: Final = 4096
MAX_LISTING_BYTES: Final = 16_000_000
LFS: Final = b"version https://git-lfs.github.com/spec/"
"""How a pointer begins that Git LFS keeps in place of a large file."""

Kind = Literal["folder", "file", "link", "submodule"]


class UnreadableEntryError(Exception):
    """Something is at a path of a commit, but cannot be read. The message says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a folder of a commit, and the hash of its content."""

    kind: Kind
    object: str


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of a commit. `root` is the hash of its top folder. Paths are relative to that, with slashes."""

    git: Git
    root: str
    _listed: dict[str, Mapping[str, Entry]] = field(default_factory=dict, compare=False, repr=False)

    def find(self, path: str) -> tuple[str, Entry] | None:
        """Returns what is at a path and the real path, all links in the commit followed; None if there is nothing.

        Raises UnreadableEntryError if the path leads into a submodule, in circles, or out of the repository.
        """
        done: list[str] = []
        todo = [part for part in reversed(path.split("/")) if part not in ("", ".")]
        links = 0
        entry = Entry("folder", self.root)
        while todo:
            part = todo.pop()
            if part == "..":
                if not done:
                    raise UnreadableEntryError("a link leads out of the repository")
                done.pop()
                entry = self._at(done)
                continue
            if entry.kind == "submodule":
                raise UnreadableEntryError(f"{'/'.join(done)} is a submodule, whose files are in another repository")
            found = self.listed(entry).get(part) if entry.kind == "folder" else None
            if found is None:
                return None
            if found.kind == "link":
                links += 1
                if links > MAX_LINKS:
                    raise UnreadableEntryError("its links lead in circles")
                target = os.fsdecode(self.content(found, MAX_LINK_BYTES))
                if PurePosixPath(target).is_absolute() or "\0" in target:
                    raise UnreadableEntryError("a link leads out of the repository")
                todo += [part for part in reversed(target.split("/")) if part not in ("", ".")]
                continue
            done.append(part)
            entry = found
        return "/".join(done), entry

    def _at(self, parts: list[str]) -> Entry:
        """Returns the folder at a path without links."""
        entry = Entry("folder", self.root)
        for part in parts:
            entry = self.listed(entry)[part]
        return entry

    def listed(self, folder: Entry) -> Mapping[str, Entry]:
        """Returns the entries of a folder by their names. Names that lead elsewhere are left out."""
        if folder.object not in self._listed:
            try:
                listing = self.git.output(
                    "ls-tree", "--full-tree", "-z", "--end-of-options", folder.object, most=MAX_LISTING_BYTES
                )
            except TooMuchError:
                raise UnreadableEntryError("its folder has too many files") from None
            except GitFailedError as error:
                raise UnreadableEntryError(f"it is not in this clone ({error})") from None
            self._listed[folder.object] = dict(_entries(listing))
        return self._listed[folder.object]

    def content(self, entry: Entry, most: int) -> bytes:
        """Returns the content of a file or a link. Raises UnreadableEntryError if it is too large, or not here."""
        try:
            return self.git.output("cat-file", "blob", entry.object, most=most)
        except TooMuchError:
            raise UnreadableEntryError(f"it is larger than {most / 1e6:g} MB") from None
        except GitFailedError as error:
            raise UnreadableEntryError(f"it is not in this clone ({error})") from None


def _entries(listing: bytes) -> list[tuple[str, Entry]]:
    entries = []
    for line in listing.split(b"\0"):
        found = ENTRY.fullmatch(line)
        if found is None:
            continue
        name = os.fsdecode(found[4])
        if is_plain(name):
            entries.append((name, Entry(_kind(found[1].decode()), found[3].decode())))
    return entries


def _kind(mode: str) -> Kind:
    kinds: Mapping[str, Kind] = {"040000": "folder", "120000": "link", "160000": "submodule"}
    return kinds.get(mode, "file")


def is_plain(name: str) -> bool:
    """Returns whether a name of a file can be written into a folder: it leads nowhere else, on any system."""
    return name not in ("", ".", "..") and not any(sign in name for sign in ("/", "\0", "\\")) and ":" not in name[1:2]
