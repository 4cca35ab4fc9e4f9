"""The errors that a user can cause. Each says where, what, and what is allowed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from slidegen.codes import Code

TYPE_CHECKING = False  # type checkers treat it like typing's
KeyPath = tuple[str | int, ...]
"""The place of a value in nested mappings and lists: their keys, and the indexes of items from 0."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake, printed as ``path:line: message``. `path` and `line` (from 1) are None if unknown.

    It is printed on one line, even if the message quotes several. The others are for programs: `code` is one of
    `slidegen.codes`; `column` and `slide` (from 1, each slide of a stack counts) are None if unknown. Two problems with
    the same text are equal, because the text is what people see.
    """

    message: str
    path: str | None = None
    line: int | None = None
    column: int | None = field(default=None, compare=False)
    slide: int | None = field(default=None, compare=False)
    if TYPE_CHECKING:  # slidegen's own problems cannot do without
        code: Code = field(kw_only=True, compare=False)
    else:  # the extensions of other packages can
        code: Code = field(default="extension", kw_only=True, compare=False)

    def __str__(self) -> str:
        message = " ".join(self.message.splitlines())
        if self.path is None:
            return message
        if self.line is None:
            return f"{self.path}: {message}"
        return f"{self.path}:{self.line}: {message}"

    def at(self, path: str | None, line: int | None = None, column: int | None = None) -> Problem:
        """The same at a place, unless it has one: a path that is known stays, and so does a line."""
        column = self.column if self.line or self.column else column
        return replace(self, path=self.path or path, line=self.line or line, column=column)

    def in_cell(self, cells: Sequence[int]) -> Problem:
        """The same where people look for it in a notebook whose cells have these lines (see `Source`): in a cell."""
        if not cells or self.line is None:
            return self
        cell = min(max(1, bisect_right(cells, self.line)), len(cells) - 1)
        of_output = self.line >= cells[cell] - 1
        place = "output" if of_output else f"line {max(1, self.line - cells[cell - 1] + 1)}"
        return replace(self, message=f"cell {cell}, {place}: {self.message}", line=None, column=None)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Returns problems sorted by file and line, each once."""
    return tuple(sorted(set(problems), key=lambda problem: (problem.path or "", problem.line or 0, problem.message)))


class SlidegenError(Exception):
    """One or more mistakes, reported together. The command line prints one line for each and exits with 1.

    Problems without a file come first, then those of each file in the order in which the files were read.
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
    """Something needs an optional part of slidegen that is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        from slidegen.installed import install_command

        super().__init__(
            [
                Problem(
                    f"{what} needs the extra '{extra}'; install it with: {install_command(extra)}", code="missing-extra"
                )
            ]
        )


def model_error(name: str, what: str, *, code: Code) -> ModelError:
    """Returns the error about the model `name`."""
    return ModelError([Problem(f"model {name!r}: {what}", code=code)])


MAX_REASON = 240
"""The most characters of another library's error that a message quotes."""


def reason(error: BaseException, *, named: bool = False) -> str:
    """Returns another library's error on one line. Its class is added if `named`, or if the error has no message."""
    kind, message = type(error).__name__, " ".join(str(error).split())
    text = ": ".join(filter(None, (kind if named or not message else "", message)))
    return text if len(text) <= MAX_REASON else f"{text[:MAX_REASON]}..."


def with_hint(what: str, hint: str) -> str:
    """Returns a message with its hint, if there is one: a question ("did you mean") comes first, advice last."""
    if not hint:
        return what
    return f"{hint} {what}" if hint.endswith("?") else f"{what}; {hint}"


MAX_COMPARED = 100
"""The most characters of a name that is compared with the allowed ones."""


def nearest(word: str, allowed: Iterable[str]) -> str:
    """Returns the end of a message about an unknown name: the nearest allowed one, and all of them if they are few."""
    from difflib import get_close_matches

    names = sorted(allowed)
    # The time of a comparison grows with the square of the length, and a name that long is not a typing error.
    comparable = [name for name in names if len(name) <= MAX_COMPARED] if len(word) <= MAX_COMPARED else []
    close = get_close_matches(word, comparable, n=1, cutoff=0.6)
    hint = f"did you mean {close[0]!r}? " if close else ""
    if len(names) > 25 and close:
        return hint.rstrip()
    return f"{hint}available: {', '.join(names) if names else '(none)'}"
