"""What passes between a deck's figures and those who place them: a picture, the frame it is drawn in, the drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Frame:
    """The place of a figure on a slide, in CSS pixels of the slide.

    A figure may be lower than `height`, unless that is `exact`. `prefix` begins its ids, and no other figure of the
    page has it; `steps` lets its parts appear one by one.
    """

    width: float
    height: float
    prefix: str
    exact: bool = False
    steps: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure as an `<svg>` element; `note` says what could not be drawn, for the line under it."""

    svg: str
    note: str = ""


class Picture(Protocol):
    """What a figure shows, its numbers read from the table and checked, ready to be drawn in any frame."""

    def draw(self, frame: Frame) -> Drawing:
        """The drawing; the same frame gives the same bytes."""
