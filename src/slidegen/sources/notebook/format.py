"""A notebook as nbformat describes it, read from its JSON: cells, their outputs, metadata. Nothing is executed.

nbformat itself is not used: importing it takes three times as long as a whole build takes to start, it brings six more
packages, and refuses files that Jupyter opens. What is needed of it is checked here, cell by cell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast

from slidegen.errors import DeckError, Problem
from slidegen.marks import NO_TEXT
from slidegen.sources.notebook.older import upgraded

Kind = Literal["markdown", "code", "raw"]
KINDS: Final = ("markdown", "code", "raw")
OUTPUTS: Final = ("stream", "display_data", "execute_result", "error")
NEWEST: Final = 4
OLDEST: Final = 3
JSON: Final = re.compile(r"application/(?:.*\+)?json")
"""Media types whose value may be anything that JSON has."""
SIGN: Final = "\ufffd"
"""Stands for characters that are no text."""


@dataclass(frozen=True, slots=True)
class Output:
    """An output of a cell: a `text` of the stream `name`, `data` by its media types, or an error's name, value and
    traceback, which are in `name`, `value` and `text`."""

    kind: str
    name: str = ""
    value: str = ""
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: `number` counts from 1; its source begins in the line `line` of the text that all cells make together,
    where `last` is the line under it, which stands for its outputs."""

    number: int
    kind: Kind
    source: str
    line: int
    metadata: Mapping[str, Any] = field(default_factory=dict)
    outputs: tuple[Output, ...] = ()
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """The line under the source."""
        return self.line + self.source.count("\n") + 1

    def mapping(self, key: str) -> Mapping[str, Any]:
        """The mapping in the metadata under a key; empty if there is none."""
        found = self.metadata.get(key)
        return found if isinstance(found, dict) else {}

    @property
    def tags(self) -> frozenset[str]:
        """The cell's tags, with hyphens: Jupyter Book and nbconvert write some of them with underscores."""
        found = self.metadata.get("tags")
        return frozenset(str(tag).replace("_", "-") for tag in found) if isinstance(found, list) else frozenset()


