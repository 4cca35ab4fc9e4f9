"""Themes: a theme is a folder with `theme.yml` (tokens, code colours, chart palette) and optionally `reveal.css`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final, Literal, cast, get_args

from slidegen.errors import DeckError, Problem, nearest
from slidegen.files import FileError, MissingFileError, is_there, leads_out, read_text
from slidegen.model import Deck, Scheme
from slidegen.project import Project
from slidegen.registry import Registry
from slidegen.yaml_tree import YamlTree, parse_yaml

FILE = "theme.yml"
STYLES = "reveal.css"
MOST_FILE_BYTES = 1_000_000
MOST_CSS_BYTES = 10_000_000
AGAIN = "this file is part of slidegen: install it again"
PARTS = {"tokens": (dict, "tokens"), "chart": (list, "six chart colours"), "code": (dict, "code colours")}
"""What the file of a base theme must have beside its scheme, and its name in messages."""
THEMES: Final = Registry("slidegen.themes", ModuleType, {}, "theme")
"""The themes of other packages. An entry point names the package whose folder has the `theme.yml`. slidegen's own
themes are not listed: they are the folders in `themes_folder()`."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One colour scheme of a deck: colours by token, six chart colours, code colours by Pygments type, and more CSS.

    `project` says what the style sheet may load; `lines` holds the line of each key in the theme's file.
    """

    name: str
    scheme: Scheme
    tokens: dict[str, str]
    chart: tuple[str, ...]
    code: dict[str, str]
    css: str
    folder: Path
    project: Project
    counterpart: str | None = None
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ThemePair:
    """The two themes in a built file, and the one that it opens with ("auto" follows the system)."""

    light: Theme
    dark: Theme
    default: Literal["auto", "light", "dark"]


@cache
def themes_folder() -> Path:
    """The folder of the built-in themes: in the installed package, or at the root of a checkout."""
    package = Path(__file__).parent
    installed = package / "themes"
    return installed if installed.is_dir() else package.parents[1] / "themes"


@cache
def base_css(*names: str) -> str:
    """The styles that all themes share, by name: "deck", "components", "reveal", "marp"."""
    return "\n".join(_base(f"{name}.css") for name in names)


def _base(name: str) -> str:
    path = themes_folder() / "base" / name
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise DeckError(
            [Problem(f"{error.strerror or error}; {AGAIN}".lower(), str(path), code="installation")]
        ) from None


@cache
def builtin_names() -> tuple[str, ...]:
    """The names of the built-in themes."""
    return tuple(sorted(path.parent.name for path in themes_folder().glob("*/theme.yml")))


def is_theme_name(name: str) -> bool:
    """Whether there is a theme with this name: "auto", a built-in one, or one of another package."""
    return name == "auto" or name in builtin_names() or name in THEMES.names()


def deck_themes(deck: Deck, given: str | None) -> ThemePair:
    """Loads the themes that a deck names, or that are `given` by the user. A folder is relative to the deck's folder,
    or to the working directory if it is given.

    Raises:
        DeckError: as `load_themes`, at the line of the deck or of the settings file, if one of them names the theme.
    """
    options = deck.options
    try:
        if given is not None:
            return load_themes(given, deck.source.project.beside(Path(), "working directory"), anywhere=True)
        return load_themes(options.theme, deck.source.project)
    except DeckError as error:
        known = given is None or "theme" in options.settings
        place = options.place("theme", deck.source.name) if known else (None, None)
        raise DeckError(p if p.path else p.at(*place) for p in error.problems) from None


def load_themes(name: str, project: Project, *, anywhere: bool = False) -> ThemePair:
    """Loads the pair of themes for a deck's `theme`: "auto", a built-in name, a folder (relative to the deck's), or
    the name of another package's theme, tried in this order.

    The folder of a theme, its files and those of its counterpart must lie inside `project`, with links resolved. If
    `anywhere`, as for a name from the command line, the theme may lie elsewhere, with its files in its own folder.

    Raises:
        DeckError: the theme does not exist, leads out of the project, or has a mistake in its file.
    """
    if name == "auto":
        return ThemePair(_bases()["light"], _bases()["dark"], "auto")
    in_folder = _in_folder(name, project, anywhere)
    theme = in_folder or _by_name(name)
    other = _counterpart(theme, project if in_folder else theme.project)
    if other.scheme == theme.scheme:
        message = f"theme {theme.name!r} and its counterpart {other.name!r} are both {theme.scheme}"
        raise DeckError([Problem(message, str(theme.folder / FILE), theme.lines.get("counterpart"), code="theme-file")])
    light, dark = (theme, other) if theme.scheme == "light" else (other, theme)
    return ThemePair(light, dark, theme.scheme)


def _counterpart(theme: Theme, project: Project) -> Theme:
    name = theme.counterpart
    if name is None:
        return _bases()["dark" if theme.scheme == "light" else "light"]
    try:
        return _in_folder(name, project, anywhere=False) or _by_name(name)
    except DeckError as error:
        path, line = str(theme.folder / FILE), theme.lines.get("counterpart")
        raise DeckError(p if p.path else p.at(path, line) for p in error.problems) from None


def _in_folder(name: str, project: Project, anywhere: bool) -> Theme | None:
    """The theme in a folder of the project. None if there is none, or if a built-in theme has this name."""
    if name in builtin_names():
        return None
    path = project.folder / name
    if anywhere:
        project = project.beside(path, "theme's folder")
    elif leads_out(path, project.root):
        raise DeckError([Problem(f"theme {name!r} {project.outside('its folder')}", code="outside-root")])
    project.reads.add(path / FILE)
    if not name or not is_there(path / FILE):
        return None
    return _own(path, path.resolve().name, project)


def _by_name(name: str) -> Theme:
    """A built-in theme, or one of another package."""
    if name in builtin_names():
        return _builtin(name)
    package = THEMES.look_up(name)
    if package is None:
        available = nearest(name, ("auto", *builtin_names(), *THEMES.names()))
        raise DeckError(
            [Problem(f"unknown theme {name!r}; {available}, or a folder with a {FILE}", code="unknown-theme")]
        )
    folders = [Path(folder) for folder in getattr(package, "__path__", ()) if is_there(Path(folder) / FILE)]
    if not folders:
        raise DeckError(
            [Problem(f"the theme {name!r} ({package.__name__}) is not a folder with a {FILE}", code="theme-file")]
        )
    return _own(folders[0], name, Project.of(folders[0], "theme's folder"))


def _builtin(name: str) -> Theme:
    """A theme in `themes_folder()`. Beside the base themes it is read and checked like any other theme's folder."""
    if name in get_args(Scheme):
        return _bases()[cast(Scheme, name)]
    folder = themes_folder() / name
    return _own(folder, name, Project.of(folder, "theme's folder"))


