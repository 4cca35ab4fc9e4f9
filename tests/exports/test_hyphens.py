"""Exports of decks with soft hyphens."""

from __future__ import annotations

import re

import pytest
from pypdf import PdfReader

from tests.exports.conftest import Exporter

WORD = "Donaudampfschifffahrtsgesellschaft"
DECK = f"""\
lang: de
hyphenate: true
slides:
- content: |
    {WORD}

    :::: columns
    ::: column width=300px
    {WORD}
    :::
    ::: column
    b
    :::
    ::::
  notes: {WORD}
"""


@pytest.mark.browser
@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_words_are_found_in_a_pdf(exporter: Exporter, output: str) -> None:
    """Whole where they stand on one line; a hyphen is where a line ends. Notes have none."""
    deck = exporter.deck(text=DECK)
    (path,) = exporter.export(deck, "pdf", output=output)
    (page,) = PdfReader(path).pages
    text = page.extract_text()
    assert text.count(WORD) == 1
    whole = re.sub(r" ?[-\u2010\u00ad]\s*\n", "", text)
    assert whole.count(WORD) == 2
    (notes,) = exporter.export(deck, "notes", output=output)
    assert WORD in notes.read_text(encoding="utf-8")
