"""A deck's house style, laid over its theme: its own fonts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, get_args

from slidegen.errors import DeckError, Problem
from slidegen.files import FileError, MissingFileError, read_bytes
from slidegen.look import FontFile, FontRole, ThemePair
from slidegen.model import Deck
from slidegen.write import is_folder

FONT_SUFFIXES: Final = (".ttf", ".otf", ".woff2", ".woff", ".ttc", ".otc")
MOST_FONT_BYTES: Final = 50_000_000


def dressed(deck: Deck, themes: ThemePair, folders: Sequence[Path]) -> ThemePair:
    """Returns the look of a deck with its house style.

    Raises:
        DeckError: files cannot be read, or one of the user's `folders` with fonts is none; it holds all mistakes.
    """
    fonts = deck.options.house.fonts
    problems = [
        Problem("--fonts is not a folder", str(path), code="missing-file") for path in folders if not is_folder(path)
    ]
    files = []
    for role in get_args(FontRole):
        for number, name in enumerate(getattr(fonts, role)):
            try:
                files.append(_font(deck, role, number, name))
            except DeckError as error:
                problems += error.problems
    if problems:
        raise DeckError(problems)
    return replace(themes, files=tuple(files), color_emoji=fonts.emoji == "color")


def _font(deck: Deck, role: FontRole, number: int, name: str) -> FontFile:
    """Reads a font file, which must lie inside the deck's project."""
    lines = deck.options.lines
    line = next((lines[key] for key in (f"fonts.{role}.{number}", f"fonts.{role}", "fonts") if key in lines), None)
    place = deck.source.name, line
    project = deck.source.project
    path = project.folder / name
    if not name.lower().endswith(FONT_SUFFIXES):
        allowed = ", ".join(FONT_SUFFIXES)
        raise DeckError([Problem(f"{name!r} is not a font file; allowed: {allowed}", *place, code="wrong-media")])
    if not project.admits(path):
        raise DeckError([Problem(f"font {name!r} {project.outside()}", *place, code="outside-root")])
    try:
        return FontFile(role, name, *place, read_bytes(path, MOST_FONT_BYTES))
    except MissingFileError:
        message = f"no font {name!r} in the {project.place(path)}"
        raise DeckError([Problem(message, *place, code="missing-file")]) from None
    except FileError as error:
        raise DeckError([Problem(f"font {name!r} cannot be read: {error}", *place, code=error.code)]) from None
