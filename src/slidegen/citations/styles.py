"""Finds the style of a deck's citations and the locales of CSL for its language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from slidegen.citations.works import ADDRESS
from slidegen.errors import DeckError, Problem, nearest
from slidegen.files import FileError, read_text
from slidegen.resolved import ResolvedDeck
from slidegen.vendor import VENDOR, vendor_json, vendor_text

DEFAULT: Final = "apa"
MAX_BYTES: Final = 1_000_000
"""The most bytes of a style: the longest published ones have a fifth."""
ENGLISH: Final = "en-US"


def style_names() -> list[str]:
    """Returns the names of the styles that come with slidegen."""
    return sorted(path.stem for path in (VENDOR / "citations/styles").glob("*.csl"))


def read_style(deck: ResolvedDeck) -> str:
    """Returns the XML of a deck's style.

    Raises:
        DeckError: there is no such style or file, or the file is no style that stands alone.
    """
    name = deck.options.bibliography.style or DEFAULT
    place = deck.options.place("csl", deck.source.name)
    if name in style_names():
        return vendor_text(f"citations/styles/{name}.csl")
    known = PurePosixPath(name.lower()).name.removesuffix(".csl")
    if ADDRESS.match(name):
        instead = f"write csl: {known}" if known in style_names() else "save the file in the project"
        what = f"csl: {name!r} is an address, and nothing is fetched; {instead}"
        raise DeckError([Problem(what, *place, code="wrong-value")])
    if not name.lower().endswith((".csl", ".xml")):
        what = f"csl: unknown style {name!r}; {nearest(name, [*style_names(), 'FILE.csl'])}"
        raise DeckError([Problem(what, *place, code="unknown-name")])
    project = deck.source.project
    path = project.folder / name
    if not project.admits(path):
        raise DeckError([Problem(f"csl: the file {name!r} {project.outside()}", *place, code="outside-root")])
    try:
        text = read_text(path, MAX_BYTES, "utf-8-sig")
    except FileError as error:
        own = f"; the style that comes with slidegen is csl: {known}" if known in style_names() else ""
        what = f"csl: the file {name!r} cannot be read: {error}{own}"
        raise DeckError([Problem(what, *place, code=error.code)]) from None
    except UnicodeDecodeError:
        raise DeckError([Problem(f"csl: the file {name!r} is not UTF-8 text", *place, code="not-text")]) from None
    if "<style" not in text:
        raise DeckError([Problem(f"csl: the file {name!r} is not a style of CSL", *place, code="wrong-value")])
    if parent := re.search(r'<link\b(?=[^>]*\srel="independent-parent")[^>]*\shref="([^"]*)"', text):
        parent_name = parent[1].rstrip("/").rpartition("/")[2]
        what = f"csl: the file {name!r} only names another style; take the file of {parent_name!r} instead"
        raise DeckError([Problem(what, *place, code="wrong-value")])
    return text


def locales(lang: str) -> tuple[str, Mapping[str, str]]:
    """Returns CSL's locale of a language, and the XML of it and of English, which stands in for what it lacks."""
    known = {path.stem for path in (VENDOR / "citations/locales").glob("*.xml")}
    primary = vendor_json("citations/locales/locales.json")["primary-dialects"]
    parts = lang.split("-")
    regional = "-".join((parts[0].lower(), *(part.upper() if len(part) == 2 else part for part in parts[1:])))
    fitting = [one for one in (regional, primary.get(parts[0].lower())) if one in known]
    found = fitting[0] if fitting else ENGLISH
    return found, {name: vendor_text(f"citations/locales/{name}.xml") for name in {found, ENGLISH}}
