"""The Python code that Jinja makes of a template: it pays for its work, and keeps template text apart from data."""

from __future__ import annotations

from jinja2 import nodes
from jinja2.compiler import Frame

from slidegen.resolve.compiling import PayingGenerator


class Generator(PayingGenerator):
    """Compiles set blocks and string literals as template text, and the result of call and filter blocks as a value."""

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
