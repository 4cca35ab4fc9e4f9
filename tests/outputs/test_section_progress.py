"""Looks that show how far a section has come."""

from __future__ import annotations

import re

import pytest

from tests.deck_folder import DeckFolder

SLIDES = "slides: ['# Title', '# One & <i>two</i>', a, b, '# Three', c]\n"
MARK = re.compile(r'<div class="slide" data-section="([^"]*)" style="([^"]*)"')


@pytest.mark.parametrize("form", ["reveal", "marp"])
def test_slides_say_their_section_and_their_place_in_it(folder: DeckFolder, form: str) -> None:
    """Not those before the first section."""
    html = folder.build(f"theme: academic\n{SLIDES}", format=form).html
    found = MARK.findall(html)
    assert [title for title, _ in found] == ["One &amp; two"] * 3 + ["Three"] * 2
    assert [style for _, style in found] == [
        "--section: 1; --sections: 2; --come: 0.333",
        "--section: 1; --sections: 2; --come: 0.667",
        "--section: 1; --sections: 2; --come: 1",
        "--section: 2; --sections: 2; --come: 0.5",
        "--section: 2; --sections: 2; --come: 1",
    ]


@pytest.mark.parametrize("text", [f"theme: plain\n{SLIDES}", "theme: academic\nslides: [a, b]\n"])
def test_other_looks_and_decks_without_sections_stay_as_they_are(folder: DeckFolder, text: str) -> None:
    """No slide is marked."""
    assert MARK.search(folder.build(text).html) is None
