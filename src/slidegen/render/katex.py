"""KaTeX, run in-process when a deck is built; a deck without math never starts it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slidegen.vendor import vendor_text

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

EQUATION = re.compile(r"\\begin\{equation(\*?)\}(.*?)\\end\{equation\1\}", re.DOTALL)

RENDER = """
function slidegenRender(tex, display) {
  try {
    return ["ok", katex.renderToString(tex, {
      displayMode: display, throwOnError: true, strict: false, trust: false, maxSize: 50, maxExpand: 1000,
    })];
  } catch (error) {
    return ["error", String(error.message)];
  }
}
JSON.stringify(katex.version)
"""


class MathError(Exception):
    """TeX that KaTeX cannot set; the message is KaTeX's own."""


class Katex:
    """Sets formulas as KaTeX's HTML with MathML beside it; equal formulas are set once."""

    def __init__(self) -> None:
        self._engine: MiniRacer | None = None
        self._done: dict[tuple[str, bool], str] = {}

    def render(self, tex: str, display: bool) -> str:
        """The HTML of a formula.

        Raises:
            MathError: KaTeX cannot parse `tex`.
        """
        key = (tex, display)
        if key not in self._done:
            state, result = self._start().call("slidegenRender", prepare(tex), display)
            if state == "error":
                raise MathError(result.removeprefix("KaTeX parse error: ").splitlines()[0])
            self._done[key] = result
        return self._done[key]

    def _start(self) -> MiniRacer:
        if self._engine is None:
            from py_mini_racer import MiniRacer

            self._engine = MiniRacer()
            self._engine.eval(vendor_text("katex/katex.min.js"))
            self._engine.eval(RENDER)
        return self._engine


def prepare(tex: str) -> str:
    """TeX as KaTeX takes it: an `equation` of several lines, which KaTeX sets on one, becomes `gathered` inside."""

    def gather(match: re.Match[str]) -> str:
        star, body = match[1], match[2]
        if "\\\\" not in body:
            return match[0]
        return rf"\begin{{equation{star}}}\begin{{gathered}}{body}\end{{gathered}}\end{{equation{star}}}"

    return EQUATION.sub(gather, tex)
