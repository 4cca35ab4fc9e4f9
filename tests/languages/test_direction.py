"""The direction of a language, by its tag."""

from __future__ import annotations

import pytest

from slidegen.languages.direction import LANGUAGES, SCRIPTS, direction, with_directions


@pytest.mark.parametrize(
    "lang",
    [
        "ar",
        "he",
        "fa-IR",
        "ur",
        "yi",
        "ps",
        "sd",
        "ug",
        "dv",
        "ckb",
        "AR-eg",
        "ku-Arab",
        "az-Arab",
        "pa-PK",
        "ar-u-nu-latn",
    ],
)
def test_written_from_right_to_left(lang: str) -> None:
    """By the language, the script or the region."""
    assert direction(lang) == "rtl"


@pytest.mark.parametrize(
    "lang", ["en", "de-AT", "ja", "ku", "az", "pa", "uz-Latn-AF", "sd-Deva", "ug-KZ", "ar-Latn", "en-x-arab"]
)
def test_written_from_left_to_right(lang: str) -> None:
    """A script in the tag says more than the language."""
    assert direction(lang) == "ltr"


def test_the_languages_are_those_of_cldr() -> None:
    """Of its data about likely scripts, as Babel has it: nothing is taken from elsewhere."""
    babel = pytest.importorskip("babel.core")
    likely = babel.get_global("likely_subtags")
    found = {name: tag.split("_")[1].lower() for name, tag in likely.items() if "_" not in name}
    assert {name for name in LANGUAGES if found.get(name) not in SCRIPTS} <= {"pnb", "prs"}  # aliases of pa and fa
    assert {lang for lang in found if len(lang) == 2 and found[lang] in SCRIPTS} <= LANGUAGES


def test_elements_of_another_language_have_their_direction() -> None:
    """Where anything runs from right to left. What has a direction keeps it, and text that looks like a tag is text."""
    assert with_directions('<p lang="fr">a</p>', "ltr") == '<p lang="fr">a</p>'
    assert with_directions('<p lang="he">a</p>', "ltr") == '<p lang="he" dir="rtl">a</p>'
    assert with_directions('<p lang="he"><q lang="en">', "ltr") == '<p lang="he" dir="rtl"><q lang="en" dir="ltr">'
    assert with_directions('<p lang="en" dir="rtl">a</p>', "rtl") == '<p lang="en" dir="rtl">a</p>'
    assert with_directions('<p title="x lang=he y">&lt;p lang="en"&gt;</p>', "rtl") == (
        '<p title="x lang=he y">&lt;p lang="en"&gt;</p>'
    )
