"""A deck's house style, laid over its theme: its brand, its accent, its fonts, its logo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, get_args

from slidegen.brand import COLORS, Brand, find_brand, read_brand
from slidegen.errors import DeckError, KeyPath, Problem
from slidegen.files import FileError, MissingFileError, read_bytes
from slidegen.house_colors import Adjusted, accented, branded, least_contrast
from slidegen.look import SCHEMES, Colors, FontFile, FontRole, Fonts, Logo, ThemePair, laid_over
from slidegen.model import Deck
from slidegen.vendor import vendor_json
from slidegen.write import is_folder
from slidegen.yaml_tree import YamlTree

FONT_SUFFIXES: Final = (".ttf", ".otf", ".woff2", ".woff", ".ttc", ".otc")
MOST_FONT_BYTES: Final = 50_000_000


@dataclass(slots=True)
class _Found:
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def dressed(deck: Deck, themes: ThemePair, folders: Sequence[Path]) -> tuple[ThemePair, tuple[Problem, ...]]:
    """Returns the look of a deck with its house style, and what people should know of it.

    Raises:
        DeckError: files cannot be read, or one of the user's `folders` with fonts is none; it holds all mistakes.
    """
    found = _Found(
        [Problem("--fonts is not a folder", str(path), code="missing-file") for path in folders if not is_folder(path)]
    )
    house = deck.options.house
    brand = _brand(deck, found)
    themes = _colored(deck, themes, brand, found)
    fonts = house.fonts
    own = {role: getattr(fonts, role) for role in get_args(FontRole)}
    places = {role: (deck.source.name, f"fonts.{role}") for role in own if own[role]}
    for role in own:
        if not own[role] and getattr(brand.fonts, role):
            own[role], places[role] = getattr(brand.fonts, role), (brand.path, "")
    families = {role: name for role, name in brand.families.items() if not getattr(fonts, role)}
    themes = laid_over(themes, {}, Fonts(**families)) if families else themes
    files = tuple(_fonts(deck, own, places, brand.font_lines, found))
    logo = _logo(deck, brand)
    if found.problems:
        raise DeckError(found.problems)
    look = replace(themes, files=files, color_emoji=fonts.emoji == "color", logo=logo)
    return look, (*brand.warnings, *found.warnings)


def _brand(deck: Deck, found: _Found) -> Brand:
    project, given = deck.source.project, deck.options.house.brand
    brand = find_brand(given, project)
    if not brand:
        return Brand()
    lines: dict[KeyPath, int] = {tuple(key.split(".")): line for key, line in deck.options.lines.items()}
    families = frozenset(face["family"] for face in vendor_json("fonts/fonts.json"))
    try:
        return read_brand(brand, project, families, YamlTree(deck.source.name, lines))
    except DeckError as error:
        found.problems += error.problems
        return Brand()


def _colored(deck: Deck, themes: ThemePair, brand: Brand, found: _Found) -> ThemePair:
    """Lays the colours of the brand, then the deck's accent, over those of the theme."""
    accent, given = deck.options.house.accent, brand.colors
    if accent is None and not any(given.values()):
        return themes
    laid: dict[str, Adjusted] = {}
    least = least_contrast(themes)
    for scheme in SCHEMES:
        tokens = themes.scheme(scheme).tokens
        laid[scheme] = branded(tokens, given[scheme], scheme, least)
        if accent is not None:
            laid[scheme] = accented({**tokens, **laid[scheme].tokens}, accent, laid[scheme])
    for one in laid.values():
        for name in one.unreadable:
            place = _place(deck, brand, name)
            called = _called(deck, name)
            message = f"{called} is {one.unreadable[name]!r}; allowed: #rrggbb, a name of CSS, rgb() or hsl()"
            found.problems.append(Problem(message, *place, code="wrong-value"))
    for name in dict.fromkeys(name for one in laid.values() for name in one.changed):
        changes = [(scheme, laid[scheme].changed[name]) for scheme in SCHEMES if name in laid[scheme].changed]
        words = " and ".join(f"{new} on {scheme} pages" for scheme, (_, new) in changes)
        message = (
            f"{_called(deck, name)} {changes[0][1][0]} is {words}, where its contrast would be less than {least:g}:1"
        )
        found.warnings.append(Problem(message, *_place(deck, brand, name), code="contrast"))
    colors = {scheme: Colors(laid[scheme].tokens) for scheme in SCHEMES}
    named = [accent or given[scheme].get("accent", "") for scheme in SCHEMES]
    house = (named[0] or named[1], named[1] or named[0])
    return replace(laid_over(themes, colors), brand=house if all(house) else None)


def _called(deck: Deck, token: str) -> str:
    """The key that sets a colour: the deck's, or that of its brand."""
    if token == "accent" and deck.options.house.accent is not None:
        return token
    return f"color.{next(key for key, one in COLORS.items() if one == token)}"


def _place(deck: Deck, brand: Brand, token: str) -> tuple[str, int | None]:
    if token == "accent" and deck.options.house.accent is not None:
        return deck.options.place("accent", deck.source.name)
    return brand.path, brand.lines.get(token)


def _logo(deck: Deck, brand: Brand) -> Logo | None:
    own = deck.options.house.logo
    keys = own or brand.logo
    if keys is None:
        return None
    path, line = (deck.source.name, deck.options.lines.get("logo")) if own else (brand.path, brand.lines.get("logo"))
    return Logo(keys.light, keys.dark, keys.alt, path, line)


def _fonts(
    deck: Deck,
    named: dict[FontRole, tuple[str, ...]],
    places: dict[FontRole, tuple[str, str]],
    of_brand: Mapping[str, int],
    found: _Found,
) -> Iterator[FontFile]:
    """Reads the font files `named` by the deck, at the keys in `places`, or by its brand, on the lines `of_brand`."""
    lines = deck.options.lines
    for role, names in named.items():
        for number, name in enumerate(names):
            path, key = places[role]
            keys = (f"{key}.{number}", key, "fonts") if key else ()
            line = next((lines[one] for one in keys if one in lines), None if key else of_brand.get(name))
            try:
                yield _font(deck, role, name, (path, line))
            except DeckError as error:
                found.problems += error.problems


def _font(deck: Deck, role: FontRole, name: str, place: tuple[str, int | None]) -> FontFile:
    """Reads a font file, which must lie inside the deck's project."""
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
