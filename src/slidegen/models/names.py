"""How a user names a model: by a path, or by an id on the Hub, with a revision to pin it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from slidegen.errors import ModelError, Problem

_ID: Final = re.compile(r"(?:[A-Za-z0-9][\w.-]*/)?[A-Za-z0-9][\w.-]*", re.ASCII)
_REVISION: Final = re.compile(r"[A-Za-z0-9][\w.+/-]*", re.ASCII)
_MOST_LETTERS: Final = 200


@dataclass(frozen=True, slots=True)
class HubName:
    """An id on the Hub, ``org/name``, and the branch, tag or commit that it is pinned to."""

    repo: str
    revision: str | None

    @property
    def file_stem(self) -> str:
        """Returns the id as a file name: ``org__name``."""
        return self.repo.replace("/", "__")


def looks_like_path(name: str) -> bool:
    """Returns whether a name can only be a path: it starts like one or ends in `.json`."""
    return name.startswith(("./", "../", "/", "~", ".\\", "..\\")) or name in (".", "..") or name.endswith(".json")


def hub_name(name: str) -> HubName:
    """Splits ``org/name`` or ``org/name@revision``. Raises ModelError if the name is neither."""
    repo, at, revision = name.partition("@")
    good = len(name) <= _MOST_LETTERS and _ID.fullmatch(repo) and ".." not in name
    if not good or (at and not _REVISION.fullmatch(revision)):
        shown = name if len(name) <= _MOST_LETTERS else name[:_MOST_LETTERS] + "..."
        raise ModelError(
            [
                Problem(
                    f"{shown!r} is not a model name; write org/name, org/name@revision, or a path such as ./folder",
                    code="unknown-model",
                )
            ]
        )
    return HubName(repo, revision if at else None)
