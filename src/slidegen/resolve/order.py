"""Orders a deck's values and tables for computation: each comes after those that its expressions name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Literal, TypeGuard

from jinja2 import TemplateError, meta, nodes

from slidegen.resolve.environment import Environment, make_environment

Node = tuple[Literal["vars", "tables"], str]
"""A value under `vars:` or a table, with its name."""


def is_node(named: tuple[str, str | None]) -> TypeGuard[Node]:
    """Returns whether a declaration of a deck is a value or a table whose name is known."""
    return named[0] in ("vars", "tables") and named[1] is not None


def order(
    values: Mapping[str, Any], tables: Mapping[str, Any]
) -> tuple[list[Node], dict[Node, set[Node]], list[list[Node]]]:
    """Sorts values and tables so that each comes after those that it needs.

    `tables` maps each table to its parameters. Returns the sorted nodes, what each node needs, and the cycles. The
    sorted nodes leave out those in a cycle and those that need one.
    """
    named: dict[Node, Any] = {("vars", name): value for name, value in values.items()}
    named |= {("tables", name): parameters for name, parameters in tables.items()}
    environment = make_environment()
    needs = {node: _needs(value, named, environment) for node, value in named.items()}
    sortable = _sorted(needs)
    ready = set(sortable)
    return sortable, needs, list(_cycles(needs, [node for node in needs if node not in ready]))


def has_expression(value: Any) -> bool:
    """Returns whether a text, or any text inside a list or a mapping, holds a Jinja expression or statement."""
    return any("{{" in text or "{%" in text for text in _texts(value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(item)


def _needs(value: Any, known: Collection[Node], environment: Environment) -> set[Node]:
    found: set[Node] = set()
    for text in _texts(value):
        if not has_expression(text):
            continue
        try:
            template = environment.parse(text)
            names = meta.find_undeclared_variables(template)
        except (TemplateError, RecursionError, MemoryError, SyntaxError):
            continue  # its evaluation reports what is wrong
        found |= {("vars", name) for name in names}
        if "tables" in names:
            found |= _tables(template, known)
    return found.intersection(known)


def _tables(template: nodes.Template, known: Iterable[Node]) -> set[Node]:
    """Returns the tables that a text names; all tables if it uses `tables` in any other way."""
    named: set[Node] = set()
    uses = sum(node.name == "tables" for node in template.find_all(nodes.Name))
    for node in template.find_all((nodes.Getattr, nodes.Getitem)):
        owner = node.node if isinstance(node, (nodes.Getattr, nodes.Getitem)) else None
        if not isinstance(owner, nodes.Name) or owner.name != "tables":
            continue
        if isinstance(node, nodes.Getattr):
            named.add(("tables", node.attr))
        elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            named.add(("tables", str(node.arg.value)))
        else:
            continue
        uses -= 1
    return {node for node in known if node[0] == "tables"} if uses else named


def _sorted(needs: Mapping[Node, set[Node]]) -> list[Node]:
    """Returns the nodes whose needs can all be met, each after its needs, otherwise in their order."""
    waiting = {node: len(needed) for node, needed in needs.items()}
    users: dict[Node, list[Node]] = {}
    for node, needed in needs.items():
        for one in needed:
            users.setdefault(one, []).append(node)
    ready = [node for node, count in waiting.items() if not count]
    for node in ready:  # grows while it is read
        for user in users.get(node, ()):
            waiting[user] -= 1
            if not waiting[user]:
                ready.append(user)
    return ready


def _cycles(needs: Mapping[Node, set[Node]], left: list[Node]) -> Iterator[list[Node]]:
    """Yields the cycles among nodes of which each needs another one of them."""
    while left:
        path: list[Node] = []
        node = left[0]
        while node not in path:
            path.append(node)
            node = next(one for one in left if one in needs[node])
        yield path[path.index(node) :]
        blocked = set(path[path.index(node) :])
        while grown := {one for one in left if one not in blocked and needs[one] & blocked}:
            blocked |= grown
        left = [one for one in left if one not in blocked]
