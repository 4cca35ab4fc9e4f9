"""Which lines of a file a code block shows: all, some by number, a function or class by name, or a marked region."""

from __future__ import annotations

import ast
import platform
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from slidegen.codes import Code
from slidegen.errors import nearest

CHOICES: Final = ("lines", "symbol", "region")
"""The ways to choose a part of a file, of which a code block has one at most."""
LINES: Final = re.compile(r"\s*(?P<first>\d{1,7})\s*(?P<dash>-\s*(?P<last>\d{1,7})?)?\s*")
REGION: Final = re.compile(
    r"[ \t]*(?:#|//|--|%|;|/\*|<!--|\(\*|\")?[ \t]*#?[ \t]*(?P<kind>end ?region|region)\b(?P<name>.*)"
)
"""A line that begins or ends a region, as VS Code folds it: ``# region name``, ``// #endregion``."""
VERSION: Final = ".".join(platform.python_version_tuple()[:2])
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class SnippetError(Exception):
    """The part of a file that a code block names is not there."""

    def __init__(self, message: str, *, code: Code = "code-block") -> None:
        self.code: Final = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Selection:
    """A part of a file without its common indentation, and the number of its first line (from 1)."""

    code: str
    first: int


@dataclass(frozen=True)
class CodeFile:
    """A file of code, and its name in messages. It is split and parsed once, however many blocks show parts of it."""

    text: str
    name: str

    @cached_property
    def rows(self) -> Sequence[str]:
        """Its lines."""
        return self.text.removesuffix("\n").split("\n")

    @cached_property
    def definitions(self) -> Mapping[str, tuple[tuple[int, int], ...]]:
        """The first and the last line of each function, class and method of a Python file by its qualified name.

        Raises:
            SnippetError: it cannot be read as Python.
        """
        try:
            return _definitions(ast.parse(self.text))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            why = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else "it is too deeply nested"
            raise SnippetError(
                f"{self.name!r} cannot be read as Python {VERSION}: {why}; use lines or region"
            ) from None

    @cached_property
    def regions(self) -> Sequence[tuple[str, int, int]]:
        """The name of each region, and its first and last line."""
        return tuple(_regions(self.rows))


def select(file: CodeFile, given: Mapping[str, str]) -> Selection:
    """Returns the part of a file that the keys `lines`, `symbol` or `region` name; all of it without them.

    `starts` is text that the first line must hold, so that lines that have moved are noticed.

    Raises:
        SnippetError: there is no such part, or more than one.
    """
    rows, name = file.rows, file.name
    chosen = [key for key in CHOICES if key in given]
    if len(chosen) > 1:
        raise SnippetError(f"{' and '.join(chosen)} both choose a part of {name!r}; leave one of them out")
    first, last = 1, len(rows)
    if "lines" in given:
        first, last = _lines(given["lines"], rows, name)
    elif "symbol" in given:
        first, last = _symbol(given["symbol"], file)
    elif "region" in given:
        first, last = _region(given["region"], file)
    if "starts" in given:
        _check_start(given["starts"], rows, first, last, name)
    part = rows[first - 1 : last]
    if "region" in given:
        part = [row for row in part if not REGION.match(row)]
    return Selection(textwrap.dedent("\n".join(part)).rstrip("\n"), first)


def _lines(text: str, rows: Sequence[str], name: str) -> tuple[int, int]:
    found = LINES.fullmatch(text)
    if found is None:
        raise SnippetError(f"lines {text!r} cannot be read; write them as 10-24, 10- or 10")
    first = int(found["first"])
    last = int(found["last"]) if found["last"] else len(rows) if found["dash"] else first
    if not 1 <= first <= last:
        raise SnippetError(f"lines {text!r} are not a range; write the smaller number first, from 1")
    if max(first, last) > len(rows):
        raise SnippetError(f"lines {text} are shown, but {name!r} has {len(rows)}")
    return first, last


def _check_start(wanted: str, rows: Sequence[str], first: int, last: int, name: str) -> None:
    """Raises SnippetError if the first line does not hold `wanted`, and says where it is now."""
    if wanted in rows[first - 1]:
        return
    places = [number for number, row in enumerate(rows, start=1) if wanted in row]
    if len(places) == 1:
        moved = f'it is in line {places[0]}: lines="{places[0]}-{places[0] + last - first}"'
    else:
        moved = f"it is in lines {', '.join(map(str, places[:5]))}" if places else "no line of the file holds it"
    raise SnippetError(f"line {first} of {name!r} does not hold {wanted!r}; {moved}")


def _symbol(wanted: str, file: CodeFile) -> tuple[int, int]:
    """Returns the lines of a function, class or method ("Trainer.step") with its decorators."""
    name = file.name
    if not name.endswith((".py", ".pyi")):
        raise SnippetError(f"symbol is for Python files, which {name!r} is not; use lines or region")
    places = file.definitions.get(wanted, ())
    if not places:
        raise SnippetError(f"no function or class {wanted!r} in {name!r}; {nearest(wanted, file.definitions)}")
    if len(places) > 1:
        lines = ", ".join(str(first) for first, _ in places)
        raise SnippetError(f"{name!r} defines {wanted!r} in lines {lines}; choose by lines or region")
    return places[0]


def _definitions(tree: ast.Module) -> dict[str, tuple[tuple[int, int], ...]]:
    """Returns the first and the last line of each definition by its qualified name, without those in functions."""
    found: dict[str, tuple[tuple[int, int], ...]] = {}
    waiting: list[tuple[str, ast.AST]] = [("", tree)]
    while waiting:
        prefix, parent = waiting.pop()
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, Definition):
                qualified = prefix + node.name
                first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
                found[qualified] = (*found.get(qualified, ()), (first, node.end_lineno or node.lineno))
            if isinstance(node, ast.ClassDef):
                waiting.append((f"{prefix}{node.name}.", node))
            elif isinstance(node, (ast.If, ast.Try, ast.With, ast.ExceptHandler)):
                waiting.append((prefix, node))
    return {name: tuple(sorted(places)) for name, places in found.items()}


def _region(wanted: str, file: CodeFile) -> tuple[int, int]:
    name = file.name
    places = [(first, last) for named, first, last in file.regions if named == wanted]
    if not places:
        known = {named for named, *_ in file.regions}
        raise SnippetError(f"no region {wanted!r} in {name!r}; {nearest(wanted, known)}")
    if len(places) > 1:
        lines = ", ".join(str(first - 1) for first, _ in places)
        raise SnippetError(f"{name!r} has regions {wanted!r} in lines {lines}; give them names of their own")
    first, last = places[0]
    if last == 0:
        raise SnippetError(
            f"the region {wanted!r} in line {first - 1} of {name!r} has no end; write endregion below it"
        )
    if last < first:
        raise SnippetError(f"the region {wanted!r} of {name!r} is empty")
    return first, last


def _regions(rows: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Yields the name of each region and the lines between its marks; 0 for the last line of one left open."""
    opened: list[tuple[str, int]] = []
    for number, row in enumerate(rows, start=1):
        mark = REGION.match(row)
        if mark is None:
            continue
        if mark["kind"] == "region":
            opened.append((re.sub(r"\s*(\*/|-->|\*\))\s*$", "", mark["name"]).strip(), number + 1))
        elif opened:
            yield (*opened.pop(), number - 1)
    for named, first in opened:
        yield named, first, 0