@cache
def _bases() -> Mapping[Scheme, Theme]:
    """The light and the dark theme, from which all others take what they leave out. Their tokens are the same."""
    bases: dict[Scheme, Theme] = {"light": _base_theme("light"), "dark": _base_theme("dark")}
    light, dark = bases.values()
    problems = []
    for theme, other in ((light, dark), (dark, light)):
        lacking = ", ".join(name for name in other.tokens if name not in theme.tokens)
        if lacking:
            problems.append(
                Problem(f"lacks the tokens {lacking}; {AGAIN}", str(theme.folder / FILE), code="theme-file")
            )
    if problems:
        raise DeckError(problems)
    return bases


def _base_theme(scheme: Scheme) -> Theme:
    """A base theme, with a quick look at its parts: every build reads it, and tests check the rest of its file."""
    folder = themes_folder() / scheme
    try:
        tree, css = _read(folder, None)
    except MissingFileError as error:
        raise DeckError([Problem(f"cannot be read: {error}", str(folder / FILE), code="installation")]) from None
    given = tree.value if isinstance(tree.value, dict) else {}
    lacking = [] if given.get("scheme") == scheme else [f"scheme: {scheme}"]
    for key, (kind, called) in PARTS.items():
        part = given.get(key)
        if not isinstance(part, kind) or (key == "chart" and len(part) != 6):
            lacking.append(called)
    if lacking:
        raise DeckError([Problem(f"lacks {', '.join(lacking)}; {AGAIN}", str(folder / FILE), code="theme-file")])
    project = Project.of(folder, "theme's folder")
    return Theme(scheme, scheme, given["tokens"], tuple(given["chart"]), given["code"], css, folder, project)


def _own(folder: Path, name: str, project: Project) -> Theme:
    from slidegen.theme_file import read_theme

    tree, css = _read(folder, project)
    file = read_theme(tree, folder / FILE, lambda scheme: _bases()[scheme].tokens)
    below = _bases()[file.scheme]
    return Theme(
        name=name,
        scheme=file.scheme,
        counterpart=file.counterpart,
        tokens={**below.tokens, **file.tokens},
        chart=tuple(file.chart or below.chart),
        code={**below.code, **file.code},
        css=css,
        folder=folder,
        project=project,
        lines={key: tree.line((key,)) for key in tree.value},
    )


def _read(folder: Path, project: Project | None) -> tuple[YamlTree, str]:
    """Reads the two files of a theme, which must lie inside `project`, if given. The style sheet may be missing."""
    tree = parse_yaml(_text(folder / FILE, project, MOST_FILE_BYTES), str(folder / FILE))
    try:
        return tree, _text(folder / STYLES, project, MOST_CSS_BYTES)
    except MissingFileError:
        return tree, ""


def _text(path: Path, project: Project | None, limit: int) -> str:
    """The text of a theme's file. Raises MissingFileError if it does not exist, DeckError for any other problem."""
    if project is not None and not project.admits(path):
        raise DeckError([Problem(project.outside(), str(path), code="outside-root")])
    try:
        return read_text(path, limit)
    except MissingFileError:
        raise
    except FileError as error:
        raise DeckError([Problem(f"cannot be read: {error}", str(path), code=error.code)]) from None
    except UnicodeDecodeError:
        raise DeckError([Problem("the theme's files are not UTF-8 text", str(path), code="not-text")]) from None
