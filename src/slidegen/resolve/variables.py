"""The values under `vars:`: replaces those that ``--set`` sets, and evaluates their expressions."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from jinja2 import Environment, TemplateError, Undefined, nodes

from slidegen.errors import DeckError, KeyPath, Problem, SlidegenError, nearest
from slidegen.marks import NO_TEXT, PLACED
from slidegen.model import Deck, Text
from slidegen.resolve.environment import make_environment
from slidegen.resolve.expander import Expander
from slidegen.resolve.meter import MAX_WORK, size
from slidegen.resolve.order import has_expression, order
from slidegen.resolve.template_text import TemplateText
from slidegen.resolve.values import ValueProblem, plain, shown
from slidegen.resolved import PlacedValue
from slidegen.units import is_shown

LONGEST: Final = 10_000
"""The most characters of an expression with }} inside: it is parsed before its work is counted."""

OWN_NAMES: Final = ("deck", "tables", "table", "chart", "claim")
"""The names of slidegen's own objects in a deck's text; an expression could not reach a variable of such a name."""
JINJA_NAMES: Final = ("self", "not", "none", "None", "true", "True", "false", "False")
"""The words that Jinja reserves, for the same reason."""


def reserved_by(name: str) -> str | None:
    """Returns who reserves a name, so that no variable may have it; None if it is free."""
    if name in OWN_NAMES:
        return "slidegen"
    return "Jinja" if name in JINJA_NAMES else None


class Allowance:
    """Limits the size of all values of a deck together: each may repeat others, and so grow without end."""

    def __init__(self) -> None:
        self._left = MAX_WORK

    def holds(self, value: Any) -> bool:
        """Returns whether there is room for one more value."""
        self._left -= size(value)
        return self._left >= 0


Line = Callable[[KeyPath], int]
"""Gives the line of the deck's file on which a part of a value stands."""


def settings_by_part(deck: Deck, settings: Mapping[str, str]) -> list[dict[str, str]]:
    """Returns the values of ``--set`` for the deck and for each file that it includes: those that the file declares,
    unless the deck gives it another value. A name that nobody declares is left to the deck."""
    parts = [
        {
            name: text
            for name, text in settings.items()
            if name in part.deck.variables and name not in part.include.given
        }
        for part in deck.parts
    ]
    elsewhere = {name for part in parts for name in part} - set(deck.variables)
    return [{name: text for name, text in settings.items() if name not in elsewhere}, *parts]


def apply_settings(deck: Deck, settings: Mapping[str, str]) -> dict[str, Any]:
    """Returns the deck's variables with the values of ``--set``, which are not evaluated, in place of the deck's own.

    A value is read as the type of the deck's own value, or of the result if that is an expression. If the expression
    computes a table or cannot be evaluated, a number is read as a number and anything else as text.

    Raises:
        DeckError: a name that the deck does not declare, or a value that is not of its type.
    """
    variables = dict(deck.variables)
    problems = []
    evaluated: dict[str, Any] | None = None
    for name, text in settings.items():
        if name not in variables:
            problems.append(
                Problem(f"--set {name}: the deck has no such variable; {nearest(name, variables)}", code="unknown-name")
            )
            continue
        like = variables[name]
        if has_expression(like):
            evaluated = _values_alone(deck) if evaluated is None else evaluated
            like = plain(evaluated[name]) if name in evaluated else _number_or_text(text)
        try:
            forbidden = NO_TEXT.search(text)
            if forbidden:
                raise ValueError(f"holds the character U+{ord(forbidden[0]):04X}, which is not text")
            variables[name] = _typed(text, like)
        except ValueError as error:
            problems.append(Problem(f"--set {name}: {error}", code="wrong-value"))
    if problems:
        raise DeckError(problems)
    return variables


def _values_alone(deck: Deck) -> dict[str, Any]:
    """Returns the deck's variables as far as they can be evaluated without computing a table."""
    context: dict[str, Any] = {}
    allowance = Allowance()
    expander = Expander(make_environment(deck.options.lang), context)
    for _, name in order(deck.variables, {})[0]:
        count = len(expander.problems)
        value = evaluated(deck.variables[name], expander, deck.source.name, lambda _: 1)
        if not allowance.holds(value):
            break
        if len(expander.problems) == count:
            context[name] = value
    return context


def _number_or_text(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        if is_shown(number):
            return number
    return text


def _typed(text: str, like: Any) -> Any:
    if isinstance(like, list):
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return [_typed(part, like[0]) if like else part for part in parts]
    if isinstance(like, bool):
        if text.lower() not in ("true", "false"):
            raise ValueError(f"{text!r} is not a truth value; allowed: true, false")
        return text.lower() == "true"
    if isinstance(like, int | float):
        try:
            number = type(like)(text)
        except ValueError:
            number = math.nan
        if not is_shown(number):
            raise ValueError(f"{text!r} is not a number like {like}")
        return number
    if isinstance(like, dict):
        raise ValueError("the variable is a mapping; only texts, numbers, truth values and lists can be set")
    return text


def evaluated(value: Any, expander: Expander, file: str, line: Line, path: KeyPath = ()) -> Any:
    """Returns a value of a deck with its expressions evaluated. Adds the mistakes to those of the expander.

    A text that is one expression gives the value of the expression. Other text with expressions stays text, and is data
    if it holds a value that is data. Lists and mappings are evaluated item by item.
    """
    if isinstance(value, list):
        return [evaluated(item, expander, file, line, (*path, index)) for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {key: evaluated(item, expander, file, line, (*path, key)) for key, item in value.items()}
    if not isinstance(value, str):
        return value
    if not has_expression(value):
        return TemplateText(value)
    try:
        expression = _expression(value)
        if expression is not None:
            result = expander.evaluate(expression, place=(file, line(path)))
            return shown(result) if isinstance(result, Undefined) else result
        return _text(value, expander, file, line(path))
    except SlidegenError as error:
        expander.problems += [problem.at(file, line(path)) for problem in error.problems]
    except ValueProblem as error:
        expander.problems.append(Problem(str(error), file, line(path), code=error.code))
    return value


def _text(value: str, expander: Expander, file: str, line: int) -> str:
    """Returns a text with the values of its expressions in their place."""
    resolved = expander.expand(Text(value, file, line), markdown=False)
    if not all(isinstance(item, PlacedValue) for item in resolved.placed):
        raise ValueProblem("a table or a figure is placed in a slide's text, not in a value", code="wrong-expression")
    if not resolved.placed:
        return TemplateText(resolved.text)
    return PLACED.replace(resolved.text, lambda index: str(resolved.placed[index]))


def _expression(value: object) -> str | None:
    """Returns the expression of a string that is one ``{{ ... }}`` and nothing else; None for anything else."""
    if not isinstance(value, str):
        return None
    match = re.fullmatch(r"\s*\{\{(.*)\}\}\s*", value, re.DOTALL)
    if match is None or ("}}" in match[1] and not _is_single(value.strip())):
        return None
    return match[1].strip()


def _is_single(text: str) -> bool:
    """Returns whether a text is a single expression, although it has }} inside: at the end of nested mappings."""
    if len(text) > LONGEST:
        return False
    try:
        (output,) = Environment().parse(text).body
    except (TemplateError, ValueError, RecursionError):
        return False
    return isinstance(output, nodes.Output) and len(output.nodes) == 1
