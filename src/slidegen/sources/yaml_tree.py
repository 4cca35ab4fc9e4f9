"""YAML with line numbers: plain values, and where each of them stands in the file."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import yaml

from slidegen.errors import DeckError, Problem

Path = tuple[str | int, ...]

MAX_NODES = 500_000
"""Values a deck may hold once its aliases are expanded; what a "billion laughs" file runs into."""


@dataclass(slots=True)
class YamlTree:
    """A YAML document: `value` in plain Python; `lines` of every key and item, `text_lines` of every string's text."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    text_lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line (from 1) of `path`, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse_yaml(text: str, name: str) -> YamlTree:
    """Reads one YAML document with safe types only.

    Raises:
        DeckError: broken YAML, a duplicate key, an alias that contains itself, or too many values.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        node = loader.get_single_node()
    except yaml.YAMLError as error:
        raise DeckError([_problem(error, name)]) from None
    except RecursionError:
        raise DeckError([Problem("YAML is nested too deeply", name)]) from None
    finally:
        loader.dispose()
    reader = _Reader(name)
    if node is not None:
        try:
            reader.tree.value = reader.read(node, ())
        except RecursionError:
            raise DeckError([Problem("YAML is nested too deeply", name)]) from None
    if reader.problems:
        raise DeckError(reader.problems)
    return reader.tree


def _problem(error: yaml.YAMLError, name: str) -> Problem:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        what = " ".join(filter(None, (error.context, error.problem)))
        return Problem(f"not valid YAML: {what}", name, mark.line + 1 if mark else None)
    return Problem(f"not valid YAML: {str(error).splitlines()[0]}", name)


class _Reader:
    """Turns nodes into values; one use."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.tree = YamlTree()
        self.problems: list[Problem] = []
        self._constructor = yaml.constructor.SafeConstructor()
        self._count = 0
        self._open: set[int] = set()

    def read(self, node: yaml.Node, path: Path) -> Any:
        self._count += 1
        if self._count > MAX_NODES:
            raise DeckError([Problem(f"more than {MAX_NODES} values after its aliases are expanded", self.name)])
        if id(node) in self._open:
            raise DeckError([Problem("an alias contains itself", self.name, node.start_mark.line + 1)])
        self.tree.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        self._open.add(id(node))
        value = self._mapping(node, path) if isinstance(node, yaml.MappingNode) else self._sequence(node, path)
        self._open.discard(id(node))
        return value

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> Any:
        line = node.start_mark.line + 1
        self.tree.text_lines[path] = line + 1 if node.style in ("|", ">") else line
        try:
            return self._constructor.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            what = getattr(error, "problem", None) or str(error)
            self.problems.append(Problem(f"not valid YAML: {what}", self.name, line))
            return None

    def _sequence(self, node: yaml.Node, path: Path) -> list[Any]:
        return [self.read(child, (*path, index)) for index, child in enumerate(node.value)]

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[Any, Any]:
        merged: dict[Any, Any] = {}
        own: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if key_node.tag == "tag:yaml.org,2002:merge":
                below = self.read(value_node, path)
                for part in below if isinstance(below, list) else [below]:
                    if isinstance(part, dict):
                        merged = {**part, **merged}
                continue
            key = self._scalar(key_node, path) if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, Hashable) or key is None:
                self.problems.append(Problem("a key must be a plain word", self.name, line))
                continue
            if key in own:
                self.problems.append(Problem(f"key {key!r} is given twice", self.name, line))
            self.tree.lines[*path, key] = line
            own[key] = self.read(value_node, (*path, key))
        return {**merged, **own}
