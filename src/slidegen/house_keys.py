"""The keys of a deck's house style, as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class FontKeys:
    """Font files that a deck names, as paths: for text, headings and code, and for what all others lack. `emoji` says
    whether emoji are pictures in colour or in the colour of the text."""

    text: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    emoji: Literal["color", "mono"] = "color"


@dataclass(frozen=True, slots=True)
class LogoKeys:
    """Pictures that a deck names for its logo: on a light page and on a dark one, and what they show."""

    light: str
    dark: str | None = None
    alt: str | None = None


@dataclass(frozen=True, slots=True)
class House:
    """The keys of a deck's house style. `brand` is the path of a file in Quarto's format, "" for none, or what would be
    in such a file; None takes the `_brand.yml` beside the deck."""

    accent: str | None = None
    fonts: FontKeys = FontKeys()
    logo: LogoKeys | None = None
    brand: str | Mapping[str, Any] | None = None
