"""The options of a deck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from slidegen.bibliography import Bibliography
from slidegen.build_options import OnFalse, OpensWith
from slidegen.house_keys import House
from slidegen.languages.direction import Direction, direction
from slidegen.languages.writing import Writing
from slidegen.settings_file import Setting

Appendix = Literal["provenance"]
"""What slides at the end are made of."""


@dataclass(frozen=True, slots=True)
class DeckOptions:
    """A deck's options. `size` is width and height in CSS pixels, `theme` a name, a folder or "auto",
    `scheme` what the page opens with (None leaves it to the theme), `minutes` how long the talk is planned to take,
    `appendix` what slides are added at the end, `bibliography` what the deck cites from.
    `dir` is the direction of the text if it is not that of the language, `hyphenate` whether long words may be broken,
    `house` the house style.
    `claims` says what a claim does that is false: it is a mistake, or a warning.
    `ignored` are the rules of `slidegen check` that do not hold for it.

    `lines` has the line of each option in the deck's file, by its key: "theme", "reveal.transition". `settings` are
    those options that a settings file sets instead.
    """

    title: str | None = None
    author: str | None = None
    date: str | None = None
    lang: str = "en"
    dir: Direction | None = None
    hyphenate: bool = False
    description: str | None = None
    theme: str = "auto"
    scheme: OpensWith | None = None
    format: str = "reveal"
    size: tuple[int, int] = (1280, 720)
    slide_number: bool = True
    minutes: float | None = None
    appendix: Appendix | None = None
    bibliography: Bibliography = field(default_factory=Bibliography)
    house: House = field(default_factory=House)
    claims: OnFalse = "fail"
    ignored: tuple[str, ...] = ()
    reveal: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, Setting] = field(default_factory=dict)

    @property
    def direction(self) -> Direction:
        """In which direction the text runs. reveal.js' own option `rtl` is a way to say it, too."""
        return self.dir or ("rtl" if self.reveal.get("rtl") is True else direction(self.lang))

    @property
    def writing(self) -> Writing:
        """How the text is written."""
        return Writing(self.lang, self.direction)

    def place(self, key: str, deck: str) -> tuple[str, int | None]:
        """Returns the file, which may be the `deck`, and the line in which an option is set."""
        setting = self.settings.get(key)
        return (deck, self.lines.get(key)) if setting is None else (str(setting.path), setting.line)
