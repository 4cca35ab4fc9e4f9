"""The values of the last stages: slides as HTML, and finished files. All are frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from slidegen.errors import Problem
from slidegen.model import DeckOptions, Layout, SlideOptions, Source, Text

Renderer = Literal["slidegen", "marp-core"]
"""Which program renders the slides: slidegen makes a `RenderedDeck`, marp-core a `MarpDeck`."""


@dataclass(frozen=True, slots=True)
class RenderedSlide:
    """HTML fragments of a slide. `name` is its number ("3", or "5.2" in a stack); `source` gives lines for messages.

    `dark` says whether its background needs light text; None leaves that to the theme.
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
    """A deck as HTML fragments. `steps` is the greatest number of highlighting steps of any code block.

    `problems` are the mistakes on the slides: with any, the build goes on to find more mistakes but writes nothing.
    `warnings` do not stop a build. `scripts` says whether the deck's own scripts are kept.
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
    """A deck that marp-core rendered. `css` is the style of the theme and the deck, scoped to Marp's elements.

    `own_look` says whether it has slidegen's theme; `markdown` is the deck as plain Marp Markdown with its values;
    `native` says whether it is in slidegen's own dialect; `scripts`, `warnings` and `problems` as in `RenderedDeck`.
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
"""A deck from either renderer."""


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A finished file. Its name is relative to the folder of the output's target.

    A file with a `sign` replaces an existing file only if that has the sign near its beginning: the user may have a
    file with the same name.
    """

    name: str
    content: bytes
    sign: bytes = b""


@dataclass(frozen=True, slots=True)
class Bundled:
    """The files that an output makes of a deck, the page first, and warnings about them."""

    files: tuple[OutputFile, ...]
    warnings: tuple[Problem, ...] = ()
