"""What a rule of `slidegen check` is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from slidegen.codes import Code

if TYPE_CHECKING:
    from slidegen.checks.scene import Scene

Severity = Literal["mistake", "warning"]
"""A mistake loses something that the audience is to see, and `check` exits with 1. Anything else is a warning."""
IGNORED: Final = "data-check-ignore"
"""The attribute of a slide with the rules that do not hold for it, separated by spaces. The key `check` sets it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found on a slide: `message` says what, how much and what to do. `text` is what stands there, by which
    the line is found."""

    message: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of `slidegen check`. Its name is the code of its messages. `find` yields what it finds on a slide, the
    worst first; None if the build finds it, or if it is about the page as a whole. A rule `of_colors` looks at the
    light and at the dark page."""

    name: Code
    severity: Severity
    summary: str
    find: Callable[[Scene], Iterator[Finding]] | None = None
    of_colors: bool = False


def quoted(text: str, most: int = 40) -> str:
    """Returns a text as messages show it, cut to some characters."""
    return repr(text if len(text) <= most else f"{text[: most - 1].rstrip()}…")
