"""Themes: a theme is a folder with a `theme.yml` (colours of one or two schemes, fonts) and optionally style sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from slidegen.errors import DeckError, Problem, nearest
from slidegen.files import FileError, MissingFileError, is_there, leads_out, read_text
from slidegen.look import SCHEMES, Fonts, Sheet, Theme, ThemePair, laid_over
from slidegen.model import Deck, OpensWith, Scheme
from slidegen.project import Project
from slidegen.registry import Registry
from slidegen.yaml_tree import parse_yaml

FILE: Final = "theme.yml"
STYLES: Final = "theme.css"
REVEAL_STYLES: Final = "reveal.css"
MOST_FILE_BYTES: Final = 1_000_000
MOST_CSS_BYTES: Final = 10_000_000
AGAIN: Final = "this file is part of slidegen: install it again"
PLAIN: Final = "plain"
"""The look from which all others take what they leave out."""
PLAIN_NAMES: Final[Mapping[str, OpensWith]] = {"auto": "auto", "dark": "dark", "light": "light"}
"""Names of the plain look that also say with which scheme a deck opens."""
THEMES: Final = Registry("slidegen.themes", ModuleType, {}, "theme")
"""The themes of other packages. An entry point names the package whose folder has the `theme.yml`. slidegen's own
themes are not listed: they are the folders in `themes_folder()`."""


@dataclass(frozen=True, slots=True)
class ThemeFolder:
    """A theme as it is found. `schemes` are those that it has itself, `pair` has the plain look's below them. Its
    `counterpart`, a name or a folder, is looked for in `project`; `lines` holds the line of each key in its file."""

    name: str
    folder: Path
    project: Project
    pair: ThemePair
    schemes: tuple[Scheme, ...]
    description: str = ""
    counterpart: str | None = None
    builtin: bool = False
    lines: Mapping[str, int] = field(default_factory=dict)


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
    """The names of the built-in themes, without those that stand for the plain look in one scheme."""
    return tuple(sorted(path.parent.name for path in themes_folder().glob(f"*/{FILE}")))


def theme_names() -> tuple[str, ...]:
    """All names that a deck's `theme` may have: of the plain look, of the built-in themes, of other packages."""
    return tuple(dict.fromkeys((*PLAIN_NAMES, *builtin_names(), *THEMES.names())))


def is_theme_name(name: str) -> bool:
    """Whether there is a theme with this name."""
    return name in PLAIN_NAMES or name in builtin_names() or name in THEMES.names()


def deck_themes(deck: Deck, given: str | None) -> ThemePair:
    """Loads the look that a deck names, or that is `given` by the user, to open with the deck's scheme. A folder is
    relative to the deck's folder, or to the working directory if it is given.

    Raises:
        DeckError: as `load_themes`, at the line of the deck or of the settings file, if one of them names the theme.
    """
    options = deck.options
    try:
        if given is not None:
            project = deck.source.project.beside(Path(), "working directory")
            themes = load_themes(given, project, anywhere=True)
        else:
            themes = load_themes(options.theme, deck.source.project)
    except DeckError as error:
        known = given is None or "theme" in options.settings
        place = options.place("theme", deck.source.name) if known else (None, None)
        raise DeckError(p if p.path else p.at(*place) for p in error.problems) from None
    return themes if options.scheme is None else replace(themes, default=options.scheme)


def load_themes(name: str, project: Project, *, anywhere: bool = False) -> ThemePair:
    """Loads the look for a deck's `theme`: a name of the plain look, a folder (relative to the deck's), a built-in
    theme, or another package's, tried in this order.

    The folder of a theme, its files and those of its counterpart must lie inside `project`, with links resolved. If
    `anywhere`, as for a name from the command line, the theme may lie elsewhere, with its files in its own folder.

    Raises:
        DeckError: the theme does not exist, leads out of the project, or has a mistake in its file.
    """
    found = find_theme(name, project, anywhere=anywhere)
    if found.counterpart is None:
        return found.pair
    (own,), path, line = found.schemes, str(found.folder / FILE), found.lines.get("counterpart")
    try:
        other = find_theme(found.counterpart, found.project)
    except DeckError as error:
        raise DeckError(p if p.path else p.at(path, line) for p in error.problems) from None
    if other.schemes == found.schemes:
        message = f"theme {found.name!r} and its counterpart {other.name!r} are both {own}"
        raise DeckError([Problem(message, path, line, code="theme-file")])
    pairs = (found.pair, other.pair) if own == "light" else (other.pair, found.pair)
    sheets = tuple(dict.fromkeys(sheet for pair in pairs for sheet in pair.sheets))
    return replace(found.pair, light=pairs[0].light, dark=pairs[1].dark, sheets=sheets)


def plain_look() -> ThemePair:
    """The look of a deck that names none. Raises DeckError if the installation is damaged."""
    return _plain().pair


