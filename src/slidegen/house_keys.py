"""The keys of a deck's house style, as they are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


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
class House:
    """The keys of a deck's house style."""

    fonts: FontKeys = FontKeys()
