"""The words of the interface: what stands around the slides, in the deck's language where there is a translation.

English is what the programs say. A translation is kept under the English text, in one file a language, below the name
of the publication that it is from. Without one, the text is English and marked so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from slidegen.languages.tags import canonical

WORDS: Final = Path(__file__).with_name("words")
TRADITIONAL: Final = frozenset({"hant", "tw", "hk", "mo"})
"""Parts of a tag that say that Chinese is not written as in the file."""

BUILT: Final = frozenset({"Figure", "Table", "Equation", "Section"})
"""Words of numbered things, which are written when a deck is built; no page needs them."""


def translated_languages() -> tuple[str, ...]:
    """Returns the languages that there are words of, besides English."""
    return tuple(sorted(path.stem for path in WORDS.glob("*.json")))


@cache
def words(lang: str) -> Mapping[str, str]:
    """Returns the words of a language such as "de-AT", by their English; none of English and of languages without."""
    found: dict[str, str] = {}
    for name in reversed(list(_names(canonical(lang)))):
        path = WORDS / f"{name}.json"
        if path.is_file():
            sources: Mapping[str, Mapping[str, str]] = json.loads(path.read_text(encoding="utf-8"))
            found = {english: text for one in sources.values() for english, text in one.items()}
            break
    return found


def _names(tag: str) -> Iterator[str]:
    """Yields the names of files, the most general first: "pt", "pt-br"."""
    parts = tag.split("-")
    if parts[0] == "zh" and TRADITIONAL & set(parts):
        return
    for end in range(1, len(parts) + 1):
        yield "-".join(parts[:end])


def is_english(lang: str) -> bool:
    """Returns whether a tag is one of English."""
    return lang.lower().partition("-")[0] == "en"


def said(english: str, lang: str) -> tuple[str, str]:
    """Returns the words for an English text, and the language that they are in."""
    text = words(lang).get(english)
    return (english, "en") if text is None else (text, lang)


def html(english: str, lang: str, number: str = "") -> str:
    """Returns the words for an English text as HTML, with what follows them. In text of another language, English is
    marked."""
    text, own = said(english, lang)
    shown = f"{text}{number}"
    return escape(shown, quote=False) if own == lang or is_english(lang) else marked(shown, lang)


def marked(english: str, lang: str) -> str:
    """Returns an English text as HTML in text of a language."""
    text = escape(english, quote=False)
    return text if is_english(lang) else f'<span lang="en" dir="ltr">{text}</span>'
