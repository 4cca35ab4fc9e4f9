"""Codes of languages: whether a tag begins with one, and which one is meant where it does not."""

from __future__ import annotations

from typing import Final

from slidegen.languages.tags import ALIASES, plain_tag

TWO_LETTERS: Final = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el "
    "en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it "
    "iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt "
    "my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk "
    "sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi "
    "yo za zh zu bh jw"
)
CODES: Final = frozenset(TWO_LETTERS.split())
"""The codes of two letters (ISO 639-1), with two former ones. Those of three letters are too many to hold."""
COUNTRIES: Final = (
    "al:sq at:de au:en bd:bn by:be cl:es cn:zh cz:cs dk:da eg:ar gb:en ge:ka gr:el il:he iq:ar ir:fa "
    "jo:ar jp:ja kp:ko kz:kk mx:es nz:en pe:es ph:fil pk:ur rs:sr sy:ar ua:uk us:en vn:vi"
)
MEANT: Final = {country: language for country, _, language in (pair.partition(":") for pair in COUNTRIES.split())}
"""Codes of countries that are none of languages, and the most widely spoken language there (CLDR, likelySubtags)."""


def is_known(lang: str) -> bool:
    """Returns whether a tag begins with a code of a language. One of three letters is taken for a code."""
    language = plain_tag(lang).partition("-")[0]
    return len(language) != 2 or language in CODES or language in ALIASES


def meant(lang: str) -> str | None:
    """Returns the tag that is meant by one that is not known: "ja" for "jp"; None if that is not clear."""
    language, dash, rest = lang.partition("-")
    code = MEANT.get(language.lower())
    return None if code is None else f"{code}{dash}{rest}"
