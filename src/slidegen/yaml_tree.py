"""YAML with places: plain values, and the line and column of each in the file."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any, Protocol

import yaml

from slidegen.codes import Code
from slidegen.errors import DeckError, KeyPath, Problem
from slidegen.marks import NO_TEXT

BASE_60 = re.compile(r"[-+]?\d+(:[0-5]?\d)+(\.\d*)?")
"""Text that YAML 1.1 reads as a number of base 60: people who write ``16:9`` do not mean 969."""

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TIMESTAMP = "tag:yaml.org,2002:timestamp"
MAP, SEQUENCE = "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"

MAX_NODES = 500_000
"""The most values of a deck after its aliases are expanded, which stops a "billion laughs" file."""

MAX_DEPTH = 100
"""The deepest nesting of lists and mappings. libyaml's composer would overflow the stack at some ten thousand."""

QUOTE = "put a value that has any of [ ] { } , in quotes"

MAX_BITS = 10_000
"""The most bits of a whole number: Python prints none of more than 4300 digits."""


@dataclass(slots=True)
class YamlTree:
    """A YAML document: its `value` in plain Python, `lines` and `columns` of all keys and items, `text_lines` of all
    strings. `text_ends` has the last line of those that stand on fewer lines than they have, by "\\n" in quotes."""

    value: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    text_lines: dict[KeyPath, int] = field(default_factory=dict)
    columns: dict[KeyPath, int] = field(default_factory=dict)
    text_ends: dict[KeyPath, int] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int:
        """Returns the line (from 1) of `path`, or of the nearest key or item around it."""
        return self.place(path)[0]

    def place(self, path: KeyPath) -> tuple[int, int | None]:
        """Returns the same line, and the column (from 1) in which the key or item begins."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1), self.columns.get(path)

    def below(self, path: KeyPath) -> dict[KeyPath, int]:
        """Returns the lines of all keys and items inside `path`, by the rest of their paths; of a string, the line of
        its text."""
        depth = len(path)
        lines = self.lines | self.text_lines
        return {inner[depth:]: line for inner, line in lines.items() if len(inner) > depth and inner[:depth] == path}

    def at(self, path: KeyPath) -> Any:
        """Returns the value at `path`."""
        value = self.value
        for part in path:
            value = value[part]
        return value


def parse_yaml(text: str, name: str) -> YamlTree:
    """Reads one YAML document with safe types only.

    Raises:
        DeckError: broken YAML, a duplicate key, an alias that contains itself, or too many values.
    """
    try:
        _check_depth(text, name)
        loader = LOADER(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise DeckError([_problem(error, name)]) from None
    reader = _Reader(name)
    if node is not None:
        reader.tree.value = reader.read(node, ())
    if reader.problems:
        raise DeckError(reader.problems)
    return reader.tree


class Mark(Protocol):
    """A place in a YAML document: its line and column, both from 0."""

    line: int
    column: int


def _check_depth(text: str, name: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise DeckError([_too_deep(name, event.start_mark)])


def _at(mark: Mark | None, name: str, message: str, code: Code) -> Problem:
    place = (None, None) if mark is None else (mark.line + 1, mark.column + 1)
    return Problem(message, name, *place, code=code)


def _too_deep(name: str, mark: Mark | None) -> Problem:
    return _at(mark, name, f"YAML is nested more than {MAX_DEPTH} deep", "limit")


def _problem(error: yaml.YAMLError, name: str) -> Problem:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        what = " ".join(filter(None, (error.context, error.problem)))
        # The usual cause is an expression such as `models[0]` among the braces of a mapping.
        hint = (
            f"; {QUOTE}" if what.startswith(("while parsing a flow mapping", "while parsing a flow sequence")) else ""
        )
        return _at(mark, name, f"not valid YAML: {what}{hint}", "yaml-syntax")
    return Problem(f"not valid YAML: {str(error).splitlines()[0]}", name, code="yaml-syntax")


class _Reader:
    """Turns the nodes of one document into values."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.tree = YamlTree()
        self.problems: list[Problem] = []
        self._constructor = yaml.constructor.SafeConstructor()
        self._count = 0
        self._open: set[int] = set()

    def read(self, node: yaml.Node, path: KeyPath) -> Any:
        self._add(1, node)
        if id(node) in self._open:
            raise DeckError([_at(node.start_mark, self.name, "an alias contains itself", "yaml-syntax")])
        if len(self._open) > MAX_DEPTH:
            raise DeckError([_too_deep(self.name, node.start_mark)])
        self.tree.lines.setdefault(path, node.start_mark.line + 1)
        self.tree.columns.setdefault(path, node.start_mark.column + 1)
        if isinstance(node, yaml.ScalarNode):
            first = self.tree.text_lines[path] = node.start_mark.line + (2 if node.style in ("|", ">") else 1)
            if node.style == '"' and first + node.value.count("\n") > node.end_mark.line + 1:
                self.tree.text_ends[path] = node.end_mark.line + 1
            return self._scalar(node)
        if node.tag not in (MAP, SEQUENCE):
            self._wrong(f"a tag {node.tag} is not allowed on a list or a mapping", node)
        self._open.add(id(node))
        value = self._mapping(node, path) if isinstance(node, yaml.MappingNode) else self._sequence(node, path)
        self._open.discard(id(node))
        return value

    def _add(self, values: int, node: yaml.Node) -> None:
        self._count += values
        if self._count > MAX_NODES:
            what = f"more than {MAX_NODES} values after its aliases are expanded"
            raise DeckError([_at(node.start_mark, self.name, what, "limit")])

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        if not node.style and BASE_60.fullmatch(node.value):
            return node.value
        forbidden = NO_TEXT.search(node.value)
        if forbidden:
            self._wrong(f"holds the character U+{ord(forbidden[0]):04X}, which is not text", node, "not-text")
            return None
        try:
            value = self._constructor.construct_object(node)
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            if node.tag == TIMESTAMP and not node.style and isinstance(error, ValueError):
                return node.value  # an impossible date stays text
            self._wrong(f"not valid YAML: {getattr(error, 'problem', None) or error}", node)
            return None
        except (LookupError, AttributeError):  # PyYAML does not check the text of an explicit tag
            kind = node.tag.removeprefix("tag:yaml.org,2002:")
            self._wrong(f"not valid YAML: {node.value[:80]!r} does not match the tag {kind}", node)
            return None
        if isinstance(value, int) and value.bit_length() > MAX_BITS:
            self._wrong("a whole number of so many digits cannot be shown; put it in quotes", node, "limit")
            return None
        if isinstance(value, float) and math.isinf(value) and "inf" not in node.value.lower():
            self._wrong(f"{node.value[:30]} is too large a number", node, "limit")
        return value

    def _wrong(self, what: str, node: yaml.Node, code: Code = "yaml-syntax") -> None:
        self.problems.append(_at(node.start_mark, self.name, what, code))

    def _sequence(self, node: yaml.Node, path: KeyPath) -> list[Any]:
        return [self.read(child, (*path, index)) for index, child in enumerate(node.value)]

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[Any, Any]:
        merged: dict[Any, Any] = {}
        own: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                below = self.read(value_node, path)
                for part in below if isinstance(below, list) else [below]:
                    if isinstance(part, dict):
                        # Copies count as well: mappings merged into one another grow each time.
                        self._add(len(part), value_node)
                        for name, value in part.items():
                            merged.setdefault(name, value)
                    else:
                        self._wrong("<< takes a mapping or a list of mappings", key_node)
                continue
            key: Any = self._scalar(key_node) if isinstance(key_node, yaml.ScalarNode) else None
            if key is None:
                braces = isinstance(key_node, yaml.MappingNode)
                self._wrong(f"a key must be a plain word{'; put {{ ... }} in quotes' if braces else ''}", key_node)
                continue
            if key in own:
                self._wrong(f"key {key!r} is given twice", key_node, "duplicate-key")
            self.tree.lines[*path, key] = key_node.start_mark.line + 1
            self.tree.columns[*path, key] = key_node.start_mark.column + 1
            own[key] = self.read(value_node, (*path, key))
        return {**merged, **own}
