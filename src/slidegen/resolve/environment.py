"""Jinja for a deck's text: sandboxed, strict and bounded. Placed values stand as marks in the text."""

from __future__ import annotations

from collections.abc import Iterable
from types import BuiltinMethodType, MethodType
from typing import Any, cast

from jinja2 import StrictUndefined
from jinja2.lexer import TokenStream
from jinja2.runtime import BlockReference, Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment, safe_range

from slidegen.errors import nearest
from slidegen.judgments import Judgment, Operator, both, either, negated
from slidegen.model import Text
from slidegen.resolve import values
from slidegen.resolve.allowed import Method, allowed, arguments, filters, tests
from slidegen.resolve.claims import Claims
from slidegen.resolve.generator import Generator
from slidegen.resolve.judging import OPERATORS, compare, is_true
from slidegen.resolve.line_map import with_lines
from slidegen.resolve.meter import Meter, size
from slidegen.resolve.template_text import TemplateText, as_data
from slidegen.resolved import Placed
from slidegen.units import BYTES_PER_UNIT

BLOCKS = (Macro, LoopContext, BlockReference)
"""Callables whose result is template text, and whose blocks pay for themselves."""


class Missing(StrictUndefined):
    """An undefined value. The message for a missing key of a mapping suggests the nearest key."""

    @property
    def _undefined_message(self) -> str:
        if isinstance(self._undefined_obj, dict):
            return (
                f"no {self._undefined_name!r} here; {nearest(str(self._undefined_name), map(str, self._undefined_obj))}"
            )
        return super()._undefined_message


