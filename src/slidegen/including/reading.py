"""Reads the files that a deck includes: files of its project, and no more than some in all."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from slidegen.build_options import BuildOptions
from slidegen.errors import DeckError, Problem, nearest
from slidegen.files import MAX_DECK_BYTES, FileError, MissingFileError, check_file, follow, is_there, size_text
from slidegen.including.numbers import IncludeError
from slidegen.model import Deck, Include
from slidegen.project import Project
from slidegen.snippets import with_snippets
from slidegen.sources import SOURCES, parse, read_part
from slidegen.sources.base import ParseOptions

DEEPEST: Final = 10
"""How many files may include one another."""
MOST: Final = 200
"""The most times that a deck, and the decks that it includes, include a file."""
OF_HOST: Final = frozenset({"reveal", "pandoc", "marp"})
"""Dialects that a file without a sign of another one takes from the deck that includes it."""


class Reader:
    """Reads and parses the files that one deck includes, each once."""

    def __init__(self, options: BuildOptions) -> None:
        self._options = options
        self._decks: dict[tuple[Path, str], Deck | DeckError] = {}
        self._count = self._size = 0

    def deck(self, include: Include, host: Deck, around: tuple[Path, ...]) -> tuple[Path, Deck]:
        """Returns the path and the deck of a file. `around` are the files that include one another up to this one.

        Raises:
            IncludeError: the file is not there, leads out of the project, includes itself, or is one too many.
            DeckError: with the mistakes of a file of which nothing can be made.
        """
        path = self._path(include, host.source.project)
        real = follow(path)
        if real in around:
            names = [one.name for one in (*around[around.index(real) :], real)]
            raise IncludeError(f"a file cannot include itself: {' -> '.join(names)}", code="cycle")
        self._count += 1
        if len(around) >= DEEPEST:
            raise IncludeError(f"more than {DEEPEST} files include one another; include fewer", code="limit")
        if self._count > MOST:
            raise IncludeError(f"a deck includes files at most {MOST} times", code="limit")
        key = real, host.dialect if host.dialect in OF_HOST else ""
        if key not in self._decks:
            try:
                self._decks[key] = self._parsed(path, host)
            except DeckError as error:
                self._decks[key] = error
        found = self._decks[key]
        if isinstance(found, DeckError):
            raise found
        self._size += len(found.source.text)
        if self._size > MAX_DECK_BYTES:
            raise IncludeError(f"the included files have more than {size_text(MAX_DECK_BYTES)}", code="limit")
        return path, found

    def _parsed(self, path: Path, host: Deck) -> Deck:
        source = read_part(path, host.source.project, self._options.fix_encoding)
        deck = parse(source, ParseOptions(memo=self._options.memo))
        if deck.dialect == "plain" and host.dialect in OF_HOST:
            deck = parse(source, ParseOptions(host.dialect, memo=self._options.memo))
        return with_snippets(deck)

    def _path(self, include: Include, project: Project) -> Path:
        name = include.file.strip()
        if not name:
            raise IncludeError("needs a file; write it as intro.md or intro.md#2-5", code="wrong-value")
        if re.match(r"(?:[a-z][a-z0-9+.-]*:)?//", name, re.IGNORECASE):
            raise IncludeError(f"{name!r} is on the network; copy the file into the project", code="network-file")
        path = Path(os.path.normpath(project.folder / name))
        if not project.admits(path):
            raise IncludeError(f"the file {name!r} {project.outside()}", code="outside-root")
        suffix = path.suffix.lower().removeprefix(".")
        if suffix not in SOURCES.names():
            allowed = ", ".join(f".{one}" for one in SOURCES.names())
            raise IncludeError(f"unknown kind of deck {path.suffix!r}; allowed: {allowed}", code="unknown-suffix")
        try:
            check_file(path)
        except MissingFileError:
            near = nearest(path.name, _decks_in(path.parent))
            raise IncludeError(f"no file {name!r}; {near}", code="missing-file") from None
        except FileError as error:
            raise IncludeError(f"the file {name!r} cannot be read: {error}", code=error.code) from None
        return path


def _decks_in(folder: Path) -> list[str]:
    """The names of the decks in a folder of the project."""
    try:
        names = sorted(os.listdir(folder))[:1000]  # noqa: PTH208 - only the names
    except OSError:
        return []
    known = SOURCES.names()
    return [name for name in names if Path(name).suffix.lower().removeprefix(".") in known and is_there(folder / name)]


def without_title(deck: Deck) -> Deck:
    """Returns a deck in pandoc's dialect without the slide that pandoc makes of its front matter."""
    first = next((slide for stack in deck.stacks for slide in stack), None)
    if first is None or first.options.id != "title-slide" or len(deck.stacks[0]) > 1:
        return deck
    return replace(deck, stacks=deck.stacks[1:])


def of_include(include: Include, error: IncludeError) -> Problem:
    """Returns the problem of an include, at its line."""
    return Problem(f"include: {error}", include.path, include.line, code=error.code)
