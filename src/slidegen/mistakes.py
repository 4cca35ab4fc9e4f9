"""Collects all mistakes: each stage of a deck adds its own and continues with what is still valid."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from slidegen.errors import DeckError, MissingExtraError, ModelError, Problem, SlidegenError
from slidegen.marks import UNKNOWN

Item = TypeVar("Item")
Value = TypeVar("Value")

QUOTED: Final = (UNKNOWN, ascii(UNKNOWN).strip("'"), "".join(f"%{byte:02X}" for byte in UNKNOWN.encode()))
"""The forms in which a message may quote an unknown value: as it is, as `repr` shows it, in an address."""


class Mistakes:
    """Collects mistakes. Leaves out those that quote an unknown value, because they follow from another mistake."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, problems: Iterable[Problem]) -> None:
        """Adds the problems of a stage."""
        self.problems += [problem for problem in problems if not any(quote in problem.message for quote in QUOTED)]

    def attempt(self, make: Callable[[], Value], otherwise: Value) -> Value:
        """Returns the result of `make`. If it raises mistakes, adds these and returns `otherwise`."""
        try:
            return make()
        except SlidegenError as error:
            self.add(error.problems)
            return otherwise

    def raise_all(self) -> None:
        """Raises DeckError with all mistakes, if there are any."""
        if self.problems:
            raise DeckError(self.problems)


def for_each(items: Iterable[Item], make: Callable[[Item], Value]) -> list[Value]:
    """Returns the result of `make` for each item.

    Raises:
        ModelError: with the problems of all items.
        MissingExtraError: for the first item that needs a missing package; the others would say the same.
    """
    results: list[Value] = []
    problems: list[Problem] = []
    for item in items:
        try:
            results.append(make(item))
        except MissingExtraError:
            raise
        except SlidegenError as error:
            problems += error.problems
    if problems:
        raise ModelError(problems)
    return results
