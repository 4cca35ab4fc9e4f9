"""Expands the texts of a deck: evaluates their expressions, and collects the mistakes with their lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, UndefinedError, meta
from jinja2.environment import TemplateExpression
from jinja2.runtime import Context

from slidegen import marks
from slidegen.codes import Code
from slidegen.errors import Problem, SlidegenError, nearest
from slidegen.model import Text
from slidegen.resolve import values
from slidegen.resolve.claims import Place
from slidegen.resolve.code import SetAside, put_back, set_aside
from slidegen.resolve.environment import Environment
from slidegen.resolve.line_map import traced
from slidegen.resolve.meter import SPENT
from slidegen.resolve.pieces import pieces, unknown
from slidegen.resolve.syntax import syntax_message
from slidegen.resolve.template_text import ANY_MARK, TemplateText, place_value
from slidegen.resolved import Placed, ResolvedText
from slidegen.tables import TABLE_SOURCES
from slidegen.verbatim import DELIMITERS

NAME: Final = re.compile(r"'([^']+)' is undefined")
MAX_MESSAGE: Final = 1000
"""Characters of a message: it may quote a text that an expression made."""


@dataclass(slots=True)
class Scope:
    """What the texts of one slide share: the names that ``{% set %}`` defines, and what their marks stand for."""

    names: dict[str, Any] = field(default_factory=dict)
    placed: list[Placed] = field(default_factory=list)
    code: list[SetAside] = field(default_factory=list)

    def has_intact_marks(self, text: str) -> bool:
        """Returns whether every mark in `text` is one of this slide's, and none was cut or forged."""
        text = marks.LINE.pattern.sub("", text)
        for kind, marked in ((marks.PLACED, self.placed), (marks.CODE, self.code)):
            if any(int(match[1]) >= len(marked) for match in kind.pattern.finditer(text)):
                return False
            text = kind.pattern.sub("", text)
        return ANY_MARK.search(text) is None


