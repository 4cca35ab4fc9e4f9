"""Input formats: each is one module and a line in the registry. `read` and `parse` are the first two stages."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from slidegen.errors import DeckError, Problem
from slidegen.files import MAX_DECK_BYTES, FileError, read_bytes
from slidegen.marks import NO_TEXT
from slidegen.model import Deck, Source
from slidegen.project import Project, find_project
from slidegen.registry import Registry
from slidegen.sources.base import AS_WRITTEN, ParseOptions, SourceFormat
from slidegen.sources.encoding import repaired

if TYPE_CHECKING:
    from slidegen.sources.translation import TranslatedDeck

SOURCES: Final = Registry(
    "slidegen.sources",
    SourceFormat,
    {
        "yml": "slidegen.sources.yaml:YAML",
        "yaml": "slidegen.sources.yaml:YAML",
        "md": "slidegen.sources.markdown:MARKDOWN",
        "markdown": "slidegen.sources.markdown:MARKDOWN",
        "qmd": "slidegen.sources.markdown:MARKDOWN",
        "org": "slidegen.sources.org:ORG",
        "ipynb": "slidegen.sources.notebook:NOTEBOOK",
    },
    "input format",
)
"""The input formats, each under the suffixes of its files, in lower case and without the dot."""


def read(name: str, fix_encoding: bool = False, root: Path | None = None, reads: set[Path] | None = None) -> Source:
    """Reads a deck's file as UTF-8 (a byte order mark and CRLF are fine). `fix_encoding` repairs misread text.

    `root` is the root of the deck's project, if the user names one; `reads` collects the paths that the deck asks for.

    Raises:
        SlidegenError: the file does not exist, is a folder or a pipe, is not UTF-8, is too large, holds a NUL byte or
            another forbidden character, or has the suffix of no input format; or `root` is not a folder that holds it.
    """
    path = Path(name)
    _format(path, name)
    try:
        path.name.encode()
    except UnicodeEncodeError:  # the page would contain the name
        encoding = sys.getfilesystemencoding().upper()
        ways = "rename the file" if encoding == "UTF-8" else "set PYTHONUTF8=1"
        raise DeckError([Problem(f"the file's name is not {encoding} text; {ways}", name, code="not-text")]) from None
    text = _text(path, name)
    project = find_project(path.parent, root, reads)
    if not project.admits(path.parent):
        raise DeckError(
            [Problem(f"is outside --root {root}; name a folder that holds the deck", name, code="outside-root")]
        )
    return Source(path, name, repaired(text) if fix_encoding else text, project)


def read_part(path: Path, project: Project, fix_encoding: bool = False) -> Source:
    """Reads a file whose slides another deck includes. `project` is that of the deck, which admits the file.

    Raises:
        DeckError: as `read`.
    """
    name = str(path)
    _format(path, name)
    text = _text(path, name)
    return Source(path, name, repaired(text) if fix_encoding else text, replace(project, folder=path.parent))


def _text(path: Path, name: str) -> str:
    """The text of a deck's file. Raises DeckError."""
    try:
        data = read_bytes(path, MAX_DECK_BYTES)
    except FileError as error:
        raise DeckError([Problem(f"cannot be read: {error}", name, code=error.code)]) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DeckError([Problem("is not UTF-8 text; save the file as UTF-8", name, line, code="not-text")]) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    forbidden = NO_TEXT.search(text)
    if forbidden:
        line = text.count("\n", 0, forbidden.start()) + 1
        raise DeckError(
            [Problem(f"holds the character U+{ord(forbidden[0]):04X}, which is not text", name, line, code="not-text")]
        )
    return text


def parse(source: Source, options: ParseOptions = AS_WRITTEN) -> Deck:
    """Parses a deck by the suffix of its file.

    Raises:
        DeckError: with every mistake of the file, for a deck without slides, or for an option that decks of this format
            do not have.
    """
    found = _format(source.path, source.name)
    found.check(options, source.name)
    deck = found.parse(source, options)
    if not deck.problems and not any(deck.stacks):
        raise DeckError([Problem("the deck has no slides; at least one is needed", source.name, code="empty-deck")])
    return deck


def translate(source: Source) -> TranslatedDeck:
    """Translates a deck of another program's format to slidegen's own form.

    Raises:
        DeckError: the format has no translation, or with every mistake of a file of which nothing can be made.
    """
    found = _format(source.path, source.name)
    if found.translate is None:
        others = ", ".join(f".{suffix}" for suffix in SOURCES if SOURCES[suffix].translate is not None)
        raise DeckError(
            [Problem(f"is already in a form of slidegen's own; allowed: {others}", source.name, code="unknown-suffix")]
        )
    return found.translate(source)


def _format(path: Path, name: str) -> SourceFormat:
    """Returns the input format of a file that the user calls `name`."""
    try:
        found = SOURCES.look_up(path.suffix.lower().removeprefix("."))
    except DeckError as error:
        raise DeckError(problem.at(name) for problem in error.problems) from None
    if found is None:
        allowed = ", ".join(f".{suffix}" for suffix in SOURCES.names())
        raise DeckError(
            [Problem(f"unknown kind of deck {path.suffix!r}; allowed: {allowed}", name, code="unknown-suffix")]
        )
    return found
