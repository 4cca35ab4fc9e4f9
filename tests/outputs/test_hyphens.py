"""Long words that may be broken at the end of a line."""

from __future__ import annotations

import re
import sys

import pytest

from slidegen.outputs.hyphens import SOFT
from tests.deck_folder import DeckFolder

WORD = "Geschwindigkeitsbegrenzung"
BROKEN = "Geschwin-dig-keits-be-gren-zung".replace("-", SOFT)
DECKS = {
    "talk.yml": "lang: de\nhyphenate: true\nslides:\n- |\n  {}\n",
    "talk.md": "---\nlang: de\nhyphenate: true\n---\n{}\n",
    "talk.marp.md": "---\nmarp: true\nlang: de\nhyphenate: true\n---\n{}\n",
}
EVERY = pytest.mark.parametrize("output", ["reveal", "marp"])


def slides_of(folder: DeckFolder, name: str, text: str, output: str = "reveal") -> str:
    """The HTML of the slides."""
    html = folder.build(DECKS[name].format(text), name, format=output).html
    start = html.index('<div class="slides">' if output == "reveal" else '<div class="marpit')
    return html[start : html.index("<script", start)]


@EVERY
@pytest.mark.parametrize("name", DECKS)
def test_long_words_of_prose(folder: DeckFolder, name: str, output: str) -> None:
    """In every dialect and output."""
    assert BROKEN in slides_of(folder, name, f"Eine {WORD}.", output)


@pytest.mark.parametrize(
    "text",
    [
        f"## {WORD}",
        f"`{WORD}`",
        f"```\n  {WORD}\n  ```",
        f"$\\text{{{WORD}}}$",
        f"<https://example.org/{WORD}>",
        f"{WORD}@example.org",
        f"a_{WORD}",
        f"{WORD}.txt",
        WORD.upper(),
        "Geschwindig",
        f"[x]{{title={WORD}}}",
    ],
)
def test_what_stays_whole(folder: DeckFolder, text: str) -> None:
    """Headings, code, formulas, addresses, names, capitals, short words, attributes."""
    assert SOFT not in slides_of(folder, "talk.yml", text)


def test_headings_in_boxes_and_norwegian(folder: DeckFolder) -> None:
    """A heading below that of the slide stands in a card or a column, which may be narrow. The patterns of Norwegian
    are those of Bokmål."""
    assert BROKEN in slides_of(folder, "talk.yml", f"### {WORD}")
    page = folder.slide("Menneskerettighetserklæringen", "lang: 'no'\nhyphenate: true\n")
    assert SOFT in page.body
    assert not page.built.warnings


def test_patterns_are_those_of_the_language(folder: DeckFolder) -> None:
    """Of each part; a language without patterns is told once, at the line of the key."""
    page = slides_of(folder, "talk.yml", f"{WORD} [characterization]{{lang=en}} [tsjechoslowakije]{{lang=nl}}")
    assert f"char{SOFT}ac" in page
    assert BROKEN in page
    built = folder.build(f"title: a\nlang: ja\nhyphenate: true\nslides: ['{WORD}', '{WORD}']\n").built
    assert [str(one).rpartition("/")[2] for one in built.warnings] == [
        "talk.yml:3: hyphenate: words in 'ja' are not hyphenated; there are no patterns for this language"
    ]


def test_no_word_is_broken_without_the_key(folder: DeckFolder) -> None:
    """Whatever the language."""
    assert SOFT not in folder.build(f"lang: de\nslides: ['{WORD}']\n").html


def test_texts_have_whole_words(folder: DeckFolder) -> None:
    """The transcript in the page, and what exports read of the deck."""
    page = folder.build(f"lang: de\nhyphenate: true\nslides:\n- content: '{WORD}'\n  notes: '{WORD}'\n")
    transcript = page.html[page.html.index('<dialog class="sg-dialog sg-transcript"') :]
    assert WORD in transcript.partition("</dialog>")[0]
    assert SOFT not in transcript.partition("</dialog>")[0]
    assert re.search(rf"<aside[^>]*>.*{WORD}", page.html, re.DOTALL)


def test_without_pyphen_the_extra_is_named(folder: DeckFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """As every optional part is."""
    from slidegen.outputs import hyphens

    hyphens._patterns.cache_clear()
    monkeypatch.setitem(sys.modules, "pyphen", None)
    try:
        (problem,) = folder.problems(f"lang: de\nhyphenate: true\nslides: ['{WORD}']\n")
    finally:
        hyphens._patterns.cache_clear()
    assert problem.startswith("hyphenation needs the extra 'hyphens'")
