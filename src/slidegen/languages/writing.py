"""How a text is written: its language and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from slidegen.languages.direction import Direction, direction

DIRECTIONS: Final[Mapping[str, Direction]] = {"ltr": "ltr", "rtl": "rtl"}


@dataclass(frozen=True, slots=True)
class Writing:
    """The language of a text and the direction in which it runs."""

    lang: str = "en"
    direction: Direction = "ltr"

    def within(self, attributes: Mapping[str, str]) -> Writing:
        """Returns how a part with these attributes of HTML is written."""
        lang, own = attributes.get("lang"), attributes.get("dir")
        if not lang and own is None:
            return self
        chosen = DIRECTIONS.get(own or "", direction(lang) if lang else self.direction)
        return Writing(lang or self.lang, chosen)


ENGLISH: Final = Writing()
