"""KaTeX, run in-process when a deck is built; a deck without math never starts it."""

from __future__ import annotations

import re
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from slidegen.vendor import vendor_text

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

MATH = re.compile(r"\$|\\begin\{")
"""What a text with math holds; one without may hold it too."""

EQUATION = re.compile(r"\\begin\{equation(\*?)\}(.*?)\\end\{equation\1\}", re.DOTALL)

# KaTeX shows commands that it does not trust, such as href, in the colour of errors instead of raising.
REFUSED = re.compile(r'mathcolor="#cc0001"><mtext>([^<]*)')

RENDER = """
function slidegenRender(tex, display) {
  try {
    return ["ok", katex.renderToString(tex, {
      displayMode: display, throwOnError: true, strict: false, trust: false, errorColor: "#cc0001",
      maxSize: 50, maxExpand: 1000,
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
        self._engine: Future[MiniRacer] | None = None
        self._done: dict[tuple[str, bool], str] = {}

    def start(self) -> Future[MiniRacer]:
        """Starts the engine, once, beside other work; the first formula waits for it."""
        if self._engine is None:
            executor = ThreadPoolExecutor(max_workers=1)
            self._engine = executor.submit(_engine)
            executor.shutdown(wait=False)
        return self._engine

    def close(self) -> None:
        """Ends the engine. One that Python itself ends, when it exits, can hang in waiting for its own thread."""
        if self._engine is not None:
            self._engine.result().close()
            self._engine = None

    def render(self, tex: str, display: bool) -> str:
        """The HTML of a formula.

        Raises:
            MathError: KaTeX cannot parse `tex`.
        """
        key = (tex, display)
        if key not in self._done:
            state, result = self.start().result().call("slidegenRender", prepare(tex), display)
            if state == "error":
                raise MathError(result.removeprefix("KaTeX parse error: ").splitlines()[0])
            if refused := REFUSED.search(result):
                raise MathError(f"{refused[1]} is not supported")
            self._done[key] = result
        return self._done[key]


def _engine() -> MiniRacer:
    """V8 with KaTeX in it."""
    from py_mini_racer import MiniRacer

    engine = MiniRacer()
    engine.eval(vendor_text("katex/katex.min.js"))
    engine.eval(RENDER)
    return engine


def prepare(tex: str) -> str:
    """TeX as KaTeX takes it: an `equation` of several lines, which KaTeX sets on one, becomes `gathered` inside."""

    def gather(match: re.Match[str]) -> str:
        star, body = match[1], match[2]
        if "\\\\" not in body:
            return match[0]
        return rf"\begin{{equation{star}}}\begin{{gathered}}{body}\end{{gathered}}\end{{equation{star}}}"

    return EQUATION.sub(gather, tex)
