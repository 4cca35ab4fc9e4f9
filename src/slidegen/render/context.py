"""What the rules of one slide share: what Jinja placed, where the text stands, and the mistakes found."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final

from markdown_it.token import Token

from slidegen.codes import Code
from slidegen.errors import DeckError, Problem
from slidegen.languages.writing import ENGLISH, Writing
from slidegen.marks import PLACED
from slidegen.render.katex import Katex, MathSetter, tex_text
from slidegen.resolved import PlacedClaim, ResolvedText

Env = MutableMapping[str, Any]
MAX_PROBLEMS: Final = 1_000


@dataclass(slots=True)
class Findings:
    """What rendering a deck finds out, apart from the HTML. `linked` is the size of its links by reference, `compared`
    the number of words that were compared with all emoji; `names` counts how often each heading's name is used."""

    katex: MathSetter = field(default_factory=Katex)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    has_math: bool = False
    linked: int = 0
    compared: int = 0
    names: dict[str, int] = field(default_factory=dict)
    steps: int = 1

    def add_problem(self, problem: Problem) -> None:
        """Adds a mistake. Raises DeckError if there are too many to list."""
        problems = self.problems
        problems.append(problem)
        if len(problems) >= MAX_PROBLEMS:
            more = Problem(
                f"more than {MAX_PROBLEMS} mistakes; the others are not listed",
                problem.path,
                problem.line,
                code="limit",
            )
            raise DeckError([*problems, more])


@dataclass(frozen=True, slots=True)
class SlideContext:
    """The context of one text, which markdown-it's `env` holds under "slide". `allow_scripts` keeps scripts in the
    text; `dialect` is the dialect of the deck's Markdown, `writing` the language of the text. If the page is `served`,
    every block gets its line."""

    text: ResolvedText
    findings: Findings
    incremental: bool
    allow_scripts: bool = False
    dialect: str = "slidegen"
    served: bool = False
    writing: Writing = ENGLISH

    @property
    def lang(self) -> str:
        """The language of the text."""
        return self.writing.lang

    @property
    def strict(self) -> bool:
        """Whether an unknown word is a mistake. It is in slidegen's own dialect; others may know more words."""
        return self.dialect == "slidegen"

    def plain(self, text: str) -> str:
        """`text` with the marks of values replaced by the values' own text."""
        return PLACED.replace(text, lambda index: self.text.placed[index].plain)

    def tex(self, text: str) -> str:
        """The same for a formula: values are escaped, so that they are not commands. Claims keep their spaces."""

        def shown(index: int) -> str:
            placed = self.text.placed[index]
            tex = tex_text(placed.plain)
            return tex.replace(" ", r"\ ") if isinstance(placed, PlacedClaim) else tex

        return PLACED.replace(text, shown)

    def problem(self, message: str, token: Token | None = None, *, code: Code) -> None:
        """Reports a mistake at the line of `token`, or at the first line of the text."""
        self.problem_at(message, token.map[0] if token is not None and token.map else 0, code=code)

    def problem_at(self, message: str, row: int, *, code: Code) -> None:
        """Reports a mistake in a row (from 0) of the expanded text."""
        self.problem_on(message, self.text.line(row), code=code)

    def problem_on(self, message: str, line: int | None, *, code: Code) -> None:
        """Reports a mistake on a line of the deck's file, or at the first line of the text."""
        self._note(Problem(message, self.text.source.path, line or self.text.source.line, code=code))

    def warn_at(self, message: str, row: int, *, code: Code) -> None:
        """Reports a warning, which does not stop a build, in a row (from 0) of the expanded text."""
        self.warn_on(message, self.text.line(row), code=code)

    def warn_on(self, message: str, line: int | None, *, code: Code) -> None:
        """Reports a warning on a line of the deck's file, or at the first line of the text."""
        self.findings.warnings.append(Problem(message, self.text.source.path, line or self.text.source.line, code=code))

    def _note(self, problem: Problem) -> None:
        self.findings.add_problem(problem)


def slide_context(env: Env) -> SlideContext:
    """The context that `render` put into markdown-it's env."""
    context: SlideContext = env["slide"]
    return context
