"""Applies the command line's theme and format to a deck."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from slidegen.build_options import BuildOptions
from slidegen.files import is_there
from slidegen.model import Deck
from slidegen.themes import FILE, builtin_names, is_theme_name

THEME_LINE: Final = re.compile(r"^theme[ \t]*:.*$", re.MULTILINE)


def overridden(deck: Deck, options: BuildOptions) -> tuple[Deck, BuildOptions]:
    """Returns the deck with the theme and format of the options, and the options that remain.

    A Marp theme replaces the theme in a Markdown deck's front matter.

    Raises:
        DeckError: the file of ``--theme`` is not a Marp theme.
    """
    name = options.theme
    if name is not None and deck.marp is not None and not _is_own_theme(name, deck, options):
        if name.endswith(".css"):
            from slidegen.marp_themes import marp_theme_name

            options = replace(options, theme_set=(*options.theme_set, Path(name)))
            name = marp_theme_name(Path(name))
        head = THEME_LINE.sub("", deck.marp.text).strip()
        lines = {key: line for key, line in deck.options.lines.items() if key != "theme"}
        marp = replace(deck.marp, text=f"{head}\ntheme: {name}".lstrip(), theme=name, theme_given=True)
        deck = replace(deck, marp=marp, options=replace(deck.options, theme="auto", lines=lines))
        options = replace(options, theme=None)
    changes = {key: value for key in ("theme", "format") if (value := getattr(options, key)) is not None}
    return (replace(deck, options=replace(deck.options, **changes)) if changes else deck), options


def _is_own_theme(name: str, deck: Deck, options: BuildOptions) -> bool:
    """Returns whether the theme for a Marp deck is one of slidegen's: a folder, a built-in one, or a package's unless a
    Marp theme has that name."""
    if is_there(Path(name) / FILE):
        return True
    if name not in ("auto", *builtin_names()):
        from slidegen.marp_themes import names_marp_theme

        if name.endswith(".css") or names_marp_theme(name, deck.source.project, options.theme_set):
            return False
    return is_theme_name(name)
