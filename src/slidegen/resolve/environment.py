"""Jinja for a deck's text: sandboxed, strict, and bounded. What it places stands as marks in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from slidegen.errors import Problem, SlidegenError, nearest
from slidegen.marks import CODE, PLACED
from slidegen.model import Placed, PlacedTable, PlacedValue, ResolvedText, Text
from slidegen.resolve import values
from slidegen.resolve.code_spans import protect_code
from slidegen.units import BYTES_PER_UNIT

MAX_TEXT = 1_000_000
"""Characters that one slide's text may expand to."""

MAX_REPEAT = 100_000
"""The longest text or list that an expression may make by repetition."""

DELIMITERS = re.compile(r"\{\{|\{%|\{##")
NAME = re.compile(r"'([^']+)' is undefined")


class Environment(ImmutableSandboxedEnvironment):
    """A sandbox that also refuses to make huge texts and numbers."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Any, op: str, left: Any, right: Any) -> Any:
        if op == "**" and (abs(values.plain(left)) > 2**16 or abs(values.plain(right)) > 64):
            raise SecurityError("a power of numbers this large is not allowed")
        if op == "%" and isinstance(left, str):
            raise SecurityError("'%' on text is not allowed; use the filters")
        if op == "*":
            for text, times in ((left, right), (right, left)):
                if isinstance(text, (str, list, tuple)) and isinstance(times, int) and len(text) * times > MAX_REPEAT:
                    raise SecurityError("repeating a text or list this often is not allowed")
        return super().call_binop(context, op, left, right)


def make_environment() -> Environment:
    """The environment of one deck, with slidegen's filters and without those that could make huge texts."""
    environment = Environment(
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        comment_start_string="{##",
        comment_end_string="##}",
    )
    for unsafe in ("center", "format", "indent", "xmlattr", "pprint", "tojson"):
        environment.filters.pop(unsafe, None)
    for unsafe in ("lipsum", "cycler", "joiner"):
        environment.globals.pop(unsafe, None)
    environment.filters |= {
        "gib": values.size_filter("GiB"),
        "gb": values.size_filter("GB"),
        "mib": values.size_filter("MiB"),
        "mb": values.size_filter("MB"),
        "count": values.count_filter,
        "percent": values.percent_filter,
        "number": values.number_filter,
        "short": values.short_filter,
        "spoken": values.spoken_filter,
    }
    environment.globals |= {unit: BYTES_PER_UNIT[unit] for unit in ("GiB", "MiB", "GB", "MB")}
    return environment


class Expander:
    """Expands the texts of one deck; mistakes are collected in `problems`, each with its line."""

    def __init__(self, environment: Environment, context: Mapping[str, Any]) -> None:
        self._environment = environment
        self._context = context
        self.problems: list[Problem] = []

    def expand(self, text: Text, scope: dict[str, Any] | None = None, markdown: bool = True) -> ResolvedText:
        """`text` with its expressions evaluated; a text with a mistake comes back as it was.

        Names that ``{% set %}`` gives are added to `scope`, where the slide's other texts see them. Code of a
        `markdown` text is not expanded unless its fence says `jinja`.
        """
        if DELIMITERS.search(text.text) is None:
            return ResolvedText(text.text, (), text)
        placed: list[Placed] = []

        def finalize(value: Any) -> str:
            if isinstance(value, values.Quantity):
                value = PlacedValue(str(value), value.value, value.provenance)
            if isinstance(value, (PlacedValue, PlacedTable)):
                placed.append(value)
                return PLACED.mark(len(placed) - 1)
            return str(value)

        protected, pieces = protect_code(text.text) if markdown else (text.text, [])
        self._environment.finalize = finalize
        try:
            template = self._environment.from_string(protected)
            context = template.new_context({**self._context, **(scope or {})})
            expanded = self._run(template, context)
        except (TemplateError, SlidegenError, values.ValueProblem, ArithmeticError, TypeError, ValueError) as error:
            self.problems.extend(self._told(error, text))
            return ResolvedText(text.text, (), text)
        if scope is not None:
            scope |= context.get_exported()
        return ResolvedText(CODE.replace(expanded, pieces.__getitem__), tuple(placed), text)

    def _run(self, template: Template, context: Context) -> str:
        size = 0
        parts = []
        try:
            for chunk in template.root_render_func(context):
                size += len(chunk)
                if size > MAX_TEXT:
                    raise ValueError(f"the text expands to more than {MAX_TEXT:,} characters")
                parts.append(chunk)
        except Exception:
            self._environment.handle_exception()
        return "".join(parts)

    def evaluate(self, expression: str, extra: Mapping[str, Any] | None = None) -> Any:
        """The value of one expression. Raises ValueProblem with what is wrong."""
        context = {**self._context, **(extra or {})}
        try:
            result = self._environment.compile_expression(expression, undefined_to_none=False)(**context)
            if isinstance(result, StrictUndefined):
                result._fail_with_undefined_error()
        except (TemplateError, ArithmeticError, TypeError, ValueError) as error:
            raise values.ValueProblem(self._message(error)) from None
        return result

    def _told(self, error: Exception, text: Text) -> Iterator[Problem]:
        line = text.line + _template_line(error) - 1
        if isinstance(error, SlidegenError):
            yield from (Problem(p.message, p.path or text.path, p.line or line) for p in error.problems)
        else:
            yield Problem(self._message(error), text.path, line)

    def _message(self, error: Exception) -> str:
        if isinstance(error, UndefinedError) and (match := NAME.search(str(error))):
            known = [*self._context, *self._environment.globals]
            return f"unknown name {match[1]!r}; {nearest(match[1], known)}"
        if isinstance(error, TemplateSyntaxError) and (match := re.match(r"No filter named '(.+)'", str(error))):
            return f"unknown filter {match[1]!r}; {nearest(match[1], self._environment.filters)}"
        if isinstance(error, ArithmeticError):
            return f"the expression cannot be computed: {error}"
        return str(getattr(error, "message", None) or error).splitlines()[0]


def is_expression(value: object) -> str | None:
    """The expression of a string that is one ``{{ ... }}`` and nothing else."""
    if not isinstance(value, str):
        return None
    match = re.fullmatch(r"\s*\{\{((?:(?!\}\}).)*)\}\}\s*", value, re.DOTALL)
    return match[1].strip() if match else None


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
