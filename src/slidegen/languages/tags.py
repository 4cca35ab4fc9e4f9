"""Tags of languages (RFC 5646): their parts, and the tags that stand for others."""

from __future__ import annotations

import re
from typing import Final

EXTENSION: Final = re.compile(r"-[a-z0-9]-.*")
"""What follows a part of one character: an extension (``-u-nu-latn``), or what is private (``-x-...``)."""
ALIASES: Final = {"cmn": "zh", "in": "id", "iw": "he", "ji": "yi", "mo": "ro", "no": "nb", "tl": "fil"}
"""Languages that have another tag (CLDR, languageAlias), and Norwegian, which is written as Bokmål."""


def plain_tag(lang: str) -> str:
    """Returns a tag in small letters without extensions: "ar-eg" for "ar-EG-u-nu-latn"."""
    return EXTENSION.sub("", lang.lower())


def canonical(lang: str) -> str:
    """Returns a plain tag with the name of the language that CLDR prefers: "he" for "iw", "nb" for "no"."""
    language, dash, rest = plain_tag(lang).partition("-")
    return f"{ALIASES.get(language, language)}{dash}{rest}"


def script_of(lang: str) -> str | None:
    """Returns the script that a tag names, in small letters: "arab" for "az-Arab"; None if it names none."""
    return next((part for part in plain_tag(lang).split("-")[1:] if len(part) == 4 and part.isalpha()), None)
