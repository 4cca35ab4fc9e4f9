"""Applies the theme and the format of the command line and of the settings files to a deck."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Final, cast, get_args

from slidegen.build_options import BuildOptions, OpensWith
from slidegen.errors import DeckError
from slidegen.files import is_there
from slidegen.model import Deck, MarpHead
from slidegen.settings_file import Setting
from slidegen.themes import FILE, PLAIN_NAMES, is_theme_name

THEME_LINE: Final = re.compile(r"^theme[ \t]*:.*$", re.MULTILINE)


def overridden(deck: Deck, options: BuildOptions) -> tuple[Deck, BuildOptions]:
    """Returns the deck with the theme, scheme and format of the options, and the options that remain.

    What neither the options nor the deck set, the project's settings do, and then the user's. A Marp theme replaces the
    theme in a Markdown deck's front matter.

    Raises:
        DeckError: the file of ``--theme`` or of a setting is not a Marp theme, or is outside the project.
    """
    deck = replace(deck, options=replace(deck.options, scheme=_scheme(deck, options)))
    deck, options = _with_theme_setting(*_with_format_setting(deck, options))
    name = options.theme
    if name is not None and deck.marp is not None and not _is_own_theme(name, deck, options):
        if name.endswith(".css"):
            from slidegen.marp_themes import marp_theme_name

            options = replace(options, theme_set=(*options.theme_set, Path(name)))
            name = marp_theme_name(Path(name))
        lines = {key: line for key, line in deck.options.lines.items() if key != "theme"}
        marp = _with_marp_theme(deck.marp, name)
        deck = replace(deck, marp=marp, options=replace(deck.options, theme="auto", lines=lines))
        options = replace(options, theme=None)
    changes = {key: value for key in ("theme", "format", "claims") if (value := getattr(options, key)) is not None}
    return (replace(deck, options=replace(deck.options, **changes)) if changes else deck), options


def _with_format_setting(deck: Deck, options: BuildOptions) -> tuple[Deck, BuildOptions]:
    """Returns a deck and options with the format that the settings give, if nothing else gives one."""
    setting = _setting("format", deck, options)
    if setting is None:
        return deck, options
    return _by_setting(deck, "format", setting), replace(options, format=setting.value)


def _with_theme_setting(deck: Deck, options: BuildOptions) -> tuple[Deck, BuildOptions]:
    """Returns a deck and options with the theme that the settings give, if nothing else gives one.

    The user's theme is like one of ``--theme``. The project's is like one that the deck itself names, but its path
    starts at the root.
    """
    setting = _setting("theme", deck, options)
    if setting is None:
        return deck, options
    if options.theme is None:
        deck = _by_setting(deck, "theme", setting)
    folder = setting.path.parent
    path = folder / setting.value
    if setting is options.defaults.get("theme"):
        return deck, replace(options, theme=str(path) if _is_path(setting.value, folder) else setting.value)
    if deck.marp is not None and setting.value.endswith(".css"):
        return _with_marp_file(deck, deck.marp, setting, path), replace(options, theme_set=(*options.theme_set, path))
    name = setting.value
    project = deck.source.project
    if _is_path(name, folder):
        name = Path(os.path.relpath(path, project.folder)).as_posix()
        name = name if "/" in name else f"./{name}"
    if deck.marp is None:
        return replace(deck, options=replace(deck.options, theme=name)), options
    from slidegen.marp_themes import OWN_THEME
    from slidegen.sources.by_marp import is_own_theme, own_size

    if not is_own_theme(name, project):
        return replace(deck, marp=_with_marp_theme(deck.marp, name)), options
    own = replace(deck.options, theme=name, size=own_size(deck.marp.size))
    return replace(deck, marp=replace(deck.marp, theme=OWN_THEME), options=own), options


def _scheme(deck: Deck, options: BuildOptions) -> OpensWith | None:
    """Returns the scheme with which the page opens; None leaves that to the theme.

    The command line, the deck, its project and the user are asked in this order. A theme that says a scheme by its name
    ("light") comes before the schemes of those that are asked later.
    """
    themed = deck.marp.theme if deck.marp is not None and deck.options.theme == "auto" else None
    named = (themed or deck.options.theme) if sets(deck, "theme") else None
    for scheme, theme in ((options.scheme, options.theme), (deck.options.scheme, named)):
        if scheme is not None or theme in PLAIN_NAMES:
            return scheme
    for settings in (deck.source.project.settings, options.defaults):
        if "scheme" in settings:
            return _checked(settings["scheme"])
        if "theme" in settings and settings["theme"].value in PLAIN_NAMES:
            return None
    return None


def _checked(setting: Setting) -> OpensWith:
    scheme = next((scheme for scheme in get_args(OpensWith) if scheme == setting.value), None)
    if scheme is None:
        message = f"scheme is {setting.value!r}; allowed: 'auto', 'light' or 'dark'"
        raise DeckError([setting.problem(message)])
    return cast(OpensWith, scheme)


def _setting(key: str, deck: Deck, options: BuildOptions) -> Setting | None:
    """Returns the setting that decides on an option; None if the command line or the deck does, or no settings file.

    The project's theme decides on a Marp deck's look even if the command line names a theme: that may only choose the
    scheme, as if the deck itself named the first.
    """
    by_project = deck.source.project.settings.get(key)
    if sets(deck, key):
        return None
    if getattr(options, key) is not None:
        return by_project if key == "theme" and deck.marp is not None else None
    return by_project or options.defaults.get(key)


def sets(deck: Deck, key: str) -> bool:
    """Returns whether a deck itself sets its theme or its format."""
    return key in deck.options.lines or (key == "theme" and deck.marp is not None and deck.marp.theme is not None)


def _by_setting(deck: Deck, key: str, setting: Setting) -> Deck:
    """Returns the deck with the setting as the place of an option."""
    return replace(deck, options=replace(deck.options, settings={**deck.options.settings, key: setting}))


def _is_path(name: str, folder: Path) -> bool:
    """Returns whether a setting for a theme names a path, relative to a folder, and not a theme."""
    return "/" in name or name.endswith(".css") or (name not in PLAIN_NAMES and is_there(folder / name / FILE))


def _with_marp_theme(head: MarpHead, name: str) -> MarpHead:
    """Returns the front matter with a Marp theme, which must exist."""
    text = THEME_LINE.sub("", head.text).strip()
    return replace(head, text=f"{text}\ntheme: {name}".lstrip(), theme=name, theme_given=True)


def _with_marp_file(deck: Deck, head: MarpHead, setting: Setting, path: Path) -> Deck:
    """Returns a Markdown deck with the Marp theme in a file of the project. Raises DeckError if it is not one."""
    from slidegen.marp_themes import marp_theme_name

    if not deck.source.project.admits(path):
        raise DeckError([setting.problem(f"theme {setting.value!r} {deck.source.project.outside()}", "outside-root")])
    return replace(deck, marp=_with_marp_theme(head, marp_theme_name(path)))


def _is_own_theme(name: str, deck: Deck, options: BuildOptions) -> bool:
    """Returns whether the theme for a Marp deck is one of slidegen's: a folder, the plain look, or another one unless a
    Marp theme has its name."""
    if is_there(Path(name) / FILE):
        return True
    if name not in PLAIN_NAMES:
        from slidegen.marp_themes import names_marp_theme

        if name.endswith(".css") or names_marp_theme(name, deck.source.project, options.theme_set):
            return False
    return is_theme_name(name)
