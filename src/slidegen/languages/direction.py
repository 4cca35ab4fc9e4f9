"""The direction in which a language is written."""

from __future__ import annotations

import re
from typing import Final, Literal

from slidegen.languages.tags import plain_tag, script_of

Direction = Literal["ltr", "rtl"]

SCRIPTS: Final = frozenset(
    ["adlm", "arab", "aran", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "syre", "syrj", "syrn", "thaa", "yezi"]
)
"""The living scripts that run from right to left (CLDR, scriptMetadata)."""
LANGUAGES: Final = frozenset(
    [
        *("aeb", "apc", "apd", "ar", "arq", "ars", "ary", "arz", "azb", "bal"),
        *("bej", "bft", "bgn", "bqi", "brh", "cja", "ckb", "dcc", "dv", "fa", "gbz", "gjk"),
        *("gju", "glk", "haz", "he", "hnd", "hno", "iw", "ji", "khw", "ks", "kvx", "kxp"),
        *("lad", "lah", "lki", "lrc", "luz", "mfa", "mvy", "mzn", "nqo", "ota", "pbt", "pnb"),
        *("prd", "prs", "ps", "rhg", "rmt", "sd", "sdh", "skr", "smp", "swb", "syc", "syr"),
        *("trw", "ug", "ur", "wni", "yi"),
    ]
)
"""The languages that are written in one of these scripts unless their tag says otherwise (CLDR, likelySubtags)."""
REGIONS: Final = {
    **dict.fromkeys(
        ("az-iq", "az-ir", "ha-cm", "ha-sd", "kk-af", "kk-cn", "kk-ir", "kk-mn", "ku-iq", "ku-ir", "ku-lb"), True
    ),
    **dict.fromkeys(("ky-cn", "ms-cc", "pa-pk", "tg-pk", "uz-af"), True),
    **dict.fromkeys(("sd-in", "ug-kz", "ug-mn"), False),
}
"""Where a language is written the other way (CLDR, likelySubtags)."""

TAG: Final = re.compile(r"""<[a-z](?:[^<>"']|"[^"]*"|'[^']*')*>""", re.IGNORECASE)
LANG: Final = re.compile(r"""\slang\s*=\s*["']?([A-Za-z0-9-]+)""", re.IGNORECASE)
ATTRIBUTE: Final = re.compile(r"""\s(?P<name>[^\s"'<>/=]+)\s*=\s*(?P<value>"[^"]*"|'[^']*'|[^\s"'<>]+)""")
QUOTES: Final = "\"'"


def direction(lang: str) -> Direction:
    """Returns the direction of a language by its tag (RFC 5646): "rtl" for "ar", "he-IL", "az-Arab", else "ltr"."""
    script = script_of(lang)
    if script is not None:
        return "rtl" if script in SCRIPTS else "ltr"
    language, *more = plain_tag(lang).split("-")
    region = next((part for part in more if len(part) == 2), "")
    return "rtl" if REGIONS.get(f"{language}-{region}", language in LANGUAGES) else "ltr"


def written(way: Direction) -> Direction | None:
    """Returns the value of a page's attribute `dir`; None for left to right, which pages have without it."""
    return None if way == "ltr" else way


def with_directions(html: str, around: Direction) -> str:
    """Returns HTML in text that runs `around`. Where anything runs from right to left, elements with a `lang` have a
    `dir`, too."""
    if "lang=" not in html:
        return html
    if around == "ltr" and 'dir="rtl"' not in html and all(direction(lang) == "ltr" for lang in LANG.findall(html)):
        return html
    return TAG.sub(_directed, html)


def _directed(found: re.Match[str]) -> str:
    tag = found[0]
    attributes = {one["name"].lower(): one for one in ATTRIBUTE.finditer(tag)}
    if "lang" not in attributes or "dir" in attributes:
        return tag
    lang = attributes["lang"]
    return f'{tag[: lang.end()]} dir="{direction(lang["value"].strip(QUOTES))}"{tag[lang.end() :]}'
