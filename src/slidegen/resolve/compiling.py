"""Compiles a text so that it pays for its work: for each block on entry, and for what the sandbox does not see."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame

NODES_OF_A_STEP = 4
"""Nodes of an expression or statement (a name, a test, an operation) that one step pays for."""

_BLOCKS = ("body", "else_")
"""The fields of a statement that are blocks, and pay for themselves."""


def work(parts: Iterable[nodes.Node]) -> int:
    """Returns the steps of statements or expressions, without the blocks inside them and without the cost of data."""
    count = 0
    stack = [*parts]
    while stack:
        node = stack.pop()
        count += 1
        for field in node.fields:
            value = None if field in _BLOCKS else getattr(node, field, None)
            if isinstance(value, nodes.Node):
                stack.append(value)
            elif isinstance(value, list):
                stack += [item for item in value if isinstance(item, nodes.Node)]
    return 1 + count // NODES_OF_A_STEP


class PayingGenerator(CodeGenerator):
    """Compiles a text so that its blocks, loops, joins, comparisons, slices, lists and mappings pay."""

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        statements = [*nodes]
        self.writeline(f"environment.spend({work(statements)})", statements[0] if statements else None)
        super().blockvisit(statements, frame)

    def visit_For(self, node: nodes.For, frame: Frame) -> None:
        if node.test is not None:  # it is computed also for the items that it filters out
            price = nodes.Const(work([node.test]))
            call = nodes.Call(nodes.EnvironmentAttribute("afford"), [price], [], None, None)
            node.test = nodes.And(call, node.test)
            node.test.set_lineno(node.lineno).set_environment(self.environment)
        super().visit_For(node, frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        self.write("environment.join((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")

    def visit_List(self, node: nodes.List, frame: Frame) -> None:
        self._paid(super().visit_List, node, frame)

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:
        self.write("environment.pay({")
        for pair in node.items:
            self.write("environment.meter.key(")
            self.visit(pair.key, frame)
            self.write("): ")
            self.visit(pair.value, frame)
            self.write(", ")
        self.write("})")

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
        operators = {
            "eq": "==",
            "ne": "!=",
            "gt": ">",
            "gteq": ">=",
            "lt": "<",
            "lteq": "<=",
            "in": "in",
            "notin": "not in",
        }
        self.write(f" {operators[node.op]} ")
        self._paid(self.visit, node.expr, frame)

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:
        if not isinstance(node.arg, nodes.Slice):
            super().visit_Getitem(node, frame)
            return
        self._paid(self.visit, node.node, frame)
        self.write("[")
        self.visit(node.arg, frame)
        self.write("]")

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> str:
        """Computes nothing but template data at compile time: other work would not be paid for."""
        if not isinstance(node, nodes.TemplateData):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        super()._output_child_pre(node, frame, finalize)
        self.write("environment.pay(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        self.write(")")
        super()._output_child_post(node, frame, finalize)

    def _paid(self, visit: Callable[..., None], node: nodes.Node, frame: Frame) -> None:
        self.write("environment.data(")
        visit(node, frame)
        self.write(")")
