"""Finds the lines of a table's mistakes: each has the line of the parameter that it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from slidegen.errors import KeyPath, Problem, SlidegenError
from slidegen.model import TableDeclaration
from slidegen.tables.base import ParameterError

MODEL: Final = re.compile(r"model '([^']+)': ")
WORD: Final = re.compile(r"\w+")


def line_of(declaration: TableDeclaration, option: str) -> int:
    """Returns the line of an option of a table, or of the nearest option around it."""
    while option and option not in declaration.lines:
        option = option.rpartition(".")[0]
    return declaration.lines.get(option, declaration.line)


def lines_of(declaration: TableDeclaration) -> Callable[[KeyPath], int]:
    """Returns the function that gives the line of a part of a table's parameters."""
    return lambda path: line_of(declaration, ".".join(map(str, path)))


def located(error: SlidegenError, declaration: TableDeclaration, parameters: Mapping[str, Any]) -> Iterator[Problem]:
    """Yields the problems of a table's computation, each at the line of its parameter, or else of the table.

    `parameters` are those of the declaration with their expressions evaluated.
    """
    options = dict(error.options) if isinstance(error, ParameterError) else {}
    for problem in error.problems:
        option = options.get(problem.message) or _option(problem.message, declaration, parameters)
        yield problem.at(declaration.path, line_of(declaration, option))


def _option(message: str, declaration: TableDeclaration, parameters: Mapping[str, Any]) -> str:
    """Returns the parameter that the words of a message name; "" if they name none, or may mean several."""
    if message.startswith("unknown table source"):
        return "source"
    model = MODEL.match(message)
    if model is not None:
        places = list(_places(model[1], parameters))
        return places[0] if len(places) == 1 else ""
    rule = message.removeprefix(f"{declaration.source}: ")
    # A rule about several parameters names the one that is wrong first.
    return next((word for word in WORD.findall(rule) if word in parameters), "") if rule != message else ""


def _places(text: str, value: Any, path: str = "") -> Iterator[str]:
    """Yields the paths at which a text stands in parameters, alone or between commas."""
    if isinstance(value, str) and text in [part.strip() for part in value.split(",")]:
        yield path
    items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _places(text, item, f"{path}.{key}" if path else str(key))
