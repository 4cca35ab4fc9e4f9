"""Codes that are none of a language are told."""

from __future__ import annotations

import json

import pytest

from slidegen.languages.known import MEANT, is_known, meant
from slidegen.languages.locale import CLDR
from slidegen.languages.words import translated_languages
from tests.deck_folder import DeckFolder

ALLOWED = "allowed: a tag such as de, pt-BR or az-Arab"


def test_languages_of_cldr_are_known() -> None:
    """And those with words; what is meant by a code of a country is one of them."""
    tags = {*json.loads(CLDR.read_text(encoding="utf-8")), *translated_languages(), *MEANT.values(), "iw", "tlh"}
    assert [tag for tag in sorted(tags) if not is_known(tag)] == []
    assert [code for code in MEANT if is_known(code)] == []
    assert (meant("JP-x-a"), meant("xx")) == ("ja-x-a", None)


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize(
    ("name", "deck", "told"),
    [
        ("talk.yml", "title: a\nlang: jp\nslides: [a]\n", [f"2: unknown language 'jp'; did you mean 'ja'? {ALLOWED}"]),
        ("talk.yml", "slides:\n- {lang: cz, content: a}\n- {lang: fj, content: b}\n", ["2: unknown language 'cz'"]),
        ("talk.md", "---\nlang: xx-DE\n---\n# a\n", [f"2: unknown language 'xx-DE'; {ALLOWED}"]),
        ("talk.md", "---\nmarp: true\nlang: dk\n---\n# a\n", ["3: unknown language 'dk'; did you mean 'da'?"]),
        ("talk.qmd", "---\ntitle: a\nlang: gr\n---\n\n## a\n", ["3: unknown language 'gr'; did you mean 'el'?"]),
        ("talk.yml", "lang: fy\nslides: [a]\n", []),
    ],
)
def test_an_unknown_language_is_told_with_its_line(
    folder: DeckFolder, name: str, deck: str, told: list[str], output: str
) -> None:
    """A language that merely has no words is none."""
    warnings = [str(one).partition(f"{name}:")[2] for one in folder.build(deck, name, format=output).built.warnings]
    assert len(warnings) == len(told)
    assert [one.startswith(start) for one, start in zip(warnings, told, strict=True)] == [True] * len(told)
