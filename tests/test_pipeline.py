"""The stages together: what is built from what, and that nothing is half done."""

from __future__ import annotations

import re

import pytest

from slidegen.errors import SlidegenError
from tests.deck_folder import MODEL, WAYS, DeckFolder

TABLES = f"tables:\n  t: {{source: memory, models: {MODEL}}}\n"


def test_a_deck_is_one_file_without_addresses(folder: DeckFolder) -> None:
    """No script, style, font or image stands outside it."""
    page = folder.slide("# a $b$ `c` *d* :rocket:\n\n```python {1|2} numbers\nx\ny\n```\n\n{{ table('t') }}", TABLES)
    for tag in re.findall(
        r"<(?:script|link|img|iframe|source|video|audio)\b[^>]*>", page.html.partition("<script>")[0]
    ):
        assert not re.search(r"\b(?:src|href)=", tag)
    styles = "".join(re.findall(r"<style>(.*?)</style>", page.html, re.DOTALL))
    assert set(re.findall(r"url\([\"']?([^:)]*)", styles)) == {"data"}
    assert "@import" not in styles
    assert 'http-equiv="Content-Security-Policy" content="default-src \'none\';' in page.html


def test_the_same_deck_gives_the_same_bytes_anywhere(folder: DeckFolder) -> None:
    """Neither the folder, nor the day, nor the order of a run is in it."""
    text = "# a $b$\n\n```python\nx\n```\n\n{{ memory('" + MODEL + "').total | gib }} {{ table('t') }}"
    other = DeckFolder(folder.path / "other")
    assert folder.slide(text, TABLES).html == other.slide(text, TABLES).html
    assert str(folder.path) not in folder.slide(text, TABLES).html


@pytest.mark.parametrize(
    "deck",
    [
        "slides: [1]",
        "slides: ['{{ x }}']",
        "theme: drak\nslides: [a]",
        "format: pdf\nslides: [a]",
        "slides: ['$\\bad$']",
        "slides: ['![](a.png)']",
        "reveal: {a: b}\nslides: [a]",
    ],
    ids=["parse", "resolve", "theme", "format", "render", "bundle", "options"],
)
def test_a_mistake_at_any_stage_leaves_the_old_deck_whole(folder: DeckFolder, deck: str) -> None:
    """And the old record."""
    folder.slide("old {{ table('t') }}", TABLES)
    files = {path: path.read_bytes() for path in folder.path.rglob("*.*") if path.is_file() and path.suffix != ".yml"}
    assert len(files) == 2
    with pytest.raises(SlidegenError):
        folder.build(deck)
    assert {path: path.read_bytes() for path in folder.path.rglob("*.*") if path in files} == files


def test_a_build_says_what_it_did(folder: DeckFolder) -> None:
    """The file, its size, and the line of each slide that is shown."""
    page = folder.build("slides:\n- a\n- {content: b, visibility: hidden}\n- - c\n  - |\n    d\n")
    assert page.built.output == folder.path / "build" / "talk.html"
    assert page.built.size == len(page.html.encode())
    assert page.built.lines == (2, 4, 6)
    assert page.built.record is None


def test_models_are_found_beside_the_deck_and_not_outside(folder: DeckFolder) -> None:
    """A deck may come from a stranger."""
    folder.write("secret/config.json", "{}")
    deck = DeckFolder(folder.path / "deck")
    (message,) = deck.slide_problems("{{ memory('../secret').total }}")
    assert (
        message == f"talk.yml:3: model '../secret': its file is outside the deck's folder; copy the model into it{WAYS}"
    )


def test_a_long_deck_is_built_in_time_that_grows_with_it(folder: DeckFolder) -> None:
    """Two thousand slides, none slower than the first ones."""
    slide = "- |\n  ## Slide\n\n  - a\n  - **b** `c`\n\n  | d |\n  |---|\n  | e |\n"
    page = folder.build("slides:\n" + slide * 2000)
    assert len(page.bodies) == 2000
