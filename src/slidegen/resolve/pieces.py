"""The expressions of a text one by one: with a mistake in one of them, those in the others are told too."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import Environment, TemplateSyntaxError

from slidegen.marks import PLACED, UNKNOWN
from slidegen.resolved import Placed, PlacedValue

MOST_TRIED = 200
"""Expressions of a text that are tried one by one."""
Piece = tuple[int, str, bool]
"""The line of the text (from 1) in which a piece begins, the piece, and whether it is an expression."""


def pieces(environment: Environment, template: str) -> list[Piece]:
    """A template in pieces. None of one with statements, whose parts depend on one another, or that cannot be read."""
    try:
        found = list(_pieces(environment, template))
    except TemplateSyntaxError:
        return []
    readable = "".join(text for _, text, _ in found) == template
    return found if readable and sum(expression for *_, expression in found) <= MOST_TRIED else []


def _pieces(environment: Environment, template: str) -> Iterator[Piece]:
    first, parts = 1, []
    for line, kind, text in environment.lexer.tokeniter(template, None):
        if kind in ("block_begin", "raw_begin"):
            raise TemplateSyntaxError("a statement", line)
        if kind == "variable_begin":
            first = line
        parts.append(text)
        if kind in ("variable_end", "data", "comment_end"):
            yield first, "".join(parts), kind == "variable_end"
            parts = []
    yield first, "".join(parts), False


def unknown(expression: str, placed: list[Placed]) -> str:
    """The mark that stands for an expression without a value; it is as many lines long."""
    placed.append(PlacedValue(UNKNOWN, None, ()))
    return PLACED.mark(len(placed) - 1, expression.count("\n"))
