"""Quarto's code cells: ```` ```{python} ```` with options in lines ``#| key: value``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

HEAD: Final = re.compile(r"\s*\{(?P<engine>[A-Za-z][\w-]*)(?:[\s,]+(?P<options>[^{}]*))?\}\s*$")
OPTION: Final = re.compile(r"[ \t]*(?:#|//|--|%%|%)\|[ \t]*(?:(?P<key>[\w.-]+)[ \t]*:[ \t]*(?P<value>.*))?")
KNITR: Final = re.compile(r"(?P<key>[\w.]+)\s*=\s*(?P<value>\"[^\"]*\"|'[^']*'|[^,]+)")
DRAWN: Final = frozenset({"mermaid", "dot"})
"""Languages of diagrams."""
OFF: Final = frozenset({"false", "FALSE", "F", "no"})


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell: its language, its code without the options, and its options."""

    language: str
    code: str
    options: Mapping[str, str]


def read_cell(info: str, content: str) -> Cell | None:
    """Returns the code cell of a fence; None if the fence is not a cell."""
    head = HEAD.match(info)
    if head is None:
        return None
    options = {match["key"]: match["value"].strip().strip("\"'") for match in KNITR.finditer(head["options"] or "")}
    lines = content.split("\n")
    at = 0
    for at, line in enumerate(lines):  # noqa: B007 - the line after the options
        match = OPTION.fullmatch(line)
        if match is None:
            break
        if match["key"]:
            options[match["key"]] = match["value"].strip().strip("\"'")
    language = head["engine"].lower()
    return Cell("text" if language in ("ojs", *DRAWN) else language, "\n".join(lines[at:]), options)


def is_hidden(info: str, content: str, given: Mapping[str, Any]) -> bool:
    """Returns whether the code of a cell is hidden, by its own options or by the front matter `given`."""
    cell = read_cell(info, content)
    if cell is None:
        return False
    execute = given.get("execute")
    default = "false" if isinstance(execute, dict) and execute.get("echo") is False else "true"
    if (head := HEAD.match(info)) is not None and head["engine"].lower() in DRAWN:
        default = "true"  # its drawing is no echo
        cell = replace(cell, options={key: value for key, value in cell.options.items() if key != "echo"})
    return cell.options.get("echo", default) in OFF or cell.options.get("include", "true") in OFF
