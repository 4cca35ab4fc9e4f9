"""The Python code that Jinja makes of a template: it pays for its work, and keeps template text apart from data."""

from __future__ import annotations

from typing import Any, Final, cast

from jinja2 import nodes
from jinja2.compiler import Frame

from slidegen.resolve.compiling import PayingGenerator

CLAIMING: Final = frozenset({"claim", "table", "chart"})
"""The functions that make claims. A name, the first argument of the last two, has no comparisons."""


class Generator(PayingGenerator):
    """Compiles set blocks and string literals as template text, and the result of call and filter blocks as a value.

    The condition of a claim gives a judgment. Claims have the place of the call that makes them.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._claimed = set()

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        if isinstance(node.node, nodes.Name) and node.node.name in CLAIMING and node.args:
            self._claim(node)
        super().visit_Call(node, frame, forward_caller=forward_caller)

    def _claim(self, node: nodes.Call) -> None:
        """Marks the comparisons in the condition of a claim, and adds the place of the call."""
        stack: list[nodes.Node] = [node.args[0]]
        while stack:
            part = stack.pop()
            if isinstance(part, (nodes.And, nodes.Or, nodes.Not)):
                stack += part.iter_child_nodes()
            if isinstance(part, (nodes.And, nodes.Or, nodes.Not, nodes.Compare)):
                self._claimed.add(part)
        text = cast(Any, self.environment).source
        place = [nodes.Const(None), nodes.Const(0)]
        if text is not None:
            place = [nodes.Const(text.path), nodes.Const(text.line_of(node.lineno - 1))]
        keep = nodes.EnvironmentAttribute("claimed")
        node.args[0] = nodes.Call(keep, [*place, node.args[0]], [], None, None)
        node.args[0].set_lineno(node.lineno).set_environment(self.environment)

    def visit_Const(self, node: nodes.Const, frame: Frame) -> None:
        if not isinstance(node.value, str):
            super().visit_Const(node, frame)
            return
        self.write("environment.literal(")
        super().visit_Const(node, frame)
        self.write(")")

    def visit_AssignBlock(self, node: nodes.AssignBlock, frame: Frame) -> None:
        self.push_assign_tracking()
        block = frame.inner()
        block.require_output_check = False
        block.symbols.analyze_node(node)
        self.enter_frame(block)
        self.buffer(block)
        self.blockvisit(node.body, block)
        self.newline(node)
        self.visit(node.target, frame)
        if node.filter is None:
            self.write(f" = environment.template_text({block.buffer})")
        else:
            self.write(" = (")
            self.visit_Filter(node.filter, block)
            self.write(")")
        self.pop_assign_tracking(frame)
        self.leave_frame(block)

    def visit_FilterBlock(self, node: nodes.FilterBlock, frame: Frame) -> None:
        inner = frame.inner()
        inner.symbols.analyze_node(node)
        self.enter_frame(inner)
        self.buffer(inner)
        self.blockvisit(node.body, inner)
        self.start_write(frame, node)
        self.write("environment.finalize(")
        self.visit_Filter(node.filter, inner)
        self.write(")")
        self.end_write(frame)
        self.leave_frame(inner)

    def visit_CallBlock(self, node: nodes.CallBlock, frame: Frame) -> None:
        call_frame, reference = self.macro_body(node, frame)
        self.writeline("caller = ")
        self.macro_def(reference, call_frame)
        self.start_write(frame, node)
        self.write("environment.finalize(")
        self.visit_Call(node.call, frame, forward_caller=True)
        self.write(")")
        self.end_write(frame)
