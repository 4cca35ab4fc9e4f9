"""The settings of an org file: its keywords, and the options of `#+OPTIONS`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from slidegen.sources.translation import Line

KEYWORD: Final = re.compile(r"[ \t]*#\+(?P<key>[^\s:\[]+)(?:\[[^\]]*\])?:[ \t]*(?P<value>.*)$")
"""A line `#+KEY: value`."""
OPTION: Final = re.compile(r"(?<!\S)(?P<name>[^\s:]+|:):(?P<value>\((?:[^()]|\([^()]*\))*\)|\"[^\"]*\"|\S*)")
SPACE: Final = frozenset({"TITLE", "AUTHOR", "DATE", "EMAIL", "SUBTITLE", "DESCRIPTION", "OPTIONS"})
"""Keywords whose values in several lines are one text."""
ALL: Final = frozenset(
    {
        "REVEAL_TITLE_SLIDE",
        "REVEAL_EXTRA_CSS",
        "REVEAL_INIT_OPTIONS",
        "REVEAL_EXTRA_OPTIONS",
        "SLIDEGEN",
        "MACRO",
        "LINK",
    }
    | {"TODO", "SEQ_TODO", "TYP_TODO", "EXCLUDE_TAGS", "SELECT_TAGS"}
)
"""Keywords each of whose lines counts."""
TRUE: Final = "t"
NIL: Final = "nil"


@dataclass(frozen=True, slots=True)
class Settings:
    """The keywords of a file, each with its lines, and its options by name; `numbers` are the lines of these."""

    keywords: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)

    def get(self, key: str) -> str | None:
        """The value of a keyword: its lines as one text, or its last one; None if it is not there."""
        lines = self.keywords.get(key)
        if not lines:
            return None
        if key in SPACE:
            return " ".join(line.text for line in lines).strip()
        return "\n".join(line.text for line in lines) if key in ALL else lines[-1].text

    def number(self, key: str) -> int:
        """The line of a keyword."""
        lines = self.keywords.get(key)
        return lines[0].number if lines else 1

    def words(self, key: str) -> list[str]:
        """The words of a keyword."""
        return (self.get(key) or "").split()

    def on(self, name: str, default: bool) -> bool:
        """Whether an option is on."""
        value = self.options.get(name)
        return default if value is None else value not in (NIL, "")

    def whole(self, name: str, default: int) -> int:
        """An option that is a number; `default` for t, 0 for nil."""
        value = self.options.get(name, TRUE)
        if value.isdigit():
            return int(value)
        return 0 if value == NIL else default


def read_settings(found: Iterable[tuple[str, Line]]) -> Settings:
    """The settings of the keywords of a file, each with its line."""
    keywords: dict[str, list[Line]] = {}
    for key, line in found:
        keywords.setdefault(key, []).append(line)
    options: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for line in keywords.get("OPTIONS", ()):
        for option in OPTION.finditer(line.text):
            options[option["name"]] = option["value"].strip('"')
            numbers[option["name"]] = line.number
    return Settings({key: tuple(lines) for key, lines in keywords.items()}, options, numbers)
