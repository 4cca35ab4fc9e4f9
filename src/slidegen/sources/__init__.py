"""Input formats: one module each, chosen by the file's suffix. `read` and `parse` are the first two stages."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from slidegen.errors import DeckError, Problem
from slidegen.files import MOST_DECK_BYTES, FileError, read_bytes
from slidegen.marks import NO_TEXT
from slidegen.model import Deck, Source
from slidegen.project import find_project
from slidegen.sources.encoding import repaired

if TYPE_CHECKING:
    from slidegen.sources.translation import TranslatedDeck


@dataclass(frozen=True, slots=True)
class Reading:
    """How a Markdown deck is to be read, if not as its front matter says: its dialect, and the level of headings that
    begin slides."""

    dialect: str | None = None
    slide_level: int | None = None


def _yaml(source: Source, reading: Reading) -> Deck:
    from slidegen.sources import yaml

    if reading != Reading():
        raise DeckError(
            [Problem("a YAML deck has no dialect; --dialect and --slide-level are for Markdown", source.name)]
        )
    return yaml.parse(source)


def _markdown(source: Source, reading: Reading) -> Deck:
    from slidegen.sources import markdown

    return markdown.parse(source, reading.dialect, reading.slide_level)


TRANSLATED: Final = {".org": "slidegen.sources.org", ".ipynb": "slidegen.sources.notebook"}
"""Formats of other programs, by suffix: the module whose `translate(source)` gives a deck in slidegen's own form."""


def translate(source: Source) -> TranslatedDeck:
    """A deck of another program's format, translated to slidegen's own form.

    Raises:
        DeckError: the format has no translation, or with every mistake of a file of which nothing can be made.
    """
    suffix = source.path.suffix.lower()
    if suffix not in TRANSLATED:
        raise DeckError([Problem(f"is no deck of another program's; allowed: {', '.join(TRANSLATED)}", source.name)])
    translated: TranslatedDeck = import_module(TRANSLATED[suffix]).translate(source)
    return translated


def _translated(source: Source, reading: Reading) -> Deck:
    from slidegen.sources.translation.deck import deck

    if reading != Reading():
        raise DeckError([Problem("--dialect and --slide-level are for Markdown", source.name)])
    return deck(translate(source))


SOURCES: dict[str, Callable[[Source, Reading], Deck]] = {
    ".yml": _yaml,
    ".yaml": _yaml,
    ".md": _markdown,
    ".markdown": _markdown,
    ".qmd": _markdown,
    **dict.fromkeys(TRANSLATED, _translated),
}


def read(name: str, fix_encoding: bool = False, root: Path | None = None) -> Source:
    """Reads a deck's file as UTF-8 (a byte order mark and CRLF are fine). `fix_encoding` repairs misread text.

    `root` is the root of the deck's project, if the user names one.

    Raises:
        SlidegenError: no such file, a folder, a pipe, not UTF-8, a NUL byte or another character that no text holds,
            too large, a suffix that no input format has, or a wrong root.
    """
    path = Path(name)
    if path.suffix.lower() not in SOURCES:
        raise DeckError([Problem(f"unknown kind of deck {path.suffix!r}; allowed: {', '.join(SOURCES)}", name)])
    try:
        path.name.encode()
    except UnicodeEncodeError:  # the page would hold it
        encoding = sys.getfilesystemencoding().upper()
        ways = "rename the file" if encoding == "UTF-8" else "set PYTHONUTF8=1"
        raise DeckError([Problem(f"the file's name is not {encoding} text; {ways}", name)]) from None
    try:
        data = read_bytes(path, MOST_DECK_BYTES)
    except FileError as error:
        raise DeckError([Problem(f"cannot be read: {error}", name)]) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DeckError([Problem("is not UTF-8 text; save the file as UTF-8", name, line)]) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    forbidden = NO_TEXT.search(text)
    if forbidden:
        line = text.count("\n", 0, forbidden.start()) + 1
        raise DeckError([Problem(f"holds the character U+{ord(forbidden[0]):04X}, which is no text", name, line)])
    project = find_project(path.parent, root)
    if not project.admits(path.parent):
        raise DeckError([Problem(f"is outside --root {root}; name a folder that holds the deck", name)])
    return Source(path, name, repaired(text) if fix_encoding else text, project)


def parse(source: Source, reading: Reading = Reading()) -> Deck:
    """Parses a deck by the suffix of its file.

    Raises:
        DeckError: with every mistake of the file.
    """
    return SOURCES[source.path.suffix.lower()](source, reading)
