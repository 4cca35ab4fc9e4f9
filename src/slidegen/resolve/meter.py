"""What expanding one text may cost: a deck may come from a stranger, and must not fill the memory or run for hours.

Loop rounds, calls, filters, comparisons, lists and joined texts are paid for, by the size of what they work on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError

from slidegen.resolve.values import plain, shown

MAX_WORK = 1_000_000
"""Loop rounds, characters and list items that one text may work on."""

MAX_BITS = 4096
"""Of an integer: about 1,200 digits."""


class Meter:
    """Counts the work of one text."""

    def __init__(self) -> None:
        self.left = MAX_WORK

    def spend(self, work: int = 1) -> None:
        """Pays for work. Raises SecurityError when there is too much of it."""
        self.left -= work
        if self.left < 0:
            raise SecurityError(f"this is too much work for a slide's text, more than {MAX_WORK:,} steps")

    def operands(self, op: str, left: Any, right: Any) -> None:
        """Pays for an operation. Raises SecurityError for one that is not allowed, or whose result would be huge."""
        left, right = plain(left), plain(right)
        if op == "%" and isinstance(left, (str, bytes)):
            raise SecurityError("'%' on text is not allowed; use the filters")
        if op == "+":
            self.spend(size(left) + size(right))
        for text, times in ((left, right), (right, left)) if op == "*" else ():
            if isinstance(text, (str, bytes, list, tuple)) and isinstance(times, int):
                self.spend(len(text) * max(0, times))
        if isinstance(left, int) and isinstance(right, int):
            bits = left.bit_length() * abs(right) if op == "**" else left.bit_length() + right.bit_length()
            if op in ("*", "**") and bits > MAX_BITS:
                raise SecurityError("a number this large is not allowed")

    def join(self, values: Iterable[Any], separator: object = "") -> str:
        """Values as one text, paid by its length."""
        parts = []
        between = shown(separator)
        for value in values:
            parts.append(shown(value))
            self.spend(len(parts[-1]) + len(between) + 1)
        return between.join(parts)

    def replace(self, value: object, old: object, new: object, count: int | None = None) -> str:
        """`str.replace`, paid by the length of its result."""
        text, before, after = shown(value), shown(old), shown(new)
        self.spend(len(text) + text.count(before) * len(after))
        return text.replace(before, after, -1 if count is None else count)


def size(value: object) -> int:
    """The characters and items of a value, those inside it included; counting stops above MAX_WORK."""
    if not isinstance(value, (str, bytes, list, tuple, dict, range)):
        return 1
    total = 0
    stack: list[object] = [value]
    while stack and total <= MAX_WORK:
        item = stack.pop()
        total += 1
        if isinstance(item, (str, bytes, range)):
            total += len(item)
        elif isinstance(item, dict):
            stack += [*item, *item.values()]
        elif isinstance(item, (list, tuple)):
            stack += item
    return total


def pay_in_blocks(template: nodes.Template, environment: Environment) -> None:
    """Makes every round of a loop and every call of a macro pay. The rest pays in `PayingGenerator`."""
    blocks: list[nodes.For | nodes.Macro | nodes.CallBlock | nodes.Block] = [*template.find_all(nodes.For)]
    blocks += [*template.find_all(nodes.Macro), *template.find_all(nodes.CallBlock), *template.find_all(nodes.Block)]
    for block in blocks:
        call = nodes.Call(nodes.EnvironmentAttribute("spend"), [], [], None, None)
        statement = nodes.ExprStmt(call)
        statement.set_lineno(block.lineno)
        statement.set_environment(environment)
        block.body.insert(0, statement)


class PayingGenerator(CodeGenerator):
    """Compiles joins, comparisons and slices, and lists and mappings that are written out, so that they pay."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        self.write("environment.join((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")

    def visit_List(self, node: nodes.List, frame: Frame) -> None:
        self._paid(super().visit_List, node, frame)

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:
        self._paid(super().visit_Dict, node, frame)

    def visit_Tuple(self, node: nodes.Tuple, frame: Frame) -> None:
        if node.ctx == "load":
            self._paid(super().visit_Tuple, node, frame)
        else:
            super().visit_Tuple(node, frame)

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:
        self.write("(")
        self._paid(self.visit, node.expr, frame)
        for operand in node.ops:
            self.visit(operand, frame)
        self.write(")")

    def visit_Operand(self, node: nodes.Operand, frame: Frame) -> None:
        words = {
            "eq": "==",
            "ne": "!=",
            "gt": ">",
            "gteq": ">=",
            "lt": "<",
            "lteq": "<=",
            "in": "in",
            "notin": "not in",
        }
        self.write(f" {words[node.op]} ")
        self._paid(self.visit, node.expr, frame)

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:
        if not isinstance(node.arg, nodes.Slice):
            super().visit_Getitem(node, frame)
            return
        self._paid(self.visit, node.node, frame)
        self.write("[")
        self.visit(node.arg, frame)
        self.write("]")

    def _paid(self, visit: Callable[..., None], node: nodes.Node, frame: Frame) -> None:
        self.write("environment.pay(")
        visit(node, frame)
        self.write(")")
