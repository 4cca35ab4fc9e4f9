"""Reads a brand in Quarto's format: its colours, its font files and its logo, from `_brand.yml` or from the deck.

Source: posit-dev.github.io/brand-yml and quarto.org/docs/authoring/brand.html, as of 2025. What decks have no place
for is told, in one line.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from slidegen.errors import DeckError, KeyPath, Problem
from slidegen.files import FileError, MissingFileError, is_there, read_text
from slidegen.house_keys import FontKeys, LogoKeys
from slidegen.look import SCHEMES
from slidegen.model import Scheme
from slidegen.project import Project
from slidegen.yaml_tree import YamlTree, parse_yaml

FILE: Final = "_brand.yml"
KEY: Final = "brand"
"""The key of a deck that has a brand."""
MOST_BYTES: Final = 1_000_000
ROLES: Final = {"base": "text", "headings": "heading", "monospace": "code"}
"""Quarto's names of kinds of text, and slidegen's."""
COLORS: Final = {
    "foreground": "text",
    "background": "background",
    "primary": "accent",
    "success": "good",
    "warning": "warn",
    "danger": "bad",
}
"""Quarto's names of colours, and the tokens that they are."""
WEB: Final = frozenset({"google", "bunny"})
SIZES: Final = ("medium", "small", "large")
"""The sizes of a logo, the best for the corner of a slide first."""
PICTURE: Final = "the path of a picture, or its name among the images"


@dataclass(slots=True)
class Brand:
    """A brand: colours of tokens in each scheme, font files and names of families by kind of text, a logo.

    Paths start at the deck's folder. `lines` are those of colours and of the logo, `font_lines` those of font files by
    their paths. `warnings` tell what is not applied.
    """

    path: str = ""
    colors: dict[Scheme, dict[str, str]] = field(default_factory=lambda: {"light": {}, "dark": {}})
    lines: dict[str, int] = field(default_factory=dict)
    fonts: FontKeys = field(default_factory=FontKeys)
    font_lines: dict[str, int] = field(default_factory=dict)
    families: dict[str, str] = field(default_factory=dict)
    logo: LogoKeys | None = None
    warnings: list[Problem] = field(default_factory=list)


Given = str | Mapping[str, Any]
"""A brand as a deck gives it: the path of a file, or what would be in the file."""


def find_brand(given: Given | None, project: Project) -> Given:
    """Returns a brand: the one that a deck gives, else that in the deck's folder or the project's root; "" for none."""
    if given is not None:
        return given
    for folder in dict.fromkeys((project.folder, project.root)):
        project.reads.add(folder / FILE)
        if is_there(folder / FILE):
            return str(folder / FILE)
    return ""


def read_brand(given: Given, project: Project, families: frozenset[str], deck: YamlTree) -> Brand:
    """Reads a brand, which may be one for each scheme: `light` and `dark`. `families` are the fonts that need no file;
    `deck` has the lines of the deck's own keys, and its name as the value.

    Raises:
        DeckError: it cannot be read, or is not in the format.
    """
    return _read(given, (KEY,), project, families, deck)


def _read(given: Given, place: KeyPath, project: Project, families: frozenset[str], deck: YamlTree) -> Brand:
    if isinstance(given, str):
        path = project.folder / given
        return _checked(_Reader(_file(path, project), str(path), path.parent, project, families))
    if given and set(given) <= set(SCHEMES):
        pair = {key: _read(_entry(given[key], (*place, key), deck), (*place, key), project, families, deck)
                for key in given}  # fmt: skip
        return _paired(pair)
    tree = YamlTree(given, deck.below(place))
    tree.lines[()] = deck.line(place)
    return _checked(_Reader(tree, deck.value, project.folder, project, families))


def _entry(given: Any, place: KeyPath, deck: YamlTree) -> Given:
    if isinstance(given, str | dict):
        return given
    message = f"{'.'.join(map(str, place))} is {str(given)[:60]!r}; allowed: a file or a mapping"
    raise DeckError([Problem(message, deck.value, deck.line(place), code="wrong-value")])


def _paired(brands: Mapping[str, Brand]) -> Brand:
    """One brand of those for each scheme: their colours, and of other things the light one's."""
    first = brands.get("light") or brands["dark"]
    for scheme in SCHEMES:
        first.colors[scheme] = brands[scheme].colors[scheme] if scheme in brands else {}
    dark = brands.get("dark")
    if dark is not None and dark is not first:
        first.lines = {**dark.lines, **first.lines}
        first.warnings += dark.warnings
        if first.logo and dark.logo and not first.logo.dark:
            first.logo = replace(first.logo, dark=dark.logo.dark or dark.logo.light)
    return first