def find_theme(name: str, project: Project, *, anywhere: bool = False) -> ThemeFolder:
    """Finds a theme and reads it, without its counterpart. Raises as `load_themes`."""
    if name in PLAIN_NAMES:
        opens = PLAIN_NAMES[name]
        schemes = tuple(scheme for scheme in SCHEMES if opens in ("auto", scheme))
        plain = _plain()
        return replace(plain, name=name, schemes=schemes, pair=replace(plain.pair, default=opens))
    return _in_folder(name, project, anywhere) or named_theme(name)


def _in_folder(name: str, project: Project, anywhere: bool) -> ThemeFolder | None:
    """The theme in a folder of the project; None if there is none."""
    path = project.folder / name
    if not anywhere and leads_out(path, project.root):
        raise DeckError([Problem(f"theme {name!r} {project.outside('its folder')}", code="outside-root")])
    project.reads.add(path / FILE)
    if not name or not is_there(path / FILE):
        return None
    own = project.beside(path, "theme's folder") if anywhere else project
    return replace(_own(path, path.resolve().name, own), project=project)


def named_theme(name: str) -> ThemeFolder:
    """Reads a built-in theme, or one of another package. Raises as `load_themes`."""
    if name == PLAIN:
        return _plain()
    if name in builtin_names():
        folder = themes_folder() / name
        return replace(_own(folder, name, Project.of(folder, "theme's folder")), builtin=True)
    package = THEMES.look_up(name)
    if package is None:
        message = f"unknown theme {name!r}; {nearest(name, theme_names())}, or a folder with a {FILE}"
        raise DeckError([Problem(message, code="unknown-theme")])
    folders = [Path(folder) for folder in getattr(package, "__path__", ()) if is_there(Path(folder) / FILE)]
    if not folders:
        message = f"the theme {name!r} ({package.__name__}) is not a folder with a {FILE}"
        raise DeckError([Problem(message, code="theme-file")])
    return _own(folders[0], name, Project.of(folders[0], "theme's folder"))


@cache
def _plain() -> ThemeFolder:
    """The plain look, with a quick look at its parts: every build reads it, and tests check the rest of its file."""
    folder = themes_folder() / PLAIN
    path = folder / FILE
    try:
        given = parse_yaml(_text(path, None, MOST_FILE_BYTES), str(path)).value
    except MissingFileError as error:
        raise DeckError([Problem(f"cannot be read: {error}", str(path), code="installation")]) from None
    given = given if isinstance(given, dict) else {}
    found: Any = given.get("schemes")
    found = found if isinstance(found, dict) else {}
    lacking = list(_lacking(given, found))
    if lacking:
        raise DeckError([Problem(f"lacks {', '.join(lacking)}; {AGAIN}", str(path), code="theme-file")])
    light, dark = (
        Theme(PLAIN, one, found[one]["tokens"], tuple(found[one]["chart"]), found[one]["code"]) for one in SCHEMES
    )
    pair = ThemePair(light, dark, "auto", Fonts(**given["fonts"]))
    return ThemeFolder(
        PLAIN, folder, Project.of(folder, "theme's folder"), pair, SCHEMES, given["description"], builtin=True
    )


def _lacking(given: Mapping[str, Any], schemes: Mapping[str, Any]) -> Iterator[str]:
    """What the file of the plain look must have and does not."""
    if not isinstance(given.get("fonts"), dict):
        yield "fonts"
    tokens: dict[str, set[str]] = {}
    for scheme in SCHEMES:
        part = schemes.get(scheme)
        part = part if isinstance(part, dict) else {}
        for key, kind in (("tokens", dict), ("chart", list), ("code", dict)):
            if not isinstance(part.get(key), kind) or (key == "chart" and len(part[key]) != 6):
                yield f"{scheme}.{key}"
        tokens[scheme] = set(part.get("tokens") or ())
    for scheme, other in (SCHEMES, SCHEMES[::-1]):
        yield from (f"{scheme}.tokens.{name}" for name in sorted(tokens[other] - tokens[scheme]))


def _own(folder: Path, name: str, project: Project) -> ThemeFolder:
    from slidegen.theme_file import read_theme

    path = folder / FILE
    tree = parse_yaml(_text(path, project, MOST_FILE_BYTES), str(path))
    plain = _plain().pair
    file = read_theme(tree, path, plain.light.tokens)
    pair = laid_over(plain, file.colors, file.fonts.chosen, name)
    sheets = tuple(_sheets(folder, project))
    pair = replace(
        pair,
        default=file.scheme or "auto",
        sheets=sheets,
        section_progress=file.section_progress,
        measures=file.measures.chosen,
    )
    schemes = SCHEMES if file.scheme is None else (file.scheme,)
    lines = {key: tree.line((key,)) for key in tree.value}
    return ThemeFolder(name, folder, project, pair, schemes, file.description, file.counterpart, lines=lines)


def _sheets(folder: Path, project: Project) -> Iterator[Sheet]:
    """Reads the style sheets of a theme, each of which may be missing."""
    for name in (STYLES, REVEAL_STYLES):
        try:
            css = _text(folder / name, project, MOST_CSS_BYTES)
        except MissingFileError:
            continue
        yield Sheet(css, folder / name, project, reveal=name == REVEAL_STYLES)


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
