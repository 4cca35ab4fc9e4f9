"""What every export has: its names, the options that it understands, and a function that makes its files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final, Literal

from slidegen.errors import Problem, SlidegenError, reason
from slidegen.exports.deck import ExportedDeck
from slidegen.progress import Progress, silent
from slidegen.rendered import OutputFile

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Paper = Literal["a4", "letter"]
Choice = Callable[[int], tuple[int, ...]]
"""Which slides are exported: takes the number of slides, returns the positions of the chosen ones, from 1."""

WIDTHS: Final = range(16, 16385)
"""How wide a picture may be, in pixels."""
HERE: Final = Path(__file__).parent
MADE: Final = "Made by slidegen"
"""The sign near the beginning of a file that an export made; only such a file is overwritten under a default name."""


def text(*names: str) -> str:
    """The content of files of this room, which a browser gets: scripts and style sheets."""
    return "".join((HERE / name).read_text(encoding="utf-8") for name in names)


def every_slide(count: int) -> tuple[int, ...]:
    """Chooses all slides."""
    return tuple(range(1, count + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """The options of an export. `width` is that of pictures in pixels; None means that of the slides.

    `notes` says whether speaker notes are printed; None leaves that to the export. `template` is a presentation whose
    layouts, colours and fonts are used.
    """

    slides: Choice = every_slide
    steps: bool = False
    notes: bool | None = None
    per_page: int = 2
    paper: Paper = "a4"
    width: int | None = None
    transparent: bool = False
    template: Path | None = None


@dataclass(frozen=True, slots=True)
class ExportJob:
    """An export of one deck. `name` is the file to make, or the folder for an export of several files; `open_browser`
    returns the browser, which all jobs share; `whole` builds the deck once more with its hidden slides, for an export
    that has them."""

    deck: ExportedDeck
    name: PurePath
    options: ExportOptions
    open_browser: Callable[[], Browser]
    progress: Progress = field(default=silent)
    whole: Callable[[], ExportedDeck] | None = None

    def chosen(self) -> tuple[int, ...]:
        """The positions of the exported slides, from 1. Raises SlidegenError as the option `slides`."""
        return self.options.slides(len(self.deck.slides))

    def failed(self, error: Exception) -> SlidegenError:
        """The error about a browser that stopped."""
        first = reason(error).partition(" Browser logs:")[0].partition(" Call log:")[0]
        what = f"the browser stopped while it exported the deck: {first}"
        return SlidegenError([Problem(what, self.deck.name, code="no-browser")])


@dataclass(frozen=True, slots=True)
class Export:
    """An export. `ending` follows the deck's name in that of its file, or of its folder if it makes several files.

    `make` yields the files, which it may make one by one, and warnings about what they lack. `takes` are the fields of
    `ExportOptions`, besides `slides`, that have an effect. `suffixes` are those that a file may have; an export without
    suffixes makes a folder. `outdated` returns the files that earlier exports of the deck left there and that this one
    does not write again.
    """

    name: str
    ending: str
    make: Callable[[ExportJob], Iterable[OutputFile | Problem]]
    suffixes: tuple[str, ...] = ()
    takes: frozenset[str] = frozenset()
    outdated: Callable[[ExportJob], Iterable[Path]] | None = None
