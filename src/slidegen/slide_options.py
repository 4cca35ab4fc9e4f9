"""What a slide says of itself besides its text: its layout, its background, its attributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

AUTO_ANIMATE: Final = "data-auto-animate"
"""The attribute of a slide that shares with its neighbour what moves between them, as in reveal.js. The key
`auto_animate` of a slide sets it."""

Layout = Literal[
    "title",
    "section",
    "content",
    "two-columns",
    "table",
    "chart",
    "code",
    "image-left",
    "image-right",
    "image-full",
    "statement",
    "quote",
    "stats",
    "comparison",
    "timeline",
    "tabs",
    "cards",
    "agenda",
    "code-and-result",
    "big-table",
    "closing",
    "end",
]


@dataclass(frozen=True, slots=True)
class Background:
    """A slide's background. `dark` says whether its text must be light; None leaves it to the theme."""

    color: str | None = None
    gradient: str | None = None
    image: str | None = None
    size: str | None = None
    position: str | None = None
    repeat: str | None = None
    opacity: float | None = None
    dark: bool | None = None


@dataclass(frozen=True, slots=True)
class SlideOptions:
    """A slide's options. `lines` has the lines of its attributes in HTML, if they do not stand in its text."""

    layout: Layout | None = None
    background: Background | None = None
    id: str | None = None
    classes: tuple[str, ...] = ()
    incremental: bool = False
    transition: str | None = None
    auto_animate: bool = False
    visibility: Literal["hidden", "uncounted"] | None = None
    footer: bool = True
    slide_number: bool = True
    attributes: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def moves(self) -> bool:
        """Whether what the slide has in common with the one before or after it moves between them."""
        return self.auto_animate or self.attributes.get(AUTO_ANIMATE, "false") != "false"
