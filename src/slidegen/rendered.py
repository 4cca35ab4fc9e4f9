"""The values of the last stages: slides as HTML, and finished files. Every one is frozen; nothing here computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from slidegen.errors import Problem
from slidegen.model import DeckOptions, Layout, SlideOptions, Source, Text

Renderer = Literal["slidegen", "marp-core"]
"""What makes HTML of a deck's slides: slidegen gives a `RenderedDeck`, marp-core a `MarpDeck`."""


@dataclass(frozen=True, slots=True)
class RenderedSlide:
    """HTML fragments of a slide. `name` is its number ("3", or "5.2" in a stack), `source` gives lines for messages.

    `dark` tells whether its background needs light text; None leaves that to the theme.
    """

    name: str
    body: str
    media: str
    footnotes: str
    notes: str
    footer: str
    layout: Layout
    dark: bool | None
    options: SlideOptions
    source: Text


@dataclass(frozen=True, slots=True)
class RenderedDeck:
    """A deck as HTML fragments; `steps` is the greatest number of highlighting steps of any code block.

    `problems` are the mistakes of the slides: a deck with any goes on for the sake of the others, and is not written.
    `warnings` are what looks wrong and does not stop a build, `scripts` says whether the deck's own programs are kept.
    """

    source: Source
    options: DeckOptions
    stacks: tuple[tuple[RenderedSlide, ...], ...]
    has_math: bool
    steps: int
    scripts: bool = False
    warnings: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class MarpSlide:
    """A slide as marp-core rendered it: an `<svg>` with a `<section>` in it, and its notes as plain text."""

    name: str
    svg: str
    notes: tuple[str, ...]
    source: Text


@dataclass(frozen=True, slots=True)
class MarpDeck:
    """A deck that went through marp-core. `css` is the theme's and the deck's own style, scoped to Marp's elements.

    `own_look` says whether slidegen's theme dresses it; `markdown` is the deck as plain Marp Markdown, filled in;
    `native` says that the deck is in slidegen's own dialect; `scripts`, `warnings` and `problems` are as in
    `RenderedDeck`.
    """

    source: Source
    options: DeckOptions
    stacks: tuple[tuple[MarpSlide, ...], ...]
    css: str
    markdown: str
    own_look: bool
    has_math: bool
    steps: int
    meta: Mapping[str, str]
    sheets: tuple[Text, ...] = ()
    native: bool = False
    scripts: bool = False
    warnings: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()


Rendered = RenderedDeck | MarpDeck
"""A deck by either renderer."""


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A finished file, its name relative to the folder of the output's target.

    One with a `sign` takes the place of an older file only if that holds the sign near its beginning: people may have
    files of that name.
    """

    name: str
    content: bytes
    sign: bytes = b""


@dataclass(frozen=True, slots=True)
class Bundled:
    """What an output makes of a deck: the file to open first, then those beside it, and what looks wrong in them."""

    files: tuple[OutputFile, ...]
    warnings: tuple[Problem, ...] = ()
