"""Keeps a template's own text apart from the values that it shows.

Only text of the template itself may be Markdown or HTML. Every other text is data, whatever filters it goes through: a
mark stands for it, and it is escaped where the slide becomes HTML.
"""

from __future__ import annotations

import re
from typing import Any, Final

from slidegen.marks import DELIMITERS, LINE, PLACED
from slidegen.resolve.values import Quantity, ValueProblem, shown
from slidegen.resolved import Placed, PlacedFigure, PlacedQr, PlacedTable, PlacedValue

PLAIN: Final = re.compile(r"[^\W_](?:(?:[^\W_]|[ ,%\u00a0\u202f]|(?<=[0-9])\.(?=[0-9]))*[^\W_])?%?")
"""Text that means the same in Markdown, HTML, math and code: words and digits, with spaces, commas, ... between."""
ANY_MARK: Final = re.compile(f"[{''.join(DELIMITERS)}]")


class TemplateText(str):
    """Text of the template itself: the result of a macro, a block or a literal, and the deck's variables.

    Every operation on it gives a plain `str`, which is data.
    """

    __slots__ = ()


def template_text(value: Any) -> Any:
    """Returns `value` with every text in its lists and mappings as template text."""
    if isinstance(value, str):
        return TemplateText(value)
    if isinstance(value, list):
        return [template_text(item) for item in value]
    if isinstance(value, dict):
        return {key: template_text(item) for key, item in value.items()}
    return value


def as_data(value: Any, placed: list[Placed]) -> Any:
    """Returns `value` for an operation to work on: a text has what was placed in it in place of the marks."""
    if not isinstance(value, str):
        return value
    if LINE.opening in value:
        value = type(value)(LINE.pattern.sub("", value))
    return PLACED.replace(value, lambda index: placed[index].plain if index < len(placed) else "")


def place_value(value: Any, placed: list[Placed]) -> str:
    """Returns what an expression shows: template text, a number, or the mark of a value that is added to `placed`.

    Raises:
        ValueProblem: `value` is not a text or number, or is a piece of a text that holds a mark.
    """
    if isinstance(value, TemplateText):
        return str(value)
    if isinstance(value, Quantity):
        value = PlacedValue(str(value), value.value, value.provenance)
    elif isinstance(value, str):
        text = as_data(value, placed)
        if PLAIN.fullmatch(text):
            return str(text)
        if ANY_MARK.search(text):
            raise ValueProblem(
                "a text that holds a computed value cannot be cut; cut before it is shown", code="wrong-expression"
            )
        value = PlacedValue(text, text, ())
    if isinstance(value, PlacedValue | PlacedTable | PlacedFigure | PlacedQr):
        placed.append(value)
        return PLACED.mark(len(placed) - 1)
    return shown(value)
