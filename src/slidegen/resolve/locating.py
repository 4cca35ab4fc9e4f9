"""The lines of mistakes that computing a table tells: that of the parameter that each is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from slidegen.errors import Problem, SlidegenError
from slidegen.model import TableDeclaration
from slidegen.tables.base import ParameterError

MODEL: Final = re.compile(r"model '([^']+)': ")
WORD: Final = re.compile(r"\w+")


def line_of(declaration: TableDeclaration, option: str) -> int:
    """The line of an option of a table, or of the nearest thing around it."""
    while option and option not in declaration.lines:
        option = option.rpartition(".")[0]
    return declaration.lines.get(option, declaration.line)


def located(error: SlidegenError, declaration: TableDeclaration, parameters: Mapping[str, Any]) -> Iterator[Problem]:
    """The problems of a table's computation, each at the line of its parameter, or else of the table.

    `parameters` are those of the declaration with their expressions evaluated.
    """
    told = dict(error.options) if isinstance(error, ParameterError) else {}
    for problem in error.problems:
        option = told.get(problem.message) or _option(problem.message, declaration, parameters)
        yield Problem(problem.message, problem.path or declaration.path, problem.line or line_of(declaration, option))


def _option(message: str, declaration: TableDeclaration, parameters: Mapping[str, Any]) -> str:
    """The parameter that a message is about, by its words; none if they do not say, or several may be meant."""
    if message.startswith("unknown table source"):
        return "source"
    model = MODEL.match(message)
    if model is not None:
        places = list(_places(model[1], parameters))
        return places[0] if len(places) == 1 else ""
    what = message.removeprefix(f"{declaration.source}: ")
    # A rule about several parameters names the one that is wrong first.
    return next((word for word in WORD.findall(what) if word in parameters), "") if what != message else ""


def _places(text: str, value: Any, path: str = "") -> Iterator[str]:
    """Where a text stands in parameters, alone or between commas."""
    if isinstance(value, str) and text in [part.strip() for part in value.split(",")]:
        yield path
    items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _places(text, item, f"{path}.{key}" if path else str(key))
