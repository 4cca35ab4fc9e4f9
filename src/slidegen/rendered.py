"""The values of the last stages: slides as HTML, and finished files. All are frozen."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from slidegen.errors import Problem
from slidegen.model import DeckOptions, Layout, SlideOptions, Source, Text
from slidegen.source_lines import moved_lines

Renderer = Literal["slidegen", "marp-core"]
"""Which program renders the slides: slidegen makes a `RenderedDeck`, marp-core a `MarpDeck`."""


@dataclass(frozen=True, slots=True)
class RenderedSlide:
    """HTML fragments of a slide. `name` is its number ("3", or "5.2" in a stack); `source` gives lines for messages.

    `classes` fit the size of its type to what it holds. `dark` says whether its background needs light text; None
    leaves that to the theme. `provenance` has the sentences that tell the speaker where the slide's numbers come from.
    `key` stands for all of this but the name and the lines, if it may be kept for the next build; the lines in `body`,
    `media` and `footnotes` are then those of a build in which the slide stood `moved` lines further up.
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
    provenance: tuple[str, ...] = ()
    key: Hashable = None
    moved: int = 0
    classes: tuple[str, ...] = ()

    def in_place(self) -> RenderedSlide:
        """The same slide with the lines of this build."""
        if not self.moved:
            return self
        body, media, footnotes = (moved_lines(html, self.moved) for html in (self.body, self.media, self.footnotes))
        return replace(self, body=body, media=media, footnotes=footnotes, moved=0)


def options_key(options: SlideOptions) -> Hashable:
    """Returns a key for the options of a slide, without their lines."""
    return (
        options.layout,
        options.background,
        options.id,
        options.classes,
        options.incremental,
        options.transition,
        options.auto_animate,
        options.visibility,
        options.footer,
        options.slide_number,
        tuple(options.attributes.items()),
    )


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
    """A slide as marp-core rendered it: an `<svg>` with a `<section>` in it, and its notes as plain text. The lines in
    the SVG are those of a build in which the slide stood `moved` lines further up. `options` are those that slidegen
    reads itself, `provenance` is as in `RenderedSlide`."""

    name: str
    svg: str
    notes: tuple[str, ...]
    source: Text
    moved: int = 0
    options: SlideOptions = field(default_factory=SlideOptions)
    provenance: tuple[str, ...] = ()

    def in_place(self) -> MarpSlide:
        """The same slide with the lines of this build."""
        return replace(self, svg=moved_lines(self.svg, self.moved), moved=0) if self.moved else self


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
class Script:
    """One of slidegen's own scripts in a page."""

    code: str

    @property
    def html(self) -> str:
        """The `<script>` element."""
        return f"<script>{self.text}</script>"

    @property
    def text(self) -> str:
        """The content of the element, whose hash the policy lists."""
        return f"\n{self.code}\n"


@dataclass(frozen=True, slots=True)
class Page:
    """A finished page in parts. `outputs.page.page_html` writes it.

    `root` has the attributes of `<html>`, without those that are None; `meta` the names and contents of its `<meta>`;
    `styles` are its style sheets. `stacks` holds the HTML of the slides, still marked with the lines of the deck (see
    `source_lines`); a stack of several slides gets an element of its own if it is `nested`. `before` and `after` are
    the HTML and the scripts around them, `data` the JSON elements, by their ids, after them. `head` is the rest of the
    head, `text` the transcript, which stands first in the body. With `any_script`, scripts of the deck run as well;
    with `clips_beside`, players may load clips from files.
    """

    root: Mapping[str, str | None]
    title: str
    meta: tuple[tuple[str, str], ...]
    styles: tuple[str, ...]
    head: tuple[str | Script, ...]
    before: tuple[str | Script, ...]
    stacks: tuple[tuple[str, ...], ...]
    nested: bool
    after: tuple[str | Script, ...]
    data: Mapping[str, str]
    scripts: tuple[str | Script, ...]
    any_script: bool = False
    text: str = ""
    clips_beside: bool = False


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
class Clip:
    """A video or an audio that is too large for the page: the address that the page has for it, relative to itself, the
    file, its size in bytes, and the digest of its content."""

    name: str
    path: Path
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Bundled:
    """The files that an output makes of a deck, the page first, and warnings about them. `page` is the page in parts,
    if the output can give them, `clips` what has to stand beside it."""

    files: tuple[OutputFile, ...]
    warnings: tuple[Problem, ...] = ()
    page: Page | None = None
    clips: tuple[Clip, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """The page of a deck that is not written. `lines`, `warnings`, `cells` and `files` are as in `built.Built`.
    `deferred` counts the results that are yet to be computed. `clips` are the files that the page loads."""

    page: Page
    lines: tuple[int, ...]
    warnings: tuple[Problem, ...]
    cells: tuple[int, ...] = ()
    deferred: int = 0
    files: tuple[str, ...] = ()
    clips: tuple[Clip, ...] = ()
