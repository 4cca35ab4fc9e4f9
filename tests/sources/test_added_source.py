"""A format of decks is added by a module and a line, as CONTRIBUTING.md says."""

from __future__ import annotations

import pytest

from slidegen.model import Deck, DeckOptions, Slide, SlideOptions, Source, Text
from slidegen.sources import SOURCES, Reading
from tests.deck_folder import DeckFolder


def parse(source: Source, _: Reading) -> Deck:
    """A deck whose every line is a slide."""
    lines = source.text.splitlines()
    slides = (Slide(Text(line, source.name, row), SlideOptions()) for row, line in enumerate(lines, start=1))
    return Deck(source, DeckOptions(), {}, (), tuple((slide,) for slide in slides))


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_format_is_a_function_and_a_line(folder: DeckFolder, monkeypatch: pytest.MonkeyPatch, output: str) -> None:
    """With it a deck builds in every output, and its mistakes have their lines."""
    monkeypatch.setitem(SOURCES, ".lines", parse)
    page = folder.build("# One {{ 1 + 1 }}\n*two*\n", "talk.lines", format=output)
    assert page.built.lines == (1, 2)
    assert "One 2</h1>" in page.html
    assert "<em>two</em>" in page.html
