"""Splits a text into its expressions, so that mistakes in several of them are all reported."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import Environment, TemplateSyntaxError

from slidegen.marks import PLACED, UNKNOWN
from slidegen.resolved import Placed, PlacedValue

MAX_TRIED = 200
"""The most expressions of a text that are evaluated one by one."""
Piece = tuple[int, str, bool]
"""The line of the text (from 1) in which a piece begins, the piece, and whether it is an expression."""


def pieces(environment: Environment, template: str) -> list[Piece]:
    """Returns a template in pieces.

    Returns an empty list for a template with statements, whose parts depend on one another, and for one that cannot be
    parsed.
    """
    try:
        found = list(_pieces(environment, template))
    except TemplateSyntaxError:
        return []
    readable = "".join(text for _, text, _ in found) == template
    return found if readable and sum(expression for *_, expression in found) <= MAX_TRIED else []


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
    """Returns the mark for an expression without a value. It is as many lines long as the expression."""
    placed.append(PlacedValue(UNKNOWN, None, ()))
    return PLACED.mark(len(placed) - 1, expression.count("\n"))
