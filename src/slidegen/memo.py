"""Results of parts of earlier builds, by the content that they depend on: a build of a served deck makes anew only what
has changed, and what it makes is what a build without them makes."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Hashable
from hashlib import blake2b
from itertools import count
from typing import Any, Final, TypeVar

Value = TypeVar("Value")

LEAST: Final = 20_000
"""How many results are kept in any case, which may be those of builds that failed."""


class Memo:
    """Keeps what the last build that ended well used, and what was made since. `number` gives numbers to results, by
    which others that depend on them are kept."""

    def __init__(self) -> None:
        self._now: dict[tuple[str, Hashable], Any] = {}
        self._before: dict[tuple[str, Hashable], Any] = {}
        self._numbers = count(1)

    def __len__(self) -> int:
        return len(self._now) + len(self._before)

    def find(self, kind: str, key: Hashable) -> Any:
        """Returns a result; None if it is not known."""
        name = kind, key
        found = self._now.get(name)
        if found is None and (found := self._before.get(name)) is not None:
            self._now[name] = found
        return found

    def keep(self, kind: str, key: Hashable, value: Value) -> Value:
        """Keeps a result, and returns it."""
        if len(self._now) > 4 * len(self._before) + LEAST:
            self._now.clear()
        self._now[kind, key] = value
        return value

    def once(self, kind: str, key: Hashable, make: Callable[[], Value]) -> Value:
        """Returns a result, which `make` makes if it is not known."""
        found: Value | None = self.find(kind, key)
        return self.keep(kind, key, make()) if found is None else found

    def number(self) -> int:
        """Returns a number that no other result has."""
        return next(self._numbers)

    def finish(self) -> None:
        """Ends a build that ended well: what it did not use is forgotten."""
        self._before, self._now = self._now, {}


def once(memo: Memo | None, kind: str, key: Hashable, make: Callable[[], Value]) -> Value:
    """Returns a result from a memo, if there is one; else what `make` makes."""
    return make() if memo is None else memo.once(kind, key, make)


def content_key(value: object) -> bytes | None:
    """Returns a key for a value that is equal only for equal values; None if there is none."""
    try:
        return blake2b(pickle.dumps(value), digest_size=16).digest()
    except (pickle.PicklingError, AttributeError, TypeError, RecursionError):
        return None
