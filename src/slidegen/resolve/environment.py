"""Jinja for a deck's text: sandboxed, strict, and bounded. What it places stands as marks in the text."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, UndefinedError, nodes
from jinja2.environment import TemplateExpression
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from slidegen import marks
from slidegen.errors import Problem, SlidegenError, nearest
from slidegen.model import Placed, PlacedFigure, PlacedTable, PlacedValue, ResolvedText, Text
from slidegen.resolve import values
from slidegen.resolve.code_spans import protect_code
from slidegen.resolve.meter import Meter, PayingGenerator, pay_in_blocks, size
from slidegen.units import BYTES_PER_UNIT

DELIMITERS = re.compile(r"\{\{|\{%|\{##")
NAME = re.compile(r"'([^']+)' is undefined")
ANY_MARK = re.compile(f"[{''.join(marks.DELIMITERS)}]")

TEXT_METHODS = frozenset(
    [
        *("capitalize", "casefold", "count", "endswith", "find", "index", "isalnum", "isalpha", "isdigit", "islower"),
        *("isspace", "isupper", "join", "lower", "lstrip", "partition", "removeprefix", "removesuffix", "replace"),
        *("rfind", "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase"),
        *("title", "upper"),
    ]
)
UNSAFE_FILTERS = (
    "center",
    "format",
    "indent",
    "pprint",
    "slice",
    "striptags",
    "tojson",
    "urlize",
    "wordwrap",
    "xmlattr",
)
"""What makes a text of any length from a short one, or markup from text."""


class Missing(StrictUndefined):
    """An undefined value; one that a mapping lacks is told with the mapping's names."""

    @property
    def _undefined_message(self) -> str:
        if isinstance(self._undefined_obj, dict):
            return (
                f"no {self._undefined_name!r} here; {nearest(str(self._undefined_name), map(str, self._undefined_obj))}"
            )
        return super()._undefined_message


class Environment(ImmutableSandboxedEnvironment):
    """A sandbox where every operation pays by the size of what it works on."""

    code_generator_class = PayingGenerator
    intercepted_binops = frozenset({"+", "*", "**", "%"})
    meter: Meter

    def call_binop(self, context: Any, op: str, left: Any, right: Any) -> Any:
        self.meter.operands(op, left, right)
        return super().call_binop(context, op, left, right)

    def call(self, context: Context, function: Any, /, *given: Any, **named: Any) -> Any:
        owner, name = getattr(function, "__self__", None), getattr(function, "__name__", "")
        if owner is self:
            return function(*given)
        self.spend(1 + sum(map(size, given)) + sum(map(size, named.values())))
        if isinstance(owner, str) and name == "replace":
            return self.meter.replace(owner, *given)
        if isinstance(owner, str) and name == "join":
            return self.meter.join(given[0] if given else (), owner)
        return super().call(context, function, *given, **named)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str):
            return attr in TEXT_METHODS
        return not isinstance(obj, (int, float, bytes)) and super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> None:
        """`format` is no safe method here: its widths make texts of any length."""

    def spend(self, work: int = 1) -> None:
        """Pays for work."""
        self.meter.spend(work)

    def pay(self, value: Any) -> Any:
        """Pays for a value by its size, and gives it back."""
        self.meter.spend(size(value))
        return value

    def join(self, parts: Iterable[Any]) -> str:
        """Parts of a text, one after the other; what ``~`` does."""
        return self.meter.join(parts)

    concat = join  # what macros and blocks do with their parts

    def _generate(self, source: nodes.Template, *given: Any, **named: Any) -> str:
        pay_in_blocks(source, self)
        return super()._generate(source, *given, **named)


def make_environment() -> Environment:
    """The environment of one deck, with slidegen's filters and without those that could make huge texts."""
    environment = Environment(
        undefined=Missing,
        autoescape=False,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        optimized=False,
        comment_start_string="{##",
        comment_end_string="##}",
    )
    environment.meter = Meter()
    for unsafe in (*UNSAFE_FILTERS, "random"):  # a deck is the same each time that it is built
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
        "int": values.int_filter,
        "float": values.float_filter,
        "round": values.round_filter,
        "sum": values.sum_filter,
        "batch": values.batch_filter,
        "string": values.shown,
        "join": lambda parts, separator="": environment.meter.join(parts, separator),
        "replace": lambda text, old, new, count=None: environment.meter.replace(text, old, new, count),
    }
    for functions in (environment.filters, environment.tests):
        for name, function in functions.items():
            functions[name] = _metered(environment, cast(Callable[..., Any], function))
    environment.globals |= {unit: BYTES_PER_UNIT[unit] for unit in ("GiB", "MiB", "GB", "MB")}
    return environment


