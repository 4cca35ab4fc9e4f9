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


@pytest.mark.parametrize(("output", "tag"), [("marp", "section"), ("reveal", "marp-section")])
def test_sections_of_a_marp_deck_begin_at_its_lead_slides(folder: DeckFolder, output: str, tag: str) -> None:
    """Not at the first slide, which is the title."""
    lead = "<!-- _class: lead -->\n\n"
    slides = [f"{lead}# Title", f"{lead}# One", "## a", "## b", f"{lead}# Two & more", "## c"]
    text = "---\nmarp: true\ntheme: academic\n---\n\n" + "\n\n---\n\n".join(slides) + "\n"
    html = folder.build(text, "talk.md", format=output).html
    found = re.findall(rf'<{tag}\b[^<>]*? data-section="([^"]*)" style="([^"]*?); --(?:paginate|class|theme)', html)
    assert [title for title, _ in found] == ["One", "One", "One", "Two &amp; more", "Two &amp; more"]
    assert found[0][1] == "--section: 1; --sections: 2; --come: 0.333"
    assert found[-1][1] == "--section: 2; --sections: 2; --come: 1"
