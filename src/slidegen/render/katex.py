"""KaTeX, run in-process when a deck is built. A deck without math does not start it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Protocol

from slidegen.limits import formula
from slidegen.v8 import EngineError, call, katex_engine

EQUATION = re.compile(r"\\begin\{equation(\*?)\}(.*?)\\end\{equation\1\}", re.DOTALL)

# KaTeX shows commands that it does not trust, such as href, in the colour of errors instead of raising.
REFUSED = re.compile(r'mathcolor="#cc0001"><mtext>([^<]*)')


SPECIAL = {
    **{sign: f"\\{sign}" for sign in "{}$&#%_"},
    "\\": r"\backslash{}",
    "~": r"\text{\textasciitilde}",
    "^": r"\text{\textasciicircum}",
    **{sign: f"\\char{ord(sign)}{{}}" for sign in "<>*`|!"},
    "\u00a0": "~",
    "\u202f": r"\,",
    "\n": " ",
}
"""How TeX shows the characters that are special in TeX, or in Markdown for tools that do not know formulas."""

SIGN = re.compile(r"(?<=\d),(?=\d)")
"""A comma in a number, after which TeX would leave a space."""

Formula = tuple[str, bool]
"""TeX, and whether it is displayed."""


class MathError(Exception):
    """KaTeX cannot set a formula; the message is KaTeX's own."""


class MathSetter(Protocol):
    """Sets the formulas of a deck."""

    def render(self, tex: str, display: bool) -> str:
        """The HTML of a formula, or a mark for it. Raises MathError if it cannot be set."""


class Katex:
    """Sets formulas as KaTeX's HTML with MathML beside it; equal formulas are set once."""

    def __init__(self) -> None:
        self._done: dict[Formula, str] = {}
        self._answers: dict[Formula, tuple[str, str]] = {}

    def prepare_all(self, formulas: Iterable[Formula]) -> None:
        """Sets formulas in one call. Their errors are raised when each is rendered."""
        new = [one for one in dict.fromkeys(formulas) if one not in self._done and formula(one[0]) is None]
        if len(new) > 1:
            with suppress(EngineError):  # `render` then sets them one by one, each with the full time limit
                self._answers.update(zip(new, _set(new), strict=True))

    def render(self, tex: str, display: bool) -> str:
        """The HTML of a formula.

        Raises:
            MathError: KaTeX cannot parse `tex`.
        """
        key = (tex, display)
        if key not in self._done:
            if too_long := formula(tex):
                raise MathError(too_long)
            try:
                state, result = self._answers.pop(key) if key in self._answers else _set([key])[0]
            except EngineError as error:
                raise MathError(str(error)) from None
            if state == "error":
                raise MathError(result.removeprefix("KaTeX parse error: ").splitlines()[0])
            if refused := REFUSED.search(result):
                raise MathError(f"{refused[1]} is not supported")
            self._done[key] = result
        return self._done[key]


def _set(formulas: Sequence[Formula]) -> list[tuple[str, str]]:
    """For each formula "ok" and its HTML, or "error" and the message."""
    answers = call(katex_engine(), "slidegenRender", [(prepare(tex), display) for tex, display in formulas])
    return [(state, result) for state, result in answers]


def tex_text(text: str) -> str:
    """Escapes a text so that a formula shows it letter by letter."""
    return SIGN.sub("{,}", "".join(SPECIAL.get(sign, sign) for sign in text))


def prepare(tex: str) -> str:
    """Prepares TeX for KaTeX, which sets an `equation` of several lines on one: its body becomes `gathered`."""

    def gather(match: re.Match[str]) -> str:
        star, body = match[1], match[2]
        if "\\\\" not in body:
            return match[0]
        return rf"\begin{{equation{star}}}\begin{{gathered}}{body}\end{{gathered}}\end{{equation{star}}}"

    return EQUATION.sub(gather, tex)
