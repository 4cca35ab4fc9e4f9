"""Numbers and dates as languages write them."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from slidegen.languages.dates import long_date
from slidegen.languages.locale import CLDR
from slidegen.languages.numbers import localized, percentage
from slidegen.languages.tags import ALIASES
from slidegen.languages.words import words
from slidegen.render.katex import tex_text
from tests.deck_folder import DeckFolder, without_provenance
from tests.languages.cldr import facts

NUMBERS = {
    "en": ("1,234,567.89", "9,876.5"),
    "de": ("1.234.567,89", "9.876,5"),
    "de-AT": ("1.234.567,89", "9.876,5"),
    "de-CH": ("1’234’567.89", "9’876.5"),
    "fr-CA": ("1\u202f234\u202f567,89", "9\u202f876,5"),
    "es": ("1.234.567,89", "9876,5"),
    "es-MX": ("1,234,567.89", "9,876.5"),
    "pl": ("1\u202f234\u202f567,89", "9876,5"),
    "hi": ("12,34,567.89", "9,876.5"),
    "ar": ("1,234,567.89", "9,876.5"),
    "ar-EG-u-nu-arab": ("١٬٢٣٤٬٥٦٧٫٨٩", "٩٬٨٧٦٫٥"),
    "eo": ("1\u202f234\u202f567,89", "9\u202f876,5"),
    "tlh": ("1,234,567.89", "9,876.5"),
}
"""The separators of CLDR 47 by hand, with narrow spaces, and from which size on they are used."""


@pytest.mark.parametrize(("lang", "texts"), NUMBERS.items(), ids=NUMBERS)
def test_numbers(lang: str, texts: tuple[str, str]) -> None:
    """Their decimal sign, their groups, and what is no part of a number."""
    assert (localized("1,234,567.89", lang), localized("9,876.5", lang)) == texts
    assert localized("n/a", lang) == "n/a"
    assert localized("2026", "de") == "2026"
    assert localized("<\u202f0.1", "de") == "<\u202f0,1"


def test_a_minus_stays_before_its_number() -> None:
    """A mark of Unicode, as CLDR has it for languages that run from right to left."""
    assert localized("-3.5", "he") == "\u200e-3.5"
    assert localized("−3.5", "fa") == "\u200e−3.5"
    assert localized("-3.5", "de") == "-3,5"


def test_percent_and_dates() -> None:
    """The sign and its space are those of the language."""
    found = {lang: percentage("2.5", lang) for lang in ("en", "de", "fr", "it", "tr", "ja")}
    assert found == {
        "en": "2.5\u00a0%",
        "de": "2,5\u00a0%",
        "fr": "2,5\u00a0%",
        "it": "2,5%",
        "tr": "%2,5",
        "ja": "2.5%",
    }
    day = dt.date(2026, 11, 30)
    dates = {lang: long_date(day, lang) for lang in ("en", "de", "de-AT", "es", "hu", "ja", "he", "th")}
    assert dates == {
        "en": "November 30, 2026",
        "de": "30. November 2026",
        "de-AT": "30. November 2026",
        "es": "30 de noviembre de 2026",
        "hu": "2026. november 30.",
        "ja": "2026年11月30日",
        "he": "30 בנובמבר 2026",
        "th": "2026-11-30",
    }
    assert long_date(dt.date(2026, 1, 2), "de-AT") == "2. Jänner 2026"


def test_tags_that_stand_for_others() -> None:
    """Hebrew, Chinese and Norwegian have two names; Punjabi in Pakistan is in Arabic letters, as its text is; and a
    language whose months CLDR does not name has dates in digits."""
    day = dt.date(2026, 11, 30)
    assert [long_date(day, lang) for lang in ("iw", "cmn")] == [long_date(day, lang) for lang in ("he", "zh")]
    assert long_date(day, "pa-PK") == long_date(day, "pa-Arab") != long_date(day, "pa")
    assert long_date(day, "az-Arab") == "2026-11-30"
    assert localized("1,234.5", "ar-EG-x-nu-arab") == "1,234.5"
    assert words("cmn") == words("zh") != words("zh-TW")


def test_the_aliases_are_those_of_babel() -> None:
    """But for Norwegian, which CLDR has as it is."""
    babel = pytest.importorskip("babel.core")
    aliases = babel.get_global("language_aliases")
    assert {name: aliases.get(name) for name in ALIASES if name != "no"} == {
        name: other for name, other in ALIASES.items() if name != "no"
    }


def test_the_facts_are_those_of_babel() -> None:
    """Renewed by ``python -m tests.languages.cldr``."""
    pytest.importorskip("babel")
    assert json.loads(CLDR.read_text(encoding="utf-8")) == facts()


def test_values_and_tables_of_a_deck_follow_its_language(folder: DeckFolder) -> None:
    """What stands in the page; the exact values beside it stay as they are."""
    deck = (
        "lang: de\ndate: 2026-11-30\ntables:\n"
        "  t: {source: data, rows: [{x: 1234.5, n: 12345}, {x: 2, n: 7}]}\n"
        "slides:\n"
        "- \"{{ table('t') }}\"\n"
        '- "{{ 1234.5 | number(1) }}; {{ 0.125 | percent(1) }}; {{ 7500000000 | count }}; {{ 2000000000 | gb }};'
        ' {{ deck.date | date }}; "\n'
    )
    page = folder.build(deck)
    cells = without_provenance(page.bodies[0])
    assert ">1.234,50</td>" in cells or ">1.234,5</td>" in cells
    assert ">12.345</td>" in cells
    assert 'data-value="1234.5"' in cells
    text = page.bodies[1]
    assert "1.234,5; 12,5\u00a0%; 7,50\u00a0B; 2,00\u00a0GB; 30. November 2026;" in text
    assert tex_text("1.234,5") == "1.234{,}5"


def test_what_is_no_date_is_told(folder: DeckFolder) -> None:
    """At its line."""
    problems = folder.problems("slides: ['{{ \"tomorrow\" | date }}']\n")
    assert problems == ["talk.yml:1: 'tomorrow' is not a date; write it as 2026-11-30"]