class Environment(ImmutableSandboxedEnvironment):
    """A sandbox where every operation pays by the size of its operands, and only what has a price is available.

    Operations work on data (see `template_text`). `placed` is what the marks in the current texts stand for.
    """

    code_generator_class = Generator
    source: Text | None = None
    """The current text. None if lines of the result need no marks."""
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "**", "%"})
    intercepted_unops = frozenset({"-"})
    meter: Meter
    placed: list[Placed]
    claims: Claims

    def call_binop(self, context: Any, op: str, left: Any, right: Any) -> Any:
        left, right = self.read(left), self.read(right)
        self.meter.operands(op, left, right)
        return super().call_binop(context, op, left, right)

    def call_unop(self, context: Any, op: str, operand: Any) -> Any:
        return super().call_unop(context, op, self.data(operand))

    def call(self, context: Context, function: Any, /, *given: Any, **named: Any) -> Any:
        if isinstance(function, MethodType) and function.__self__ is self:
            return function(*given)
        if isinstance(function, BLOCKS):
            self.spend(1 + len(given) + len(named))
            return TemplateText(super().call(context, function, *given, **named))
        if not isinstance(function, Method):  # jinja2 passes the variables of a loop with an underscore
            self.spend(arguments(function, (*given, *(named[name] for name in named if not name.startswith("_")))))
        return super().call(context, function, *given, **named)

    def getattr(self, obj: Any, attribute: str) -> Any:
        self.spend()
        obj = self.read(obj)
        try:
            return self._reached(obj, super().getattr(obj, attribute))
        except TypeError:  # a descriptor of Python that the object has no slot for
            return self.unsafe_undefined(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        self.spend(1 if isinstance(argument, (str, int)) else size(argument))
        obj, argument = self.read(obj), self.read(argument)
        return self._reached(obj, super().getitem(obj, argument))

    def _reached(self, obj: Any, value: Any) -> Any:
        """Returns what an attribute or subscript gave. A method pays when it is called, the text of a cell now."""
        if isinstance(value, (BuiltinMethodType, MethodType)) and value.__self__ is obj:
            return Method(self.meter, obj, value.__name__)
        if isinstance(value, values.Quantity) and isinstance(value.value, str):
            self.pay(value.value)
        return value

    def is_safe_attribute(self, obj: Any, attr: str, _value: Any) -> bool:
        return allowed(obj, attr)

    def unsafe_undefined(self, obj: Any, attribute: str) -> Any:
        return super().unsafe_undefined(values.plain(obj) if isinstance(obj, str) else obj, attribute)

    def wrap_str_format(self, value: Any) -> None:
        """Refuses `format`, whose widths make texts of any length."""

    def spend(self, work: int = 1) -> None:
        """Pays for work."""
        self.meter.spend(work)

    def afford(self, work: int) -> bool:
        """Pays for work in a condition, and returns True so that the condition goes on."""
        self.meter.spend(work)
        return True

    def pay(self, value: Any) -> Any:
        """Pays for a value by its size, and returns it."""
        self.meter.spend(size(value))
        return value

    def read(self, value: Any) -> Any:
        """Returns a value as data. A judgment is a truth value for everything but `and`, `or` and `not`."""
        return value.holds if isinstance(value, Judgment) else as_data(value, self.placed)

    def data(self, value: Any) -> Any:
        """Pays for a value by its size, and returns it as data."""
        return self.read(self.pay(value))

    def compare(self, name: Operator, left: Any, right: Any, judged: bool = False) -> Any:
        """Compares two values, which are paid already. One of a claim is `judged` whatever it compares."""
        if judged or isinstance(left, values.Quantity) or isinstance(right, values.Quantity):
            self.meter.sources(left, right)
            return compare(name, left, right, judged=judged)
        return OPERATORS[name](left, right)

    def both(self, left: Any, right: Any) -> Any:
        """Returns ``left and right`` for a `left` that is true."""
        if not isinstance(left, Judgment):
            return right
        if not isinstance(right, Judgment):
            return left if right is True else right
        self.meter.sources(left, right)
        return both(left, right)

    def either(self, left: Any, right: Any) -> Any:
        """Returns ``left or right`` for a `left` that is false."""
        if not isinstance(left, Judgment):
            return right
        if not isinstance(right, Judgment):
            return left if right is False else right
        self.meter.sources(left, right)
        return either(left, right)

    def truth(self, value: Any) -> Any:
        """Returns the truth value of an operand of a claim's condition."""
        if isinstance(value, Judgment):
            return value
        return is_true(value) if isinstance(value, values.Quantity) and isinstance(value.value, bool) else bool(value)

    def claimed(self, path: str | None, line: int, condition: Any) -> Any:
        """Returns the condition of a claim, and keeps the place of the claim; whoever evaluates a value knows it."""
        if path is not None:
            self.claims.place = (path, line)
        return condition

    def negate(self, value: Any) -> Any:
        """Returns ``not value``."""
        return negated(value) if isinstance(value, Judgment) else not value

    def join(self, parts: Iterable[Any]) -> str:
        """Joins the parts of a text: the operator ``~``."""
        return self.meter.join(map(self.read, parts))

    def concat(self, parts: Iterable[str]) -> str:
        """Joins the parts of macros and blocks, marks included."""
        return self.meter.join(parts)

    def template_text(self, parts: Iterable[str]) -> TemplateText:
        """Joins the parts that ``{% set name %}`` encloses."""
        return TemplateText(self.meter.join(parts))

    def literal(self, text: str) -> TemplateText:
        """Returns a string literal of the template as template text."""
        return TemplateText(text)

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        # A TokenStream reads its first token at once, so paying and checking come before it.
        pieces = self.lexer.tokeniter(self.preprocess(source, name, filename), name, filename, state)
        if self.source is not None:
            pieces = with_lines(pieces, self.source)
        return TokenStream(self.meter.tokens(self.lexer.wrap(pieces, name, filename)), name, filename)


def make_environment(lang: str = "en", meter: Meter | None = None, claims: Claims | None = None) -> Environment:
    """Returns the environment of one deck in a language: what `allowed` lists, and a meter and claims, which files that
    it includes share."""
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
    environment.placed = []
    environment.claims = Claims() if claims is None else claims
    environment.meter = meter = meter or Meter()
    environment.filters = cast(dict[str, Any], filters(meter, environment.read, lang))
    environment.tests = cast(dict[str, Any], tests(meter, environment.read))
    environment.globals = {
        "range": safe_range,
        "dict": meter.mapping,
        "namespace": meter.namespace,
        **{unit: BYTES_PER_UNIT[unit] for unit in ("GiB", "MiB", "GB", "MB")},
    }
    return environment
