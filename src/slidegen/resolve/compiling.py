"""Compiles a text so that it pays for its work: for each block on entry, and for what the sandbox does not see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame

NODES_OF_A_STEP = 4
"""Nodes of an expression or statement (a name, a test, an operation) that one step pays for."""

_BLOCKS = ("body", "else_")
"""The fields of a statement that are blocks, and pay for themselves."""


OPERATORS: Final = {
    "eq": "==",
    "ne": "!=",
    "gt": ">",
    "gteq": ">=",
    "lt": "<",
    "lteq": "<=",
    "in": "in",
    "notin": "not in",
}
"""Jinja's names of the operators that compare."""


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


def _operands(node: nodes.BinExpr) -> list[nodes.Expr]:
    """Returns the operands of ``a and b and c``, which Jinja nests to the left."""
    found, left = [node.right], node.left
    while isinstance(left, type(node)):
        found.append(left.right)
        left = left.left
    return [left, *reversed(found)]


def _arithmetic(name: str) -> Callable[[PayingGenerator, nodes.BinExpr, Frame], None]:
    """Returns the visitor of an operator, which refuses ``a / b is about(2)``: Jinja tests b alone."""

    def visit(self: PayingGenerator, node: nodes.BinExpr, frame: Frame) -> None:
        if isinstance(node.right, nodes.Test) and node.right.name == "about":
            self.fail("what is about a number stands in parentheses: (a / b) is about(2.5)", node.lineno)
        getattr(super(PayingGenerator, self), name)(node, frame)

    return visit


class PayingGenerator(CodeGenerator):
    """Compiles a text so that its blocks, loops, joins, comparisons, slices, lists and mappings pay."""

    _claimed: set[nodes.Node]
    """The comparisons, and the operators that join them, that give judgments whatever they compare."""

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
        """Compiles ``a < b`` as a call that compares, and ``a < b < c`` as ``a < b and b < c`` with b computed once."""
        judged = node in self._claimed
        names = [self.temporary_identifier() for _ in node.ops[1:]]
        if not names:
            self._comparison(node.ops[0], partial(self._paid, self.visit, node.expr, frame), None, judged, frame)
            return
        lefts = [partial(self._paid, self.visit, node.expr, frame), *(partial(self.write, name) for name in names)]
        self._joined(
            "both",
            [
                partial(self._comparison, operand, left, name, judged, frame)
                for operand, left, name in zip(node.ops, lefts, [*names, None], strict=True)
            ],
        )

    def _comparison(
        self, operand: nodes.Operand, left: Callable[[], None], name: str | None, judged: bool, frame: Frame
    ) -> None:
        """Writes one comparison. Its right side gets a `name` if another comparison follows."""
        self.write(f"environment.compare({OPERATORS[operand.op]!r}, ")
        left()
        self.write(", " if name is None else f", ({name} := ")
        self._paid(self.visit, operand.expr, frame)
        self.write(f"{'' if name is None else ')'}{', True' if judged else ''})")

    def visit_And(self, node: nodes.BinExpr, frame: Frame) -> None:
        self._joined("both", [partial(self._operand, part, node, frame) for part in _operands(node)])

    def visit_Or(self, node: nodes.BinExpr, frame: Frame) -> None:
        self._joined("either", [partial(self._operand, part, node, frame) for part in _operands(node)])

    def visit_Not(self, node: nodes.UnaryExpr, frame: Frame) -> None:
        self.write("environment.negate(")
        self._operand(node.node, node, frame)
        self.write(")")

    def _operand(self, part: nodes.Expr, node: nodes.Expr, frame: Frame) -> None:
        if node in self._claimed:
            self.write("environment.truth(")
        self.visit(part, frame)
        if node in self._claimed:
            self.write(")")

    def _joined(self, function: str, parts: Sequence[Callable[[], None]]) -> None:
        """Writes operands of ``and`` or ``or``: one is computed only if those before it do not decide."""
        name = self.temporary_identifier()
        decides = "if not" if function == "both" else "if"
        self.write("(")
        for at, part in enumerate(parts):
            if at < len(parts) - 1:
                self.write(f"{name} {decides} ({name} := ")
            self.write(f"environment.{function}({name}, " if at else "")
            part()
            self.write(")" if at else "")
            if at < len(parts) - 1:
                self.write(") else ")
        self.write(")")

    visit_Add = _arithmetic("visit_Add")
    visit_Sub = _arithmetic("visit_Sub")
    visit_Mul = _arithmetic("visit_Mul")
    visit_Div = _arithmetic("visit_Div")
    visit_FloorDiv = _arithmetic("visit_FloorDiv")

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
