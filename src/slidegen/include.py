"""The place of slides of another file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from slidegen.errors import KeyPath


@dataclass(frozen=True, slots=True)
class Include:
    """Slides of another file, in line `line` of the file `path`. `slides` has their numbers as text ("2-5"), "" stands
    for all. `given` are values for the variables of that file, not expanded; `lines` has their lines. `when` are the
    conditions, each with its line, that all hold if the slides are there: with the values of the file `path`.
    """

    file: str
    path: str
    line: int
    slides: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[KeyPath, int] = field(default_factory=dict)
    when: tuple[tuple[str, int], ...] = ()

    def under(self, condition: str | None, line: int) -> Include:
        """The same slides under one more condition, if it is given."""
        return self if condition is None else replace(self, when=(*self.when, (condition, line)))
