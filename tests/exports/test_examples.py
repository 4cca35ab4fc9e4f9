"""The decks that ship as examples: pages, text, links, bookmarks and tags of their PDFs against the built pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser

from slidegen.build_options import BuildOptions
from slidegen.exports import EXPORTS
from slidegen.exports.base import ExportOptions
from slidegen.exports.deck import ExportedDeck, exported_deck
from slidegen.exports.running import run_exports
from slidegen.pipeline import build_stages
from tests.exports.conftest import Exporter
from tests.exports.structure import alternatives, bookmarks, embedded, links, scopes, tags
from tests.exports.test_pdf import texts

pytestmark = pytest.mark.browser

SLIDES = Path(__file__).parents[2] / "slides"
EXAMPLES = [
    pytest.param(name, output, marks=() if name == "talk.org" else pytest.mark.slow)
    for name in ("europython.yml", "quantization.yml", "course.md", "talk.org")
    for output in ("reveal", "marp")
]
SLIDE = {"reveal": ".slides section:not(:has(> section))", "marp": ".marpit > svg"}
every_example = pytest.mark.parametrize(("name", "output"), EXAMPLES)


def built(name: str, output: str, folder: Path) -> tuple[ExportedDeck, list[LexborHTMLParser]]:
    """An example as exports know it, and its slides without their notes."""
    options = BuildOptions(folder=folder, format=output, offline=True, keep_record=False)
    deck = exported_deck(build_stages(str(SLIDES / name), options))
    page = LexborHTMLParser(deck.page.read_text(encoding="utf-8"))
    slides = [LexborHTMLParser(slide.html or "") for slide in page.css(SLIDE[output])]
    for slide in slides:
        for aside in slide.css("aside.notes"):
            aside.decompose()
    return deck, slides


def exported(exporter: Exporter, name: str, output: str, export: str) -> PdfReader:
    """An export of an example."""
    options = BuildOptions(folder=exporter.folder, format=output, offline=True, keep_record=False)
    made = run_exports(str(SLIDES / name), [EXPORTS.find(export)], ExportOptions(), options, exporter.browser)
    return PdfReader(made.paths[0])


def squeezed(text: str) -> str:
    """A text without blanks, in which a heading with formulas or line breaks is found."""
    return "".join(text.split())


@every_example
def test_the_pdf_of_an_example(exporter: Exporter, name: str, output: str) -> None:
    """A page for each slide with its heading, its links and its tags."""
    deck, slides = built(name, output, exporter.folder)
    pdf = exported(exporter, name, output, "pdf")
    pages = texts(pdf)
    assert len(pages) == len(slides) == len(deck.slides)
    titles = {slide.number: slide.title for slide in deck.slides if slide.title and "\\" not in slide.title}
    assert len(titles) > len(slides) / 2
    assert [n for n, title in titles.items() if squeezed(title) not in squeezed(pages[n - 1])] == []
    marked = {page: title for _, title, page in reversed(bookmarks(pdf))}
    assert [n for n, title in titles.items() if squeezed(marked[n]) != squeezed(title)] == []

    outside = [
        (number, str(link.attributes["href"]).removesuffix("/"))
        for number, slide in enumerate(slides, start=1)
        for link in slide.css("a[href^=http]")
    ]
    found = links(pdf)
    assert sorted({(page, to.removesuffix("/")) for page, to in found if isinstance(to, str)}) == sorted(set(outside))
    assert {to for _, to in found if isinstance(to, int)} <= set(range(1, len(pages) + 1))
    inside = {number for number, slide in enumerate(slides, start=1) if slide.css_first("a[href^='#']")}
    assert {page for page, to in found if isinstance(to, int)} == inside

    kinds = tags(pdf)
    for selector, kind in (("table", "Table"), ("th:not([role=cell])", "TH"), ("ul, ol", "L"), (".katex", "Figure")):
        expected = sum(len(slide.css(selector)) for slide in slides)
        assert kinds.count(kind) >= expected, kind
    paragraphs = sum(has_words(paragraph.html or "") for slide in slides for paragraph in slide.css("p"))
    assert kinds.count("P") >= 0.95 * paragraphs  # Chromium has none for a paragraph with a block in it
    assert sum(kind in ("H1", "H2", "H3", "H4", "H5", "H6") for kind in kinds) >= len(titles)
    assert len(scopes(pdf)) == kinds.count("TH")
    assert kinds.count("Figure") > 0
    assert [alternative for alternative in alternatives(pdf) if not alternative] == []
    assert str(pdf.root_object["/Lang"]) == deck.options.lang
    assert embedded(pdf) == [True] * len(embedded(pdf)) != []


def has_words(paragraph: str) -> bool:
    """Whether a paragraph is more than a formula, which is a figure of its own."""
    read = LexborHTMLParser(paragraph)
    for formula in read.css(".katex"):
        formula.decompose()
    return bool((read.text() or "").strip(" .,"))


@every_example
def test_the_handout_of_an_example(exporter: Exporter, name: str, output: str) -> None:
    """Two slides a page or fewer, all notes, and where the numbers come from."""
    deck, _ = built(name, output, exporter.folder)
    pdf = exported(exporter, name, output, "handout")
    joined = " ".join(texts(pdf))
    assert [slide.number for slide in deck.slides if f"Slide {slide.number} " not in f"{joined} "] == []
    words = {word for slide in deck.slides for word in slide.notes.split() if word.isalpha()}
    assert [word for word in words if word not in joined] == []
    assert "Where the numbers come from" in joined
    assert len(pdf.pages) > len(deck.slides) / 2
    assert tags(pdf).count("TH") == len(scopes(pdf))
