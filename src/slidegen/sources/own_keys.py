"""slidegen's own keys in a Markdown deck's front matter, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from slidegen.bibliography import Bibliography
from slidegen.build_options import OnFalse
from slidegen.errors import Problem
from slidegen.house_keys import House
from slidegen.languages.direction import Direction
from slidegen.model import Appendix, FigureDeclaration, OpensWith, TableDeclaration


@dataclass(frozen=True, slots=True)
class Head:
    """slidegen's own keys of a front matter. All its other keys are the dialect's, or unknown."""

    theme: str | None = None
    scheme: OpensWith | None = None
    format: str = "reveal"
    reveal: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    tables: tuple[TableDeclaration, ...] = ()
    figures: tuple[FigureDeclaration, ...] = ()
    lang: str = "en"
    dir: Direction | None = None
    hyphenate: bool = False
    date: str | None = None
    dialect: str | None = None
    slide_level: int | None = None
    minutes: float | None = None
    appendix: Appendix | None = None
    claims: OnFalse = "fail"
    bibliography: Bibliography = field(default_factory=Bibliography)
    house: House = field(default_factory=House)
    ignored: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    unusable: frozenset[tuple[str, str | None]] = frozenset()

    @property
    def templated(self) -> bool:
        """Whether the deck declares values, so that its text goes through Jinja."""
        return bool(self.variables or self.tables or self.figures or self.unusable)
