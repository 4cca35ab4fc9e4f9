"""The errors a user can cause: each says where, what, and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

KeyPath = tuple[str | int, ...]
"""Where something stands in mappings and lists inside each other: their keys, and the numbers of items from 0."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake, printed as ``path:line: message``; `path` and `line` (from 1) where they are known.

    It is one line, whatever a message quotes.
    """

    message: str
    path: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        message = " ".join(self.message.splitlines())
        if self.path is None:
            return message
        if self.line is None:
            return f"{self.path}: {message}"
        return f"{self.path}:{self.line}: {message}"


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems in the order of their files and lines, each once."""
    return tuple(sorted(set(problems), key=lambda one: (one.path or "", one.line or 0, one.message)))


class SlidegenError(Exception):
    """One or more mistakes, told together; the command line prints one line each and exits with 1.

    Files come in the order in which they were looked at, what belongs to none before them.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        unique = dict.fromkeys(problems)
        order = {path: at for at, path in enumerate(dict.fromkeys(["", *(p.path or "" for p in unique)]))}
        self.problems = tuple(sorted(unique, key=lambda p: (order[p.path or ""], p.line or 0)))
        super().__init__("\n".join(map(str, self.problems)))


class DeckError(SlidegenError):
    """Mistakes in a deck's text, its tables or its values."""


class ModelError(SlidegenError):
    """A model that cannot be found, reached or loaded."""


class MissingExtraError(SlidegenError):
    """Something that needs an optional part of slidegen which is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        from slidegen.installed import install_command

        super().__init__([Problem(f"{what} needs the extra '{extra}'; install it with: {install_command(extra)}")])


def model_error(name: str, what: str) -> ModelError:
    """The error about the model `name`."""
    return ModelError([Problem(f"model {name!r}: {what}")])


MAX_REASON = 240
"""Letters of what another library says that a message quotes."""


def reason(error: BaseException, *, named: bool = False) -> str:
    """What another library says went wrong, on one line; its class stands first if it is to be `named`, or alone."""
    kind, said = type(error).__name__, " ".join(str(error).split())
    text = ": ".join(filter(None, (kind if named or not said else "", said)))
    return text if len(text) <= MAX_REASON else f"{text[:MAX_REASON]}..."


def with_hint(what: str, hint: str) -> str:
    """What is wrong with a name, and a hint, if there is one: a question for a near name comes first, advice last."""
    if not hint:
        return what
    return f"{hint} {what}" if hint.endswith("?") else f"{what}; {hint}"


MAX_COMPARED = 100
"""Letters of a name for which the nearest allowed one is looked for."""


def nearest(word: str, allowed: Iterable[str]) -> str:
    """The end of an error about an unknown name: the nearest allowed one, and all of them if they are few."""
    from difflib import get_close_matches

    names = sorted(allowed)
    # Comparing takes the square of the length; a name that long is no slip of the keys.
    alike = [name for name in names if len(name) <= MAX_COMPARED] if len(word) <= MAX_COMPARED else []
    close = get_close_matches(word, alike, n=1, cutoff=0.6)
    hint = f"did you mean {close[0]!r}? " if close else ""
    if len(names) > 25 and close:
        return hint.rstrip()
    return f"{hint}available: {', '.join(names) if names else '(none)'}"