@dataclass(frozen=True, slots=True)
class Notebook:
    """The cells of a notebook and its metadata; `odd` are the lines with characters that cannot stand in text."""

    cells: tuple[Cell, ...]
    metadata: Mapping[str, Any]
    odd: tuple[int, ...] = ()

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines of the text in which cells begin, and the one after the last."""
        return (*(cell.line for cell in self.cells), self.cells[-1].last + 1)

    @property
    def text(self) -> str:
        """The sources of all cells, one below the other, each with an empty line under it."""
        return "".join(f"{cell.source}\n\n" for cell in self.cells)


class _WrongError(Exception):
    """What is wrong with a cell."""


def read_notebook(text: str, name: str) -> Notebook:
    """Reads the notebook in a JSON text. Older notebooks are upgraded to nbformat 4.

    Raises:
        DeckError: the JSON is broken or not a notebook; or with every cell that is malformed.
    """
    found = _document(text, name)
    metadata = found.get("metadata", {})
    cells: list[Cell] = []
    problems: list[Problem] = []
    odd: list[int] = []
    line = 1
    for number, given in enumerate(_cells(found, name), start=1):
        try:
            cell, clean = _cell(given, number, line)
        except _WrongError as error:
            problems.append(Problem(f"cell {number}: {error}", name, code="notebook-format"))
            continue
        odd += [] if clean else [line]
        line = cell.last + 1
        cells.append(cell)
    if problems:
        raise DeckError(problems)
    if not cells:
        raise DeckError([Problem("has no cells", name, code="empty-deck")])
    return Notebook(tuple(cells), metadata if isinstance(metadata, dict) else {}, tuple(odd))


def _document(text: str, name: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise DeckError(
            [
                Problem(
                    f"is not JSON, as a notebook must be: {error.msg}",
                    name,
                    error.lineno,
                    error.colno,
                    code="notebook-format",
                )
            ]
        ) from None
    except RecursionError:
        raise DeckError([Problem("its lists and mappings are nested too deeply", name, code="limit")]) from None
    except ValueError:
        raise DeckError([Problem("holds a number with too many digits", name, code="limit")]) from None
    if not isinstance(found, dict) or not isinstance(version := found.get("nbformat"), int):
        raise DeckError(
            [
                Problem(
                    "is not a notebook: a notebook is a mapping with the key 'nbformat'", name, code="notebook-format"
                )
            ]
        )
    if not OLDEST <= version <= NEWEST:
        message = f"is a notebook of nbformat {version}; allowed: {OLDEST} and {NEWEST}. Save it with a newer Jupyter"
        raise DeckError([Problem(message, name, code="notebook-format")])
    return upgraded(found) if version < NEWEST else found


def _cells(found: Mapping[str, Any], name: str) -> list[Any]:
    cells = found.get("cells")
    if not isinstance(cells, list):
        raise DeckError([Problem("is not a notebook: it does not have a list 'cells'", name, code="notebook-format")])
    return cells


def _cell(given: Any, number: int, line: int) -> tuple[Cell, bool]:
    """A cell, and whether all of its characters are text."""
    if not isinstance(given, dict):
        raise _WrongError("is not a mapping")
    kind = given.get("cell_type")
    if kind not in KINDS:
        raise _WrongError(f"cell_type is {_shown(kind)}; allowed: {', '.join(KINDS)}")
    clean = _Cleaner()
    source = clean(_text(given.get("source", ""), "source"))
    outputs = _list(given, "outputs") if kind == "code" else []
    attachments = {
        clean(file): {kind: clean(_text(data, f"attachment {file!r}")) for kind, data in _mapping(bundle, file).items()}
        for file, bundle in _mapping(given.get("attachments") or {}, "attachments").items()
    }
    cell = Cell(
        number=number,
        kind=cast(Kind, kind),
        source=source.replace("\r\n", "\n").replace("\r", "\n"),
        line=line,
        metadata=_mapping(given.get("metadata", {}), "metadata"),
        outputs=tuple(_output(one, at, clean) for at, one in enumerate(outputs, start=1)),
        attachments=attachments,
    )
    return cell, clean.found_none


class _Cleaner:
    """Replaces characters that cannot stand in text by a sign."""

    def __init__(self) -> None:
        self.found_none = True

    def __call__(self, text: str) -> str:
        if not NO_TEXT.search(text):
            return text
        self.found_none = False
        return NO_TEXT.sub(SIGN, text)


def _output(given: Any, number: int, clean: _Cleaner) -> Output:
    where = f"output {number}"
    found = _mapping(given, where)
    kind = found.get("output_type")
    if kind not in OUTPUTS:
        raise _WrongError(f"{where}: output_type is {_shown(kind)}; allowed: {', '.join(OUTPUTS)}")
    if kind == "stream":
        return Output(kind, name=str(found.get("name", "stdout")), text=clean(_text(found.get("text", ""), where)))
    if kind == "error":
        rows = found.get("traceback") or []
        text = "\n".join(rows if isinstance(rows, list) and all(isinstance(row, str) for row in rows) else [])
        return Output(kind, clean(str(found.get("ename", ""))), clean(str(found.get("evalue", ""))), clean(text))
    data = {}
    for media_type, value in _mapping(found.get("data", {}), where).items():
        data[media_type] = value if JSON.fullmatch(media_type) else clean(_text(value, f"{where}: {media_type}"))
    return Output(kind, data=data, metadata=_mapping(found.get("metadata", {}), where))


def _text(value: Any, what: str) -> str:
    """A text, which a notebook holds as one or as a list of its lines."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "".join(value)
    raise _WrongError(f"{what} is {_shown(value)}, no text")


def _mapping(value: Any, what: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise _WrongError(f"{what} is {_shown(value)}, no mapping")


def _list(given: Mapping[str, Any], key: str) -> list[Any]:
    value = given.get(key, [])
    if isinstance(value, list):
        return value
    raise _WrongError(f"{key} is {_shown(value)}, no list")


def _shown(value: Any) -> str:
    """A value of JSON in a message."""
    names = {dict: "a mapping", list: "a list", type(None): "missing"}
    if type(value) in names:
        return names[type(value)]
    shown = json.dumps(value, ensure_ascii=True)
    return shown if len(shown) <= 40 else f"{shown[:40]}..."
