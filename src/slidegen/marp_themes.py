"""Marp themes: style sheets with an ``@theme`` line, slidegen's own look among them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from slidegen.errors import DeckError, Problem
from slidegen.files import FileError, leads_out, read_bytes, read_text
from slidegen.model import Text
from slidegen.project import Project
from slidegen.themes import MOST_CSS_BYTES, base_css
from slidegen.write import is_folder

MARP_THEMES: Final = frozenset({"default", "gaia", "uncover"})
"""Marp's own."""
MARP_THEME: Final = re.compile(r"/\*[^*]*@theme\s+([\w-]+)")


def own_marp_theme(size: tuple[int, int]) -> str:
    """slidegen's own look as a Marp theme, whose slides are of that size, which is a preset too."""
    width, height = size
    own = base_css("marp-theme")
    own = own.replace("width: 1280px", f"width: {width}px").replace("height: 720px", f"height: {height}px")
    presets = ("16:9 1280px 720px", "4:3 960px 720px", f"{width}x{height} {width}px {height}px")
    return "".join(f"/* @size {preset} */\n" for preset in presets) + own


def marp_themes(project: Project, more: Sequence[Path]) -> list[Text]:
    """The Marp themes that a deck may name beside the built-in ones: those of `--theme-set`, those in its folder.

    What is no theme beside a deck is passed over: other style sheets, links out of the project, the lock files of
    editors, which are links to nowhere.

    Raises:
        DeckError: a file of `--theme-set` that cannot be read or names no theme.
    """
    sheets = []
    for path in more:
        sheets += _theme_set(path) if is_folder(path) else [_marp_theme(path)]
    for path in sorted(project.folder.glob("*.css")):
        if not project.admits(path):
            continue
        try:
            text = read_bytes(path, MOST_CSS_BYTES).decode(errors="replace")
        except FileError:
            continue
        if MARP_THEME.search(text):
            sheets.append(Text(text, str(path), 1))
    return sheets


def names_marp_theme(name: str, project: Project, more: Sequence[Path] = ()) -> bool:
    """Whether a Marp theme is called so: one of Marp's own, or one of `marp_themes`.

    A `--theme-set` with mistakes may name anything; the render stage tells them.
    """
    if name in MARP_THEMES:
        return True
    try:
        sheets = marp_themes(project, more)
    except DeckError:
        return True
    return any(name in MARP_THEME.findall(sheet.text) for sheet in sheets)


def _theme_set(folder: Path) -> list[Text]:
    """The Marp themes in a folder of `--theme-set`; hidden files, which editors leave, are none."""
    sheets = []
    for path in sorted(folder.glob("*.css")):
        if path.name.startswith("."):
            continue
        if leads_out(path, folder):
            raise DeckError([Problem("the Marp theme is a link out of its folder; copy the file into it", str(path))])
        sheets.append(_marp_theme(path))
    return sheets


def marp_theme_name(path: Path) -> str:
    """The name that a Marp theme's file gives it. Raises DeckError for one that cannot be read or names no theme."""
    match = MARP_THEME.search(_marp_theme(path).text)
    return match[1] if match else ""


def _marp_theme(path: Path) -> Text:
    try:
        text = read_text(path, MOST_CSS_BYTES)
    except FileError as error:
        raise DeckError([Problem(f"the Marp theme cannot be read: {error}", str(path))]) from None
    except UnicodeDecodeError:
        raise DeckError([Problem("the Marp theme cannot be read: it is not UTF-8 text", str(path))]) from None
    if MARP_THEME.search(text) is None:
        raise DeckError([Problem("no Marp theme; it needs a comment /* @theme name */", str(path))])
    return Text(text, str(path), 1)
