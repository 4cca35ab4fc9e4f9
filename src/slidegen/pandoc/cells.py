"""Quarto's code cells: ```` ```{python} ```` with options in lines ``#| key: value``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

HEAD: Final = re.compile(r"\s*\{(?P<engine>[A-Za-z][\w-]*)(?:[\s,]+(?P<options>[^{}]*))?\}\s*$")
OPTION: Final = re.compile(r"[ \t]*(?:#|//|--|%%|%)\|[ \t]*(?:(?P<key>[\w.-]+)[ \t]*:[ \t]*(?P<value>.*))?")
KNITR: Final = re.compile(r"(?P<key>[\w.]+)\s*=\s*(?P<value>\"[^\"]*\"|'[^']*'|[^,]+)")
OFF: Final = frozenset({"false", "FALSE", "F", "no"})


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: the language, the code without its options, and those."""

    language: str
    code: str
    options: Mapping[str, str]


def read_cell(info: str, content: str) -> Cell | None:
    """The cell that a fence is; None if it is no cell."""
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
    return Cell("text" if language in ("ojs", "mermaid", "dot") else language, "\n".join(lines[at:]), options)


def is_hidden(info: str, content: str, given: Mapping[str, Any]) -> bool:
    """Whether the code of a cell is not to be shown; `given` is the front matter, which may say so of all."""
    cell = read_cell(info, content)
    if cell is None:
        return False
    execute = given.get("execute")
    default = "false" if isinstance(execute, dict) and execute.get("echo") is False else "true"
    return cell.options.get("echo", default) in OFF or cell.options.get("include", "true") in OFF
