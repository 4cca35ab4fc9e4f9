"""The interface between figures and the stages that place them: a picture, its frame, and its drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Frame:
    """The space for a figure on a slide, in CSS pixels of the slide.

    A figure may be lower than `height` unless that is `exact`. Its ids begin with `prefix`, which is unique on the
    page. `steps` lets its parts appear one by one.
    """

    width: float
    height: float
    prefix: str
    exact: bool = False
    steps: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure as an `<svg>` element. `note` is shown below it and says what could not be drawn."""

    svg: str
    note: str = ""


class Picture(Protocol):
    """A figure whose numbers are read and checked, ready to be drawn in any frame."""

    def draw(self, frame: Frame) -> Drawing:
        """Draws the figure. The same frame gives the same bytes."""
