"""Themes: a folder with `theme.yml` (tokens, code colours, chart palette) and, if it likes, `reveal.css`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from slidegen.errors import DeckError, Problem, nearest

Scheme = Literal["light", "dark"]
FILE = "theme.yml"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C, where there is one
MARP_THEME = re.compile(r"/\*[^*]*@theme\s+([\w-]+)")


@dataclass(frozen=True, slots=True)
class Theme:
    """One scheme of a deck: colours by token, six chart colours, code colours by Pygments type, more CSS."""

    name: str
    scheme: Scheme
    tokens: dict[str, str]
    chart: tuple[str, ...]
    code: dict[str, str]
    css: str
    folder: Path
    counterpart: str | None = None


@dataclass(frozen=True, slots=True)
class ThemePair:
    """The two themes in a built file, and which one it opens with ("auto" follows the system)."""

    light: Theme
    dark: Theme
    default: Literal["auto", "light", "dark"]


@cache
def themes_folder() -> Path:
    """The home of the built-in themes: inside the installed package, or at the root of a checkout."""
    package = Path(__file__).parent
    installed = package / "themes"
    return installed if installed.is_dir() else package.parents[1] / "themes"


@cache
def base_css(*names: str) -> str:
    """The styles that all themes share, by name: "deck", "components", "reveal", "marp"."""
    return "\n".join((themes_folder() / "base" / f"{name}.css").read_text(encoding="utf-8") for name in names)


def own_marp_theme(size: tuple[int, int]) -> str:
    """slidegen's own look as a Marp theme, whose slides are of that size, which is a preset too."""
    width, height = size
    own = (themes_folder() / "base" / "marp-theme.css").read_text(encoding="utf-8")
    own = own.replace("width: 1280px", f"width: {width}px").replace("height: 720px", f"height: {height}px")
    presets = ("16:9 1280px 720px", "4:3 960px 720px", f"{width}x{height} {width}px {height}px")
    return "".join(f"/* @size {preset} */\n" for preset in presets) + own


def marp_themes(folder: Path, more: Sequence[Path]) -> list[str]:
    """The Marp themes that a deck may name beside the built-in ones: those of `--theme-set`, those in its folder.

    Raises:
        DeckError: a file of `--theme-set` that cannot be read or names no theme.
    """
    sheets = []
    for path in more:
        files = sorted(path.glob("*.css")) if path.is_dir() else [path]
        sheets += [_marp_theme(file) for file in files]
    for path in sorted(folder.glob("*.css")):
        text = path.read_text(encoding="utf-8", errors="replace")
        if MARP_THEME.search(text):
            sheets.append(text)
    return sheets


def marp_theme_name(path: Path) -> str:
    """The name that a Marp theme's file gives it. Raises DeckError for one that cannot be read or names no theme."""
    match = MARP_THEME.search(_marp_theme(path))
    return match[1] if match else ""


def is_theme(name: str, folder: Path) -> bool:
    """Whether `name` is a theme of slidegen's own kind: "auto", a built-in one or a folder of one."""
    return name == "auto" or name in builtin_names() or (folder / name / FILE).is_file()


def _marp_theme(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        raise DeckError([Problem(f"the Marp theme cannot be read: {said}", str(path))]) from None
    except UnicodeDecodeError:
        raise DeckError([Problem("the Marp theme cannot be read: it is not UTF-8 text", str(path))]) from None
    if MARP_THEME.search(text) is None:
        raise DeckError([Problem("no Marp theme; it needs a comment /* @theme name */", str(path))])
    return text


@cache
def builtin_names() -> tuple[str, ...]:
    """The built-in themes."""
    return tuple(sorted(path.parent.name for path in themes_folder().glob("*/theme.yml")))


def load_themes(name: str, folder: Path) -> ThemePair:
    """The pair of themes for a deck's `theme`: "auto", a built-in name, or a folder (relative to `folder`).

    Raises:
        DeckError: no such theme, or a mistake in its file.
    """
    if name == "auto":
        return ThemePair(_builtin("light"), _builtin("dark"), "auto")
    theme = _builtin(name) if name in builtin_names() else _custom(name, folder)
    other = _builtin("dark" if theme.scheme == "light" else "light")
    if theme.counterpart is not None:
        other = (
            _builtin(theme.counterpart) if theme.counterpart in builtin_names() else _custom(theme.counterpart, folder)
        )
    if other.scheme == theme.scheme:
        message = f"theme {theme.name!r} and its counterpart {other.name!r} are both {theme.scheme}"
        raise DeckError([Problem(message, str(theme.folder / FILE))])
    light, dark = (theme, other) if theme.scheme == "light" else (other, theme)
    return ThemePair(light, dark, theme.scheme)


def _custom(name: str, folder: Path) -> Theme:
    path = folder / name
    try:
        found = bool(name) and (path / FILE).is_file()
    except (OSError, ValueError):
        found = False
    if not found:
        available = nearest(name, ("auto", *builtin_names()))
        raise DeckError([Problem(f"unknown theme {name!r}; {available}, or a folder with a {FILE}")])
    return _load(path, path.resolve().name)


@cache
def _builtin(name: str) -> Theme:
    return _load(themes_folder() / name, name)


def _load(folder: Path, name: str) -> Theme:
    path = folder / FILE
    try:
        given = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
        css = (folder / "reveal.css").read_text(encoding="utf-8") if (folder / "reveal.css").is_file() else ""
    except OSError as error:
        raise DeckError([Problem(f"cannot be read: {(error.strerror or str(error)).lower()}", str(path))]) from None
    except UnicodeDecodeError:
        raise DeckError([Problem("the theme's files are not UTF-8 text", str(path))]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        raise DeckError([Problem(f"not valid YAML: {str(error).splitlines()[0]}", str(path), line)]) from None
    if folder.parent == themes_folder():  # tests check the built-in ones, no build waits for it
        chart = tuple(given.pop("chart"))
        return Theme(name=name, chart=chart, css=css, folder=folder, **given)
    from slidegen.theme_file import read_theme

    file = read_theme(given, path, lambda scheme: _builtin(scheme).tokens)
    below = _builtin(file.scheme)
    return Theme(
        name=name,
        scheme=file.scheme,
        counterpart=file.counterpart,
        tokens={**below.tokens, **file.tokens},
        chart=tuple(file.chart or below.chart),
        code={**below.code, **file.code},
        css=css,
        folder=folder,
    )