def _file(path: Path, project: Project) -> YamlTree:
    name = str(path)
    if not project.admits(path):
        raise DeckError([Problem(project.outside(), name, code="outside-root")])
    try:
        tree = parse_yaml(read_text(path, MOST_BYTES) or "{}", name)
    except MissingFileError:
        raise DeckError([Problem("no such file", name, code="missing-file")]) from None
    except FileError as error:
        raise DeckError([Problem(f"cannot be read: {error}", name, code=error.code)]) from None
    except UnicodeDecodeError:
        raise DeckError([Problem("a brand is UTF-8 text", name, code="not-text")]) from None
    if tree.value is None:
        return YamlTree({}, {})
    if not isinstance(tree.value, dict):
        raise DeckError([Problem("a brand is a mapping: color, typography, logo", name, 1, code="wrong-value")])
    return tree


def _checked(reader: _Reader) -> Brand:
    reader.read()
    if reader.problems:
        raise DeckError(reader.problems)
    return reader.brand


class _Reader:
    """Takes from a file what decks can use, and notes the rest."""

    def __init__(self, tree: YamlTree, name: str, folder: Path, project: Project, families: frozenset[str]) -> None:
        self.tree = tree
        self.folder = folder
        self.project = project
        self.own_families = families
        self.brand = Brand(name)
        self.problems: list[Problem] = []
        self.unused: list[str] = []

    def read(self) -> None:
        """Reads the whole file."""
        for key, value in self.tree.value.items():
            if key == "color":
                self._colors(self._mapping(value, "color"))
            elif key == "typography":
                self._typography(self._mapping(value, "typography"))
            elif key == "logo":
                self._logo(value)
            elif key not in ("meta", "defaults"):
                self.unused.append(str(key))
        if self.unused:
            self._warn(f"slidegen does not apply {', '.join(self.unused)}; the rest of the brand is applied")

    def _mapping(self, value: Any, *path: str) -> Mapping[str, Any]:
        if value is None or isinstance(value, dict):
            return value or {}
        self._wrong(value, "a mapping", *path)
        return {}

    def _wrong(self, value: Any, allowed: str, *path: str | int) -> None:
        from slidegen.validation import shown

        message = f"{'.'.join(map(str, path))} is {shown(value)}; allowed: {allowed}"
        self.problems.append(Problem(message, self.brand.path, *self.tree.place(path), code="wrong-value"))

    def _warn(self, message: str, *path: str) -> None:
        line = self.tree.line(path) if path else None
        self.brand.warnings.append(Problem(message, self.brand.path, line, code="not-applied"))

    def _colors(self, given: Mapping[str, Any]) -> None:
        palette = self._mapping(given.get("palette"), "color", "palette")
        known = {**{key: value for key, value in given.items() if key != "palette"}, **palette}
        for key, value in given.items():
            if key == "palette":
                continue
            if key not in COLORS:
                self.unused.append(f"color.{key}")
                continue
            self.brand.lines[COLORS[key]] = self.tree.line(("color", key))
            if isinstance(value, dict):
                self.unused += [f"color.{key}.{part}" for part in value if part not in SCHEMES]
                if not value.keys() & set(SCHEMES):
                    self._wrong(value or None, "a colour, or one for each of light and dark", "color", key)
            for scheme, color in _schemes(value):
                found = _resolved(color, known)
                if found is not None:
                    self.brand.colors[scheme][COLORS[key]] = found
                elif color is not None and (scheme == "light" or isinstance(value, dict)):
                    self._wrong(color, "a colour, or the name of one of the palette", "color", key)

    def _typography(self, given: Mapping[str, Any]) -> None:
        fonts = given.get("fonts")
        if not isinstance(fonts, list | None):
            self._wrong(fonts, "a list of fonts", "typography", "fonts")
        files = dict(self._files(fonts if isinstance(fonts, list) else []))
        chosen: dict[str, Any] = {}
        for key, value in given.items():
            if key == "fonts":
                continue
            role = ROLES.get(key)
            if role is None:
                self.unused.append(f"typography.{key}")
                continue
            about = {"family": value} if isinstance(value, str) else self._mapping(value, "typography", key)
            self.unused += [f"typography.{key}.{part}" for part in about if part != "family"]
            family = about.get("family")
            if not isinstance(family, str):
                if family is not None:
                    self._wrong(family, "the name of a font", "typography", key, "family")
                continue
            if files.get(family):
                chosen[role] = files[family]
            elif family in self.own_families:
                self.brand.families[role] = family
            else:
                self._no_file(family, key)
        self.brand.fonts = FontKeys(**chosen)

    def _no_file(self, family: str, key: str) -> None:
        message = (
            f"font {family!r} is not in the file: a built deck loads nothing from the web; "
            "give it as source: file, with its files beside the brand"
        )
        self._warn(message, "typography", key)

    def _files(self, fonts: list[Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yields the families of fonts with their files, which may be none."""
        for number, font in enumerate(fonts):
            if not isinstance(font, dict) or not isinstance(font.get("family"), str):
                self.unused.append(f"typography.fonts[{number}]")
                continue
            files = font.get("files") if font.get("source", "file") == "file" else None
            if not isinstance(files, list | None):
                self._wrong(files, "a list of files", "typography", "fonts", number, "files")
                continue
            paths = [one.get("path") if isinstance(one, dict) else one for one in files or ()]
            for at, one in enumerate(paths):
                if not isinstance(one, str):
                    self._wrong(one, "the path of a file", "typography", "fonts", number, "files", at)
            places = {self._path(one): at for at, one in enumerate(paths) if isinstance(one, str) and not _is_web(one)}
            for path, at in places.items():
                self.brand.font_lines[path] = self.tree.line(("typography", "fonts", number, "files", at))
            yield font["family"], tuple(places)

    def _path(self, name: str) -> str:
        """A path as it is from the deck's folder."""
        return os.path.relpath(self.folder / name, self.project.folder)

    def _logo(self, value: Any) -> None:
        given = {"medium": value} if isinstance(value, str) else self._mapping(value, "logo")
        if "path" in given:
            given = {"medium": given}
        images = self._mapping(given.get("images"), "logo", "images")
        self.unused += [f"logo.{key}" for key in given if key not in (*SIZES, "images")]
        for key in SIZES:
            if key in given and given[key] is not None and not given[key]:
                self._wrong(None, PICTURE, "logo", key)
        size = next((size for size in SIZES if given.get(size)), None)
        if size is None:
            return
        chosen = given[size]
        pair = chosen if isinstance(chosen, dict) and "path" not in chosen else {"light": chosen}
        if not pair.keys() & set(SCHEMES):
            self._wrong(chosen, f"{PICTURE}, or one for each of light and dark", "logo", size)
        self.unused += [f"logo.{size}.{key}" for key in pair if key not in SCHEMES]
        found = {key: self._image(pair.get(key), images, size, key) for key in SCHEMES if pair.get(key) is not None}
        light, dark = found.get("light") or found.get("dark"), found.get("dark")
        if light is None:
            return
        self.brand.lines["logo"] = self.tree.line(("logo",))
        self.brand.logo = LogoKeys(light[0], dark[0] if dark else None, light[1])

    def _image(self, value: Any, images: Mapping[str, Any], size: str, scheme: str) -> tuple[str, str | None] | None:
        """The path of a picture, given by its name, its path or both with its words; None if it is on the web, or no
        path, which is told."""
        if isinstance(value, str) and value in images:
            value = images[value]
        about = value if isinstance(value, dict) else {"path": value}
        path, alt = about.get("path"), about.get("alt")
        if not isinstance(path, str) or not path:
            self._wrong(value or None, PICTURE, "logo", size, scheme)
            return None
        if _is_web(path):
            self._warn("the logo is on the web, and a built deck loads nothing; name a file", "logo", size, scheme)
            return None
        return self._path(path), alt if isinstance(alt, str) else None


def _is_web(path: str) -> bool:
    return path.startswith(("http://", "https://", "//"))


def _schemes(value: Any) -> Iterator[tuple[Scheme, Any]]:
    """Yields the colours of each scheme. A single one is for both: what cannot be read is changed later."""
    if isinstance(value, dict):
        if "light" in value:
            yield "light", value["light"]
        if "dark" in value:
            yield "dark", value["dark"]
    else:
        yield "light", value
        yield "dark", value


def _resolved(value: Any, known: Mapping[str, Any]) -> str | None:
    """Returns the colour behind a name of the palette or of another colour; None if there is none, as when names name
    each other. A name for itself is that of CSS: ``red: red``."""
    seen: set[str] = set()
    while isinstance(value, str):
        if value not in known or known[value] == value:
            return value
        if value in seen:
            return None
        seen.add(value)
        value = known[value]
    return None
