"""The handout: how many slides a page, notes, lines, page numbers, and where the numbers come from."""

from __future__ import annotations

import re

import pytest
from pypdf import PdfReader

from slidegen.exports.handout import appendix_html
from slidegen.model import Provenance
from slidegen.origins import Origin
from tests.exports.conftest import Exporter
from tests.exports.structure import alternatives, bookmarks, tags
from tests.exports.test_pdf import texts

COMPUTED = """\
title: Numbers
slides:
  - content: "# One\\n\\n{{ memory('Qwen/Qwen2-1.5B').total | gib }}"
    notes: First note.
  - "# Two"
  - "# Three"
  - content: "# Four"
    notes: Last note.
"""


@pytest.mark.browser
@pytest.mark.parametrize(
    ("per_page", "pages"),
    [
        (1, [["One", "First note."], ["Two"], ["Three"], ["Four", "Last note."]]),
        (2, [["One", "First note.", "Two"], ["Three", "Four", "Last note."]]),
        (3, [["One", "Two", "Three"], ["Four"], ["Notes", "First note.", "Last note."]]),
        (6, [["One", "Two", "Three", "Four"], ["Notes", "First note.", "Last note."]]),
    ],
)
def test_slides_on_paper(exporter: Exporter, per_page: int, pages: list[list[str]]) -> None:
    """Notes stand beneath one or two slides, else in an appendix; the last page says where the numbers come from."""
    (path,) = exporter.export(exporter.deck(text=COMPUTED), "handout", per_page=per_page)
    assert path.name == "talk.handout.pdf"
    pdf = PdfReader(path)
    found = texts(pdf)
    assert len(found) == len(pages) + 1
    for words, text in zip(pages, found, strict=False):
        places = [text.index(word) for word in words]
        assert places == sorted(places)
    assert all(text.startswith("Numbers ") and f"{at} / {len(found)}" in text for at, text in enumerate(found, start=1))
    assert "Where the numbers come from Slide 1 Source Computed by slidegen: memory, textbook accounting" in found[-1]
    assert "catalogue: Qwen/Qwen2-1.5B" in found[-1]
    width, height = (float(side) for side in (pdf.pages[0].mediabox.width, pdf.pages[0].mediabox.height))
    assert (width, height) == pytest.approx((210 / 25.4 * 72, 297 / 25.4 * 72), abs=1)


@pytest.mark.browser
@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_slides_on_paper_keep_their_structure(exporter: Exporter, output: str) -> None:
    """Vector text, tags, alternative texts and bookmarks; without notes if so wished; on other paper."""
    deck = exporter.deck()
    (path,) = exporter.export(deck, "handout", output=output, per_page=6, notes=False, paper="letter")
    pdf = PdfReader(path)
    found = texts(pdf)
    assert [word for word in ("A long", "Above", "first_line", "Below", "alpha", "Night") if word not in found[0]] == []
    assert "hello" not in " ".join(found)
    assert bookmarks(pdf)[:2] == [(0, "A long title", 1), (1, "Above", 1)]
    assert tags(pdf).count("Table") == 1
    assert "a red dot" in alternatives(pdf)
    assert float(pdf.pages[0].mediabox.width) == 612


@pytest.mark.browser
def test_long_notes_continue_on_the_next_page(exporter: Exporter) -> None:
    """And the next slide begins after them."""
    words = " ".join(f"word{number}" for number in range(1200))
    text = f"title: T\nslides:\n  - {{content: '# One', notes: '{words}'}}\n  - '# Two'\n"
    (path,) = exporter.export(exporter.deck(text=text), "handout", per_page=2)
    found = " ".join(texts(PdfReader(path)))
    assert [number for number in range(1200) if f"word{number} " not in f"{found} "] == []
    assert found.index("word1199") < found.index("Two")


@pytest.mark.browser
@pytest.mark.parametrize(("lang", "label", "title"), [("de-AT", "Folie", "Woher die Zahlen"), ("he", "Slide", "Where")])
def test_labels_follow_the_language_of_the_deck(exporter: Exporter, lang: str, label: str, title: str) -> None:
    """English where slidegen has no words in the language."""
    (path,) = exporter.export(exporter.deck(text=f"lang: {lang}\n{COMPUTED}"), "handout")
    pages = texts(PdfReader(path))
    assert f"{label} 2" in pages[0]
    assert title in pages[-1]
    assert f"{label} 1" in pages[-1]


@pytest.mark.browser
def test_two_slides_take_the_room_that_notes_leave(exporter: Exporter) -> None:
    """A line of notes leaves them the width of the paper, several lines less; notes that continue do not count."""

    def width(words: int) -> float:
        text = f"slides:\n  - {{content: '# One', notes: '{'word ' * words}'}}\n  - '# Two'\n"
        (path,) = exporter.export(exporter.deck(text=text), "handout")
        contents = PdfReader(path).pages[0].get_contents()
        assert contents is not None
        frame = re.search(rb"^\.5 \.5 (\S+) \S+ re\s+S$", contents.get_data(), re.MULTILINE)
        assert frame is not None
        return round(float(frame[1]) / 10)

    assert width(5) == width(2000) == 70
    assert width(260) < 65


def test_the_appendix_escapes_and_groups() -> None:
    """Models by where their configs come from; only slides that are in the handout."""
    provenance = Provenance(
        "memory", "textbook", {"b/<x>": "catalogue", "a/y": "catalogue"}, {"lib": "1.0"}, leaves_out="activations"
    )
    html = appendix_html([Origin(provenance, (1, 2, 5))], [2, 5])
    assert '<dd lang="en">catalogue: a/y, b/&lt;x&gt;</dd>' in html
    assert "<h2>Slides 2, 5</h2>" in html
    assert '<dt>Leaves out</dt><dd lang="en">activations</dd>' in html
    assert appendix_html([], [1]) == ""
    given = Provenance("data", given="results.csv")
    assert '<dt>Source</dt><dd lang="en">Given in results.csv</dd>' in appendix_html([Origin(given, (1,))], [1])
