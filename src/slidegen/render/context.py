"""What the rules of one slide share: what Jinja placed, where the text stands, and the mistakes found."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final

from markdown_it.token import Token

from slidegen.errors import DeckError, Problem
from slidegen.marks import PLACED
from slidegen.render.katex import Katex, tex_text
from slidegen.resolved import ResolvedText

Env = MutableMapping[str, Any]
MAX_PROBLEMS: Final = 1_000


@dataclass(slots=True)
class Findings:
    """What rendering a deck brings to light beside the HTML. `linked` is the size of its links by reference, `compared`
    counts the words that were compared with all emoji."""

    katex: Katex
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    has_math: bool = False
    linked: int = 0
    compared: int = 0
    steps: int = 1


@dataclass(frozen=True, slots=True)
class SlideContext:
    """The context of one text; it travels in markdown-it's `env` under "slide". `allow_scripts` keeps its programs."""

    text: ResolvedText
    findings: Findings
    incremental: bool
    allow_scripts: bool = False

    def plain(self, text: str) -> str:
        """`text` with the marks of values replaced by the values' own text."""
        return PLACED.replace(text, lambda index: self.text.placed[index].plain)

    def tex(self, text: str) -> str:
        """The same for a formula, where a value is no command."""
        return PLACED.replace(text, lambda index: tex_text(self.text.placed[index].plain))

    def problem(self, message: str, token: Token | None = None, snippet: str = "") -> None:
        """Notes a mistake at the line of `token`, or where `snippet` stands if Jinja may have moved the lines."""
        source = self.text.source
        line = source.locate(snippet)
        if line == source.line and self._unmoved() and token is not None and token.map:
            line = source.line + token.map[0]
        self._note(Problem(message, source.path, line))

    def problem_at(self, message: str, row: int) -> None:
        """Notes a mistake in the row (from 0) of the expanded text."""
        self._note(Problem(message, self.text.source.path, self._line(row)))

    def warn_at(self, message: str, row: int) -> None:
        """The same for what does not stop a build."""
        self.findings.warnings.append(Problem(message, self.text.source.path, self._line(row)))

    def _line(self, row: int) -> int:
        source = self.text.source
        return source.line + row if self._unmoved() else source.locate(self.text.text.split("\n")[row])

    def _note(self, problem: Problem) -> None:
        problems = self.findings.problems
        problems.append(problem)
        if len(problems) >= MAX_PROBLEMS:
            more = Problem(f"more than {MAX_PROBLEMS} mistakes; the rest is not told", problem.path, problem.line)
            raise DeckError([*problems, more])

    def _unmoved(self) -> bool:
        """Whether the lines of the expanded text are those of the source."""
        return self.text.source.text.count("\n") == self.text.text.count("\n")


def slide_context(env: Env) -> SlideContext:
    """The context that `render` put into markdown-it's env."""
    context: SlideContext = env["slide"]
    return context
