"""The look of a deck: its colours in both schemes, its fonts, its style sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

from slidegen.measures import PLAIN_MEASURES, Measures
from slidegen.model import OpensWith, Scheme
from slidegen.project import Project

SCHEMES: Final[tuple[Scheme, Scheme]] = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a deck in one scheme: by token, six for charts, and those of code by Pygments type."""

    name: str
    scheme: Scheme
    tokens: Mapping[str, str]
    chart: tuple[str, ...]
    code: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fonts:
    """Font families, each as in CSS but without quotes: "Source Sans 3, sans-serif". None leaves it to what is below,
    and headings to the text. `also` are families for what the others lack."""

    text: str | None = None
    heading: str | None = None
    code: str | None = None
    also: str | None = None


FontRole = Literal["text", "heading", "code", "also"]
"""What the text is that a font file is for; "also" is what all others lack."""


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font file of a deck: its name in messages, where the deck names it, and its content."""

    role: FontRole
    name: str
    path: str
    line: int | None
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Logo:
    """The logo of a deck: its pictures on light and on dark pages, as paths from the deck's folder, what they show, and
    where the deck or its brand names them."""

    light: str
    dark: str | None
    alt: str | None
    path: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A style sheet of a theme, in the file `path`. `project` says what it may load; `reveal` that it is for that
    output alone."""

    css: str
    path: Path
    project: Project
    reveal: bool = False


@dataclass(frozen=True, slots=True)
class Colors:
    """What is laid over the colours of a scheme: tokens, six chart colours, code colours."""

    tokens: Mapping[str, str] = field(default_factory=dict)
    chart: tuple[str, ...] = ()
    code: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ThemePair:
    """The look of a deck: its colours in both schemes, and the one that the page opens with ("auto" follows the
    system); its fonts, and its style sheets beside those that all looks share. `section_progress` says that slides tell
    how far their section has come, which the style sheets show. `files` are the deck's own fonts. `brand` is the colour
    of the house as it is given, on light and on dark pages; without one it is the accent of light pages."""

    light: Theme
    dark: Theme
    default: OpensWith
    fonts: Fonts = Fonts()
    sheets: tuple[Sheet, ...] = ()
    files: tuple[FontFile, ...] = ()
    color_emoji: bool = True
    logo: Logo | None = None
    section_progress: bool = False
    measures: Measures = PLAIN_MEASURES
    brand: tuple[str, str] | None = None

    def scheme(self, scheme: Scheme) -> Theme:
        """Returns the colours of a scheme."""
        return self.light if scheme == "light" else self.dark


def laid_over(themes: ThemePair, colors: Mapping[Scheme, Colors], fonts: Fonts = Fonts(), name: str = "") -> ThemePair:
    """Returns a look with some colours and fonts replaced: those of a theme over the plain look's, and those of a deck
    over its theme's. `name` replaces that of the schemes with new colours."""
    new = {scheme: _laid_over(themes.scheme(scheme), colors.get(scheme), name) for scheme in SCHEMES}
    chosen = {key: getattr(fonts, key) or getattr(themes.fonts, key) for key in ("text", "heading", "code")}
    return replace(themes, light=new["light"], dark=new["dark"], fonts=Fonts(**chosen))


def _laid_over(theme: Theme, colors: Colors | None, name: str) -> Theme:
    if colors is None:
        return theme
    return Theme(
        name or theme.name,
        theme.scheme,
        {**theme.tokens, **colors.tokens},
        colors.chart or theme.chart,
        {**theme.code, **colors.code},
    )