def _metered(environment: Environment, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter or test that pays by the size of its arguments."""

    @functools.wraps(function)
    def run(*given: Any, **named: Any) -> Any:
        environment.spend(sum(map(size, given)) + sum(map(size, named.values())))
        return function(*given, **named)

    return cast(Callable[..., Any], run)


@dataclass(slots=True)
class Scope:
    """What the texts of one slide share: the names that ``{% set %}`` gives, and what their marks stand for."""

    names: dict[str, Any] = field(default_factory=dict)
    placed: list[Placed] = field(default_factory=list)
    code: list[str] = field(default_factory=list)

    def whole(self, text: str) -> bool:
        """Whether every mark in `text` is one of this slide's, and none was cut or forged."""
        for kind, things in ((marks.PLACED, self.placed), (marks.CODE, self.code)):
            if any(int(match[1]) >= len(things) for match in kind.pattern.finditer(text)):
                return False
            text = kind.pattern.sub("", text)
        return ANY_MARK.search(text) is None


class Expander:
    """Expands the texts of one deck; mistakes are collected in `problems`, each with its line."""

    def __init__(self, environment: Environment, context: Mapping[str, Any]) -> None:
        self._environment = environment
        self._context = context
        self._compiled: dict[str, TemplateExpression] = {}
        self.problems: list[Problem] = []

    def expand(self, text: Text, scope: Scope | None = None, markdown: bool = True) -> ResolvedText:
        """`text` with its expressions evaluated; a text with a mistake comes back as it was.

        Names that ``{% set %}`` gives are added to `scope`, where the slide's other texts see them. Code of a
        `markdown` text is not expanded unless its fence says `jinja`.
        """
        if DELIMITERS.search(text.text) is None:
            return ResolvedText(text.text, (), text)
        scope = scope or Scope()

        def finalize(value: Any) -> str:
            if isinstance(value, values.Quantity):
                value = PlacedValue(str(value), value.value, value.provenance)
            if isinstance(value, (PlacedValue, PlacedTable, PlacedFigure)):
                scope.placed.append(value)
                return marks.PLACED.mark(len(scope.placed) - 1)
            return values.shown(value)

        protected = protect_code(text.text, scope.code) if markdown else text.text
        self._environment.finalize = finalize
        self._environment.meter = Meter()
        try:
            template = self._environment.from_string(protected)
            context = template.new_context({**self._context, **scope.names})
            expanded = self._run(template, context)
            if not scope.whole(expanded):
                raise values.ValueProblem("a text that holds a computed value cannot be cut; cut before it is shown")
        except MISTAKES as error:
            self.problems.extend(self._told(error, text))
            return ResolvedText(text.text, (), text)
        scope.names |= context.get_exported()
        return ResolvedText(marks.CODE.replace(expanded, scope.code.__getitem__), tuple(scope.placed), text)

    def _run(self, template: Template, context: Context) -> str:
        parts = []
        try:
            for chunk in template.root_render_func(context):
                self._environment.spend(len(chunk))
                parts.append(chunk)
        except Exception:
            self._environment.handle_exception()
        return "".join(parts)

    def evaluate(self, expression: str, extra: Mapping[str, Any] | None = None) -> Any:
        """The value of one expression. Raises ValueProblem with what is wrong."""
        context = {**self._context, **(extra or {})}
        self._environment.meter = Meter()
        try:
            if expression not in self._compiled:
                self._compiled[expression] = self._environment.compile_expression(expression, undefined_to_none=False)
            result = self._compiled[expression](**context)
            if isinstance(result, StrictUndefined):
                result._fail_with_undefined_error()
            if isinstance(result, Iterator):  # what filters such as `map` give can be read only once
                result = list(result)
        except MISTAKES as error:
            if isinstance(error, SlidegenError):
                raise
            raise values.ValueProblem(self._message(error, extra or ())) from None
        return result

    def _told(self, error: Exception, text: Text) -> Iterator[Problem]:
        line = text.line + _template_line(error) - 1
        if isinstance(error, SlidegenError):
            yield from (Problem(p.message, p.path or text.path, p.line or line) for p in error.problems)
        else:
            yield Problem(self._message(error), text.path, line)

    def _message(self, error: Exception, names: Iterable[str] = ()) -> str:
        if isinstance(error, UndefinedError) and (match := NAME.search(str(error))):
            known = [*self._context, *self._environment.globals, *names]
            return f"unknown name {match[1]!r}; {nearest(match[1], known)}"
        if isinstance(error, TemplateSyntaxError) and (match := re.match(r"No filter named '(.+)'", str(error))):
            return f"unknown filter {match[1]!r}; {nearest(match[1], self._environment.filters)}"
        if isinstance(error, ArithmeticError):
            return f"the expression cannot be computed: {error}"
        if isinstance(error, (RecursionError, MemoryError, SyntaxError)) and not isinstance(error, TemplateSyntaxError):
            return "the text nests too deeply, or calls itself without end"
        return str(getattr(error, "message", None) or error).splitlines()[0]


MISTAKES = (
    *(TemplateError, SlidegenError, values.ValueProblem, ArithmeticError, TypeError, ValueError, LookupError),
    *(AttributeError, RecursionError, MemoryError, SyntaxError),
)
"""What evaluating a text can raise. SyntaxError comes from blocks nested deeper than Python allows."""


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
