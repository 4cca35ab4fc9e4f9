"""What the arrangement of a layout is, and what it knows of its slide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from slidegen.measures import PLAIN_MEASURES
from slidegen.render.blocks import Block, text_of
from slidegen.render.context import SlideContext
from slidegen.render.sizing import GUTTER


@dataclass(frozen=True, slots=True)
class Room:
    """A slide that a layout arranges: its context, the width and height inside its margins, and the height of
    a heading, in CSS pixels."""

    slide: SlideContext
    width: float
    height: float
    heading: float = PLAIN_MEASURES.heading_height()

    def cell(self, across: int) -> float:
        """The width of one of several columns."""
        return (self.width - GUTTER * (across - 1)) / across

    def plain(self, token: Token) -> str:
        """The text of an inline token, with the values in it."""
        return self.slide.plain(text_of(token))

    def warn(self, layout: str, needs: str, block: Block | None = None) -> None:
        """Warns, at a block or at the slide's first line, that the content does not fit the layout."""
        row = block[0].map[0] if block and block[0].map else 0
        self.slide.warn_at(f"layout {layout!r} needs {needs}; the content is shown as text", row, code="wrong-value")


Arrange = Callable[[Sequence[Block], Room], list[Token]]
"""Puts the blocks of a slide's body into the boxes of a layout. Every block is in the result, in the same order. Warns
and leaves the blocks as they are if they are not what the layout is made for."""
