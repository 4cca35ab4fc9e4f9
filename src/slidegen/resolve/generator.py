"""The code that Jinja makes of a template here: it pays for its work, and keeps the template's own words from data."""

from __future__ import annotations

from typing import cast

from jinja2 import Environment, nodes
from jinja2.compiler import Frame

from slidegen.resolve.compiling import PayingGenerator


class Generator(PayingGenerator):
    """Compiles set blocks as the template's own words, and what calls and filters around a block give as a value."""

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


def keep_literals(template: nodes.Template, environment: Environment) -> None:
    """Makes a text that is written out the template's own: as what an expression shows, ``{{ "**yes**" if x }}``, in
    what ``{% set %}`` names, and in what ``{% for %}`` goes through. Added to another text, it becomes data."""
    for output in template.find_all(nodes.Output):
        output.nodes = [_kept(node, environment) for node in output.nodes]
    for named in template.find_all(nodes.Assign):
        named.node = _kept(cast(nodes.Expr, named.node), environment)
    for loop in template.find_all(nodes.For):
        loop.iter = _kept(cast(nodes.Expr, loop.iter), environment)


def _kept(node: nodes.Expr, environment: Environment) -> nodes.Expr:
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and not isinstance(node, nodes.TemplateData):
        data = nodes.TemplateData(node.value)
        call = nodes.Call(nodes.EnvironmentAttribute("own_words"), [data], [], None, None)
        call.set_lineno(node.lineno)
        call.set_environment(environment)
        return call
    if isinstance(node, nodes.CondExpr):
        node.expr1 = _kept(node.expr1, environment)
        node.expr2 = None if node.expr2 is None else _kept(node.expr2, environment)
    elif isinstance(node, nodes.Or | nodes.And):
        node.left, node.right = _kept(node.left, environment), _kept(node.right, environment)
    elif isinstance(node, nodes.List | nodes.Tuple):
        node.items = [_kept(item, environment) for item in node.items]
    elif isinstance(node, nodes.Dict):
        for pair in node.items:
            pair.value = _kept(pair.value, environment)
    return node
