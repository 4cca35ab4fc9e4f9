"""The settings of single cells: tags, metadata, and Quarto's comments `#| key: value`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from slidegen.errors import DeckError
from slidegen.sources.notebook.format import Cell
from slidegen.yaml_tree import parse_yaml

COMMENT: Final = re.compile(r"(?P<sign>#|//|%|--|;)\| ?(?P<rest>.*)\n?")
"""A line of Quarto's options, in the languages that a kernel may have."""
OPENING: Final = re.compile(r"(?:[ \t]*\n)*")
FALSE: Final = ("false", "no", "none", "0")


@dataclass(frozen=True, slots=True)
class CellOptions:
    """What of a cell is on the slide. `source` is its text without Quarto's options, which begins in its row `row`;
    `folded` names what Jupyter has folded away, which is left out here."""

    source: str
    row: int = 0
    cell: bool = True
    input: bool = True
    output: bool = True
    stderr: bool = True
    as_is: bool = False
    folded: tuple[str, ...] = ()
    quarto: Mapping[str, Any] = field(default_factory=dict)

    def text(self, key: str) -> str | None:
        """An option of Quarto's as one line of text."""
        value = self.quarto.get(key)
        if isinstance(value, list):
            value = value[0] if value else None
        return " ".join(str(value).split()) if isinstance(value, (str, int, float)) else None


def cell_options(cell: Cell, echo: bool = True) -> CellOptions:
    """The options of a cell; `echo` is whether the notebook shows the code of cells that do not set it."""
    source, row, quarto = _quarto(cell)
    options = CellOptions(source, row, quarto=quarto)
    tags = cell.tags
    hidden = _folded(cell)
    if cell.kind != "code" or "echo" in quarto:
        echo = not _off(quarto, "echo")
    return replace(
        options,
        cell=not tags & {"remove-cell", "hide-cell"} and not _off(quarto, "include"),
        input=not (tags & {"remove-input", "hide-input"} or not echo or "input" in hidden or _hides(cell)),
        output=not (tags & {"remove-output", "hide-output"} or _off(quarto, "output") or "output" in hidden),
        stderr=not (tags & {"remove-stderr", "hide-stderr"} or _off(quarto, "warning")),
        as_is=quarto.get("output") == "asis",
        folded=hidden,
    )


def _folded(cell: Cell) -> tuple[str, ...]:
    """What of a code cell Jupyter has folded away."""
    if cell.kind != "code":
        return ()
    jupyter = cell.mapping("jupyter")
    closed = cell.metadata.get("collapsed") is True or jupyter.get("outputs_hidden") is True
    found = ["input"] if jupyter.get("source_hidden") is True else []
    return (*found, "output") if closed and cell.outputs else tuple(found)


def _hides(cell: Cell) -> bool:
    """Whether the metadata of an extension hides the input."""
    return cell.metadata.get("hide_input") is True or cell.metadata.get("hideCode") is True


def _off(options: Mapping[str, Any], key: str) -> bool:
    return key in options and str(options[key]).lower() in FALSE


def _quarto(cell: Cell) -> tuple[str, int, Mapping[str, Any]]:
    """The text of a cell without Quarto's options at its top, the row in which it begins, and the options."""
    if cell.kind != "code" or "| " not in cell.source:
        return cell.source, 0, {}
    blank = OPENING.match(cell.source)
    start = at = blank.end() if blank else 0
    rows: list[str] = []
    while (found := COMMENT.match(cell.source, at)) is not None:
        rows.append(found["rest"])
        at = found.end()
    if at == start:
        return cell.source, 0, {}
    try:
        value = parse_yaml("\n".join(rows), "").value
    except DeckError:
        value = None
    if not isinstance(value, dict):
        return cell.source, 0, {}
    rest = cell.source[at:]
    stripped = rest.lstrip("\n")
    row = cell.source.count("\n", 0, at) + len(rest) - len(stripped)
    return stripped, row, {str(key): one for key, one in value.items()}
