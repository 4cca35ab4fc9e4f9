"""Marp themes: style sheets with an ``@theme`` line, including slidegen's own look."""

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
"""The names of Marp's own themes."""
OWN_THEME: Final = "slidegen"
"""The name of slidegen's own look as a Marp theme."""
MARP_THEME: Final = re.compile(r"/\*[^*]*@theme\s+([\w-]+)")


def own_marp_theme(size: tuple[int, int]) -> str:
    """slidegen's own look as a Marp theme for slides of this size. The size is also a preset."""
    width, height = size
    own = base_css("marp-theme")
    own = own.replace("width: 1280px", f"width: {width}px").replace("height: 720px", f"height: {height}px")
    presets = ("16:9 1280px 720px", "4:3 960px 720px", f"{width}x{height} {width}px {height}px")
    return "".join(f"/* @size {preset} */\n" for preset in presets) + own


def marp_themes(project: Project, more: Sequence[Path]) -> list[Text]:
    """The Marp themes that a deck may name besides the built-in ones: those of `--theme-set` and in the deck's folder.

    Other files in the deck's folder are ignored: style sheets that are not themes, links out of the project, and the
    lock files of editors, which are dangling links.

    Raises:
        DeckError: a file of `--theme-set` cannot be read or does not name a theme.
    """
    sheets = []
    for path in more:
        in_folder = is_folder(path)
        project.reads.update([path / "*.css", *path.glob("*.css")] if in_folder else [path])
        sheets += _theme_set(path) if in_folder else [_marp_theme(path)]
    project.reads.add(project.folder / "*.css")
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
    """Whether there is a Marp theme with this name: one of Marp's own, or one of `marp_themes`.

    Returns True if `--theme-set` has mistakes, which the render stage reports.
    """
    if name in MARP_THEMES:
        return True
    try:
        sheets = marp_themes(project, more)
    except DeckError:
        return True
    return any(name in MARP_THEME.findall(sheet.text) for sheet in sheets)


def _theme_set(folder: Path) -> list[Text]:
    """The Marp themes in a folder of `--theme-set`. Hidden files, which editors leave, are ignored."""
    sheets = []
    for path in sorted(folder.glob("*.css")):
        if path.name.startswith("."):
            continue
        if leads_out(path, folder):
            raise DeckError(
                [
                    Problem(
                        "the Marp theme is a link out of its folder; copy the file into it",
                        str(path),
                        code="outside-root",
                    )
                ]
            )
        sheets.append(_marp_theme(path))
    return sheets


def marp_theme_name(path: Path) -> str:
    """The name in a Marp theme's file. Raises DeckError if the file cannot be read or does not name a theme."""
    match = MARP_THEME.search(_marp_theme(path).text)
    return match[1] if match else ""


def _marp_theme(path: Path) -> Text:
    try:
        text = read_text(path, MOST_CSS_BYTES)
    except FileError as error:
        raise DeckError([Problem(f"the Marp theme cannot be read: {error}", str(path), code=error.code)]) from None
    except UnicodeDecodeError:
        raise DeckError(
            [Problem("the Marp theme cannot be read: it is not UTF-8 text", str(path), code="not-text")]
        ) from None
    if MARP_THEME.search(text) is None:
        raise DeckError([Problem("not a Marp theme; add a comment /* @theme name */", str(path), code="theme-file")])
    return Text(text, str(path), 1)
