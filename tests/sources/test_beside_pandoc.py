"""Decks of pandoc's dialect have the slides that pandoc itself makes of them for reveal.js.

`pandoc/*.expected.txt` was written down from ``pandoc 3.9 -f markdown -t revealjs -s`` (with ``--slide-level 2`` where
the deck says so): a line for each slide with its id and its text, without formulas, notes and footnotes; slides below
another one are indented.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.deck_folder import DeckFolder

DECKS = Path(__file__).parent / "pandoc"
UNSEEN = "aside, .footnotes, .footnote-ref, .katex"
BREAKS = re.compile(r"(</?(?:p|li|td|th|tr|h[1-6]|div|dt|dd|br|pre|caption)\b[^>]*>)")


def text_of(slide: LexborNode) -> str:
    """The words of a slide, those of each block apart."""
    apart = LexborHTMLParser(BREAKS.sub(r" \1 ", slide.html or ""))
    for node in apart.css(UNSEEN):
        node.decompose()
    return " ".join(apart.root.text().split()) if apart.root else ""


def slides(html: str) -> Iterator[str]:
    """Each slide as it stands in the file of what is expected."""
    for outer in LexborHTMLParser(html).css(".slides > section"):
        inner = [node for node in outer.iter() if node.tag == "section"]
        for number, slide in enumerate(inner or [outer]):
            yield f"{'  ' if number else ''}#{slide.attributes.get('id') or ''} | {text_of(slide)}".rstrip()


@pytest.mark.parametrize("name", ["habits", "features"])
def test_a_deck_has_the_slides_that_pandoc_makes(folder: DeckFolder, name: str) -> None:
    """As many, in the same stacks, of the same names, with the same words."""
    page = folder.build((DECKS / f"{name}.md").read_bytes(), f"{name}.md")
    expected = (DECKS / f"{name}.expected.txt").read_text(encoding="utf-8").splitlines()
    assert list(slides(page.html)) == [line.rstrip() for line in expected]
