"""The interface between figures and the stages that place them: a picture, its frame, and its drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Frame:
    """The space for a figure on a slide, in CSS pixels of the slide.

    A figure fills its frame. Its ids begin with `prefix`, which is unique on the page. `steps` lets its parts appear
    one by one. `patterns` shows patterns on the screen, not only on paper. If the figure is `titled`, the text above it
    says what its values are.
    """

    width: float
    height: float
    prefix: str
    steps: bool = False
    patterns: bool = False
    titled: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure as an `<svg>` element. `note` is shown below it and says what could not be drawn."""

    svg: str
    note: str = ""


class Picture(Protocol):
    """A figure whose numbers are read and checked, ready to be drawn in any frame."""

    def draw(self, frame: Frame) -> Drawing:
        """Draws the figure. The same frame gives the same bytes."""
