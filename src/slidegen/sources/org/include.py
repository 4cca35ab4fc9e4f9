"""`#+INCLUDE` and `#+SETUPFILE`: files of the project whose lines stand in the deck's place."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from slidegen.codes import Code
from slidegen.errors import DeckError, Problem
from slidegen.files import MAX_DECK_BYTES, FileError, read_bytes
from slidegen.marks import NO_TEXT
from slidegen.model import Source
from slidegen.sources.org.settings import KEYWORD
from slidegen.sources.translation import Line

DEEPEST: Final = 10
MOST: Final = 500
"""Files that a deck may include."""
STARS: Final = re.compile(r"(\*+)(?=[ \t])")
VERBATIM: Final = re.compile(r"[ \t]*#\+(begin|end)_(src|example|export|comment|verse)\b", re.IGNORECASE)
ARGUMENT: Final = re.compile(r":(only-contents|minlevel|lines|slides|when)[ \t]+(\"(?:[^\"\\]|\\.)*\"|\S+)")
DECKS: Final = (".md", ".markdown", ".qmd", ".yml", ".yaml", ".ipynb")
"""The suffixes of other decks, whose slides a later stage includes."""


def included(source: Source) -> tuple[list[Line], list[Problem]]:
    """Returns the lines of a deck with those of the files that it includes, which have the line of the keyword, and
    what is lost: a setup file that cannot be read. Emacs goes on without it as well.

    Raises:
        DeckError: every file that cannot be included: it is not there, leaves the root, or includes itself.
    """
    reader = _Includer(source)
    rows = [Line(text, number) for number, text in enumerate(source.text.split("\n"), start=1)]
    found = reader.expanded(rows, source.path.parent, (source.path.resolve(),))
    if reader.problems:
        raise DeckError(reader.problems)
    return found, reader.losses


class _Includer:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.losses: list[Problem] = []
        self.count = self.size = 0

    def expanded(self, rows: Sequence[Line], folder: Path, around: tuple[Path, ...]) -> list[Line]:
        found: list[Line] = []
        level, inside = 0, None
        for row in rows:
            if row.text.startswith("*") and (stars := STARS.match(row.text)):
                level, inside = len(stars[1]), None
            block = VERBATIM.match(row.text) if "#+" in row.text else None
            if block is not None:
                kind = block[2].lower()
                inside = kind if block[1].lower() == "begin" and inside is None else None if inside == kind else inside
            keyword = KEYWORD.match(row.text) if inside is None and "#+" in row.text else None
            key = keyword["key"].upper() if keyword is not None else ""
            if keyword is not None and key == "INCLUDE":
                found += self._include(keyword["value"], row.number, folder, around, level)
            elif keyword is not None and key == "SETUPFILE":
                found += self._setup(keyword["value"], row.number, folder, around)
            else:
                found.append(row)
        return found

    def _wrong(self, message: str, number: int, code: Code, key: str = "INCLUDE") -> list[Line]:
        if key == "SETUPFILE":
            self.losses.append(Problem(f"#+{key}: is left out; {message}", self.source.name, number, code=code))
        else:
            self.problems.append(Problem(f"#+{key}: {message}", self.source.name, number, code=code))
        return []

    def _setup(self, value: str, number: int, folder: Path, around: tuple[Path, ...]) -> list[Line]:
        rows = self._read(value.strip().strip('"'), number, folder, around, "SETUPFILE")
        return [row for row in rows if (found := KEYWORD.match(row.text)) and found["key"].upper() != "INCLUDE"]

    def _include(self, value: str, number: int, folder: Path, around: tuple[Path, ...], level: int) -> list[Line]:
        arguments = {found[1]: _unquoted(found[2]) for found in ARGUMENT.finditer(value)}
        try:
            words = shlex.split(ARGUMENT.sub("", value).replace("\\", "\\\\").replace("'", "\\'"))
        except ValueError:
            return self._wrong('write it as "file.org" or "file.py" src python', number, "wrong-value")
        if not words:
            return self._wrong('needs a file; write it as "file.org" or "file.py" src python', number, "wrong-value")
        if len(words) == 1 and words[0].partition("#")[0].lower().endswith(DECKS):
            return self._deck(words[0], number, folder, arguments)
        name, _, place = words[0].partition("::")
        rows = self._read(name, number, folder, around)
        if not rows:
            return []
        rows = _lines(rows, arguments.get("lines", ""))
        if place:
            rows = _part(rows, place)
        if len(words) > 1:
            kind = words[1].lower()
            header = " ".join([kind, *words[2:]])
            body = (
                rows
                if kind == "export"
                else [Line(re.sub(r"^(,*(?:\*|#\+))", r",\1", row.text), number) for row in rows]
            )
            return [Line(f"#+begin_{header}", number), *body, Line(f"#+end_{kind}", number)]
        if arguments.get("only-contents", "nil") != "nil" and rows and STARS.match(rows[0].text):
            rows = rows[1:]
        path = (folder / name).resolve()
        inner = self.expanded(rows, path.parent, (*around, path))
        least = arguments.get("minlevel", "")
        return _demoted(inner, int(least) if least.isdigit() else level + 1)

    def _deck(self, name: str, number: int, folder: Path, arguments: Mapping[str, str]) -> list[Line]:
        """The place of the slides of a deck that is no Org file, as `slidegen.including` reads it."""
        file, _, slides = name.removeprefix("file:").partition("#")
        start = self.source.path.parent.resolve()
        where = Path(os.path.relpath((folder / file).resolve(), start)).as_posix()
        given = {"file": where, "slides": arguments.get("slides", slides), "when": arguments.get("when")}
        named = json.dumps({key: value for key, value in given.items() if value}, ensure_ascii=False)
        rows = ("#+begin_export html", f"<!-- include: {named} -->", "#+end_export")
        return [Line(row, number) for row in rows]

    def _read(self, name: str, number: int, folder: Path, around: tuple[Path, ...], key: str = "INCLUDE") -> list[Line]:
        def wrong(message: str, code: Code) -> list[Line]:
            return self._wrong(message, number, code, key)

        if re.match(r"[a-z]+://", name):
            return wrong(f"{name!r} is on the network; copy the file into the deck's folder", "network-file")
        path = folder / name.removeprefix("file:")
        project = self.source.project
        if not project.admits(path):
            return wrong(f"{name!r} {project.outside()}", "outside-root")
        if path.resolve() in around:
            return wrong(f"{name!r} includes itself", "cycle")
        self.count += 1
        if len(around) > DEEPEST or self.count > MOST:
            return wrong(f"more than {MOST} files, or {DEEPEST} inside each other", "limit")
        try:
            data = read_bytes(path, MAX_DECK_BYTES - self.size)
            text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        except FileError as error:
            return wrong(f"{name!r} cannot be read: {error}", error.code)
        except UnicodeDecodeError:
            return wrong(f"{name!r} is not UTF-8 text", "not-text")
        self.size += len(data)
        forbidden = NO_TEXT.search(text)
        if forbidden:
            return wrong(f"{name!r} holds the character U+{ord(forbidden[0]):04X}, which text cannot hold", "not-text")
        return [Line(one, number) for one in text.removesuffix("\n").split("\n")]


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def _lines(rows: list[Line], given: str) -> list[Line]:
    """The rows of ``:lines "5-10"``: from the first to the one before the last, counted from 1."""
    found = re.fullmatch(r"(\d*)-(\d*)", given)
    if found is None:
        return rows
    first = int(found[1] or 1) - 1
    return rows[max(0, first) : int(found[2]) - 1 if found[2] else None]


def _part(rows: list[Line], place: str) -> list[Line]:
    """The rows below a heading that ``file.org::*Heading`` or ``::#custom-id`` names, it included."""
    title = place.lstrip("*#").strip().lower()
    start = level = None
    for at, row in enumerate(rows):
        stars = STARS.match(row.text)
        if stars is not None and start is not None and level is not None and len(stars[1]) <= level:
            return rows[start:at]
        if start is None:
            if place.startswith("#"):
                if re.match(rf"[ \t]*:custom_id:[ \t]*{re.escape(title)}[ \t]*$", row.text, re.IGNORECASE):
                    start = next((n for n in range(at, -1, -1) if STARS.match(rows[n].text)), None)
                    found = STARS.match(rows[start].text) if start is not None else None
                    level = len(found[1]) if found else None
            elif stars is not None and row.text[stars.end() :].strip().lower() == title:
                start, level = at, len(stars[1])
    return rows[start:] if start is not None else []


def _demoted(rows: list[Line], least: int) -> list[Line]:
    """Rows whose highest headings are of a level."""
    levels = [len(found[1]) for row in rows if (found := STARS.match(row.text))]
    change = least - min(levels, default=least)
    if not change:
        return rows
    return [
        Line("*" * max(1, len(found[1]) + change) + row.text[found.end() :], row.number)
        if (found := STARS.match(row.text)) else row
        for row in rows
    ]  # fmt: skip
