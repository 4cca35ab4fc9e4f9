"""All mistakes together: each stage of a deck adds its own and goes on with what is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from slidegen.errors import DeckError, MissingExtraError, ModelError, Problem, SlidegenError
from slidegen.marks import UNKNOWN

Item = TypeVar("Item")
Value = TypeVar("Value")

QUOTED: Final = (UNKNOWN, ascii(UNKNOWN).strip("'"), "".join(f"%{byte:02X}" for byte in UNKNOWN.encode()))
"""How a message may quote what is unknown: as it is, as `repr` shows it, in an address."""


class Mistakes:
    """Collects mistakes. One that quotes a value which another one keeps from being known is none."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, problems: Iterable[Problem]) -> None:
        """Adds what a stage found."""
        self.problems += [problem for problem in problems if not any(sign in problem.message for sign in QUOTED)]

    def kept(self, make: Callable[[], Value], otherwise: Value) -> Value:
        """What `make` gives, or `otherwise` if it raises mistakes, which are added."""
        try:
            return make()
        except SlidegenError as error:
            self.add(error.problems)
            return otherwise

    def tell(self) -> None:
        """Raises DeckError with all mistakes, if there are any."""
        if self.problems:
            raise DeckError(self.problems)


def for_each(items: Iterable[Item], make: Callable[[Item], Value]) -> list[Value]:
    """What `make` gives for each item.

    Raises:
        ModelError: with the problems of all items.
        MissingExtraError: at the first item that needs what is not installed; the others would say the same.
    """
    made: list[Value] = []
    problems: list[Problem] = []
    for item in items:
        try:
            made.append(make(item))
        except MissingExtraError:
            raise
        except SlidegenError as error:
            problems += error.problems
    if problems:
        raise ModelError(problems)
    return made
