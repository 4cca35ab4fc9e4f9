"""What the rules of one slide share: what Jinja placed, where the text stands, and the mistakes found."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

from markdown_it.token import Token

from slidegen.errors import Problem
from slidegen.marks import PLACED
from slidegen.model import PlacedValue, ResolvedText
from slidegen.render.katex import Katex

Env = MutableMapping[str, Any]


@dataclass(slots=True)
class Findings:
    """What rendering a deck brings to light beside the HTML."""

    katex: Katex
    problems: list[Problem] = field(default_factory=list)
    has_math: bool = False
    steps: int = 1


@dataclass(frozen=True, slots=True)
class SlideContext:
    """The context of one text; it travels in markdown-it's `env` under "slide"."""

    text: ResolvedText
    findings: Findings
    incremental: bool

    def plain(self, text: str) -> str:
        """`text` with the marks of values replaced by the values' own text."""
        placed = self.text.placed

        def shown(index: int) -> str:
            thing = placed[index]
            return thing.text if isinstance(thing, PlacedValue) else thing.name

        return PLACED.replace(text, shown)

    def problem(self, message: str, token: Token | None = None, snippet: str = "") -> None:
        """Notes a mistake at the line of `token`, or where `snippet` stands if Jinja may have moved the lines."""
        source = self.text.source
        unmoved = source.text.count("\n") == self.text.text.count("\n")
        line = source.locate(snippet)
        if line == source.line and unmoved and token is not None and token.map:
            line = source.line + token.map[0]
        self.findings.problems.append(Problem(message, source.path, line))


def slide_context(env: Env) -> SlideContext:
    """The context that `render` put into markdown-it's env."""
    context: SlideContext = env["slide"]
    return context