class Expander:
    """Expands the texts of one deck, whose dialect may have Quarto's `shortcodes`. Collects the mistakes in
    `problems`, each with its line."""

    def __init__(self, environment: Environment, context: Mapping[str, Any], shortcodes: bool = False) -> None:
        self._shortcodes = shortcodes
        self._environment = environment
        self._context = context
        self._compiled: dict[str, TemplateExpression] = {}
        self.problems: list[Problem] = []

    def expand(self, text: Text, scope: Scope | None = None, markdown: bool = True) -> ResolvedText:
        """Returns `text` with its expressions evaluated.

        An expression with a mistake becomes `slidegen.marks.UNKNOWN`, which the later stages know; a text with
        statements then becomes empty. Names that ``{% set %}`` defines are added to `scope`, where the slide's other
        texts see them. Code of a `markdown` text is not expanded unless its fence says `jinja`.
        """
        if DELIMITERS.search(text.text) is None:
            return ResolvedText(text.text, (), text)
        scope = scope or Scope()
        protected = set_aside(text, scope.code, self._names(scope), self._shortcodes) if markdown else text.text
        self._environment.placed = scope.placed
        self._environment.finalize = lambda value: place_value(value, scope.placed)
        try:
            expanded = self._expanded(protected, text, scope)
        except MISTAKES as error:
            expanded = self._without_mistakes(protected, text, scope, error)
        shown, lines = traced(put_back(expanded, scope.code), text)
        return ResolvedText(shown, tuple(scope.placed), text, lines)

    def _expanded(self, template: str, text: Text, scope: Scope) -> str:
        """Returns the expansion of a template, which is all of `text` or a piece of it. Raises MISTAKES."""
        self._environment.source = text
        try:
            with self._environment.meter.text():
                compiled = self._environment.from_string(template)
                self._environment.source = None
                context = compiled.new_context({**self._context, **scope.names})
                with self._environment.claims.attempt():
                    expanded = self._run(compiled, context)
        finally:
            self._environment.source = None
        if not scope.has_intact_marks(expanded):
            raise values.ValueProblem(
                "a text that holds a computed value cannot be cut; cut before it is shown", code="wrong-expression"
            )
        scope.names |= context.get_exported()
        return expanded

    def _without_mistakes(self, template: str, text: Text, scope: Scope, error: Exception) -> str:
        """Returns the expansion of a template without the expressions that have mistakes, and reports all of these.

        Returns "" if the `error` cannot be traced to single expressions.
        """
        parts = []
        mistaken = False
        spent = isinstance(error, SlidegenError) and any(problem.message in SPENT for problem in error.problems)
        for line, piece, expression in () if spent else pieces(self._environment, template):
            try:
                if expression:
                    count = len(self._environment.claims)
                    self._expanded(piece, text, scope)
                    self._environment.claims.forget(count)  # the whole text makes them again
                parts.append(piece)
            except MISTAKES as mistake:
                self.problems.extend(self._problems_of(mistake, text, line))
                parts.append(unknown(piece, scope.placed))
                mistaken = True
        if mistaken:
            with suppress(*MISTAKES):
                return self._expanded("".join(parts), text, scope)
        else:
            self.problems.extend(self._problems_of(error, text))
        return ""

    def _names(self, scope: Scope) -> frozenset[str]:
        """Returns the names that an expression can use."""
        return frozenset([*self._context, *self._environment.globals, *scope.names])

    def _run(self, template: Template, context: Context) -> str:
        parts = []
        try:
            for chunk in template.root_render_func(context):
                self._environment.spend(len(chunk))
                parts.append(chunk)
        except Exception:  # as Jinja itself does: raises it again, with the template's lines in its traceback
            self._environment.handle_exception()
        return "".join(parts)

    def evaluate(self, expression: str, extra: Mapping[str, Any] | None = None, place: Place | None = None) -> Any:
        """Returns the value of one expression. Raises ValueProblem with what is wrong. `place` is where a text stands
        that shows the value, for its claims."""
        context = {**self._context, **(extra or {})}
        try:
            with self._environment.meter.text():
                if expression not in self._compiled:
                    compiled = self._environment.compile_expression(expression, undefined_to_none=False)
                    self._compiled[expression] = compiled
                claims = self._environment.claims
                before, claims.place = claims.place, place
                try:
                    result = self._compiled[expression](context)
                finally:
                    claims.place = before
            if isinstance(result, StrictUndefined):
                result._fail_with_undefined_error()
            if isinstance(result, Iterator):  # the result of filters such as `map` can be read only once
                result = list(result)
        except MISTAKES as error:
            if isinstance(error, SlidegenError):
                raise
            problem = self._problem(error, extra or ())
            raise values.ValueProblem(problem.message, code=problem.code) from None
        return result

    def names(self, expression: str) -> set[str]:
        """Returns the names that an expression uses. Raises TemplateSyntaxError, and DeckError if it is too long."""
        with self._environment.meter.text():
            return meta.find_undeclared_variables(self._environment.parse("{{" + expression + "}}"))

    def spend(self, work: int) -> None:
        """Pays for the work of a text. Raises DeckError when no steps are left."""
        with self._environment.meter.text():
            self._environment.spend(work)

    def _problems_of(self, error: Exception, text: Text, first: int = 1) -> Iterator[Problem]:
        """Yields the problems of an error in a template that begins in the line `first` of a text."""
        line = text.line_of(first + _template_line(error) - 2)
        if isinstance(error, SlidegenError):
            yield from (problem.at(text.path, line) for problem in error.problems)
        else:
            yield self._problem(error).at(text.path, line)

    def _problem(self, error: Exception, names: Iterable[str] = ()) -> Problem:
        message, code = self._explained(error, names)
        return Problem(message if len(message) <= MAX_MESSAGE else f"{message[:MAX_MESSAGE]}...", code=code)

    def _explained(self, error: Exception, names: Iterable[str]) -> tuple[str, Code]:
        if isinstance(error, UndefinedError) and (match := NAME.search(str(error))):
            name = match[1]
            if name in TABLE_SOURCES.names() and name not in TABLE_SOURCES:
                return (
                    f"{name!r} is the table source of another package; declare a table of it under tables:",
                    "unknown-name",
                )
            known = nearest(name, [*self._context, *self._environment.globals, *names])
            return f"unknown name {name!r}; {known}", "unknown-name"
        if isinstance(error, TemplateSyntaxError):
            for what, all_of in (("filter", self._environment.filters), ("test", self._environment.tests)):
                if match := re.match(rf"No {what} named '(.+)'", str(error)):
                    return f"unknown {what} {match[1]!r}; {nearest(match[1], all_of)}", "unknown-name"
            return syntax_message(error), "template-syntax"
        if isinstance(error, ArithmeticError):
            return f"the expression cannot be computed: {error}", "wrong-expression"
        if isinstance(error, (RecursionError, MemoryError, SyntaxError)):
            return "the text nests too deeply, or calls itself without end", "limit"
        if isinstance(error, NameError):
            return values.TOO_LARGE, "wrong-expression"
        code: Code = error.code if isinstance(error, values.ValueProblem) else "wrong-expression"
        message = str(getattr(error, "message", None) or error).splitlines()[0]
        return message.replace(f"'{TemplateText.__name__}'", "'str'"), code


MISTAKES = (
    *(TemplateError, SlidegenError, values.ValueProblem, ArithmeticError, TypeError, ValueError, LookupError),
    *(AttributeError, AssertionError, RecursionError, MemoryError, SyntaxError, NameError),
)
"""What evaluating a text can raise. SyntaxError comes from blocks nested deeper than Python allows, NameError
from a number such as 1e400, which Python writes as `inf`."""


def _template_line(error: Exception) -> int:
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    trace = error.__traceback__
    line = 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
