"""Parts that the deck places itself: ``{.absolute top=100 left=40}``, as in Quarto, from the sides of the slide."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from slidegen.render.context import Env, slide_context

SIDES: Final = ("top", "right", "bottom", "left", "width", "height")
LENGTH: Final = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?P<unit>px|%|em|rem|vw|vh|cm|mm|in|pt)?")
CLASS: Final = "absolute"


def absolute(md: MarkdownIt) -> None:
    """Registers the rule for blocks, pictures, links and spans with such attributes. Containers read their own."""
    md.core.ruler.push("absolute", _absolute)


def _absolute(state: StateCore) -> None:
    if CLASS not in state.src:
        return
    for token in state.tokens:
        for one in (token, *(token.children or ())):
            if one.attrs and CLASS in str(one.attrs.get("class", "")).split():
                given = {key: str(value) for key, value in one.attrs.items()}
                one.attrs = dict(placed([CLASS], given, reporter(state.env, token.map[0] if token.map else 0)))


def reporter(env: Env, row: int) -> Callable[[str], None]:
    """Returns what reports a wrong length in a row: a mistake in slidegen's own dialect, else a warning."""
    context = slide_context(env)
    report = context.problem_at if context.strict else context.warn_at
    return lambda message: report(message, row, code="wrong-value")


def placed(classes: Sequence[str], given: dict[str, str], report: Callable[[str], None]) -> dict[str, str]:
    """Turns the sides of an absolutely positioned element into a style. Reports values that are not lengths."""
    if CLASS not in classes:
        return given
    style = ["position:absolute"]
    for side in SIDES:
        if side in given:
            found = LENGTH.fullmatch(given[side].strip())
            if found is None:
                report(f".absolute: {side} {given[side]!r} is not a length; write 400, 400px or 60%")
            else:
                style.append(f"{side}:{found[0]}{'' if found['unit'] else 'px'}")
    rest = {key: value for key, value in given.items() if key not in SIDES}
    return styled(rest, ";".join(style))


def styled(given: dict[str, str], style: str) -> dict[str, str]:
    """Puts `style` before the style that the attributes have."""
    return {**given, "style": ";".join(filter(None, (style, given.get("style"))))}
