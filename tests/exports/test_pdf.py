"""The PDF: pages, text, links, bookmarks, tags, metadata, the colours of the screen, the same bytes each time."""

from __future__ import annotations

import re
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from slidegen.browser.deck import open_deck
from slidegen.errors import SlidegenError
from slidegen.exports.deck import ExportedDeck
from slidegen.exports.pdf_file import pdf_date
from slidegen.model import DeckOptions
from tests.exports.conftest import Exporter
from tests.exports.structure import alternatives, bookmarks, embedded, links, scopes, tags

pytestmark = pytest.mark.browser

OUTPUTS = pytest.mark.parametrize("output", ["reveal", "marp"])
MARP = """\
---
marp: true
theme: gaia
size: 4:3
---

# First

* one
* two

<!-- A note. -->

---

![bg](a.png)

## Second [back](#1)
"""


def texts(pdf: PdfReader) -> list[str]:
    """The text of each page, on one line."""
    return [" ".join(page.extract_text().split()) for page in pdf.pages]


def corner(page: bytes) -> tuple[int, ...]:
    """The colour of the pixel in the upper left corner of a page's first filled rectangle, from its content."""
    found = re.search(rb"([\d.]+) ([\d.]+) ([\d.]+) rg", page)
    assert found is not None
    return tuple(round(float(part) * 255) for part in found.groups())


@OUTPUTS
def test_a_slide_is_a_page_with_its_text_links_and_tags(exporter: Exporter, output: str) -> None:
    """Hidden slides are left out; links lead to the right pages; a stack's slides stand below its first one."""
    (path,) = exporter.export(exporter.deck(), "pdf", output=output)
    pdf = PdfReader(path)
    pages = texts(pdf)
    words = ["A long", "Above", "Below", "alpha", "Night"]
    assert [[word in page for page in pages].index(True) for word in words] == [0, 1, 2, 3, 4]
    assert len(pages) == 5
    assert all(word in pages[1] for word in ("one", "two", "first_line", "last_line"))
    assert {(float(page.mediabox.width), float(page.mediabox.height)) for page in pdf.pages} == {(960.0, 540.0)}
    assert links(pdf) == [(1, "https://example.org/a"), (1, 3), (1, 3)]
    assert bookmarks(pdf) == [
        (0, "A long title", 1),
        (1, "Above", 2),
        (2, "Below", 3),
        (1, "Chart", 4),
        (1, "Night", 5),
    ]
    assert [tag for tag in tags(pdf) if tag.startswith("H")] == ["H1", "H2", "H3", "H2", "H2"]
    assert tags(pdf).count("Table") == 1
    assert scopes(pdf) == ["/Column", "/Column", "/Row", "/Row"]
    found = alternatives(pdf)
    assert None not in found
    assert "a red dot" in found
    assert any("alpha" in (text or "") for text in found)
    assert all(embedded(pdf))
    assert embedded(pdf)


def test_metadata_is_the_decks(exporter: Exporter) -> None:
    """And nothing about the machine or the time."""
    (path,) = exporter.export(exporter.deck(), "pdf")
    pdf = PdfReader(path)
    given = {key: str(value) for key, value in (pdf.metadata or {}).items()}
    assert given.pop("/Creator").startswith("slidegen ")
    assert given.pop("/Producer").startswith("Skia/PDF")
    assert given == {
        "/Title": "Paper & <pixels>",
        "/Author": "A. Author",
        "/Subject": "What is printed",
        "/CreationDate": "D:20260504000000+00'00'",
        "/ModDate": "D:20260504000000+00'00'",
    }
    root: Any = pdf.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], root["/PageMode"]) == ("de", True, "/UseOutlines")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True


def test_the_same_deck_gives_the_same_bytes(exporter: Exporter, tmp_path: Path) -> None:
    """Also from another folder."""
    deck = exporter.deck()
    (first,) = exporter.export(deck, "pdf")
    before = first.read_bytes()
    other = Exporter(tmp_path / "other", exporter.browser)
    other.folder.mkdir()
    (again,) = other.export(other.deck(), "pdf")
    assert again.read_bytes() == before


def test_ids_of_elements_are_counted_from_one(exporter: Exporter) -> None:
    """Chromium's own depend on how many nodes a page had before."""
    (path,) = exporter.export(exporter.deck(), "pdf")
    ids = sorted({int(found) for found in re.findall(rb"\(node([0-9]{8})\)", path.read_bytes())})
    assert ids == list(range(1, len(ids) + 1)) != []


@OUTPUTS
def test_steps_are_pages(exporter: Exporter, output: str) -> None:
    """Each state of the fragments is a page; headings are bookmarks and tags once."""
    (path,) = exporter.export(exporter.deck(), "pdf", output=output, steps=True)
    pdf = PdfReader(path)
    pages = [page for page in texts(pdf) if "Above" in page]
    shown = [("one" in page, "two" in page) for page in pages]
    assert shown[0] == (False, True)
    assert shown[1] == (True, True)
    assert shown[-1] == (True, False)
    assert len(pdf.pages) == 4 + len(pages)
    assert [title for _, title, _ in bookmarks(pdf)] == ["A long title", "Above", "Below", "Chart", "Night"]


@OUTPUTS
def test_chosen_slides(exporter: Exporter, output: str) -> None:
    """Numbers on the slides stay; a link to a slide that is left out is text."""
    (path,) = exporter.export(exporter.deck(), "pdf", output=output, slides=lambda count: (1, count))
    pdf = PdfReader(path)
    assert [text.rsplit(" ", 3)[-3:] for text in texts(pdf)][1] == ["5", "/", "5"]
    assert len(pdf.pages) == 2
    assert links(pdf) == [(1, "https://example.org/a")]


@pytest.mark.parametrize(
    ("output", "theme", "dark"),
    [("reveal", "auto", False), ("marp", "light", False), ("reveal", "dark", True), ("marp", "dark", True)],
)
def test_slides_have_the_colours_of_the_screen(exporter: Exporter, output: str, theme: str, dark: bool) -> None:
    """The deck's theme decides; a deck that follows the system is light."""
    (path,) = exporter.export(exporter.deck(theme=theme), "pdf", output=output, slides=lambda _: (3,))
    contents = PdfReader(path).pages[0].get_contents()
    assert contents is not None
    assert (max(corner(contents.get_data())) < 128) is dark


@OUTPUTS
def test_notes_beneath_the_slide(exporter: Exporter, output: str) -> None:
    """Notes that are longer than a page continue on the next; nothing is lost."""
    words = " ".join(f"word{number}" for number in range(1500))
    text = f"title: T\nslides:\n  - {{content: '# One', notes: '{words}'}}\n  - '# Two'\n"
    (path,) = exporter.export(exporter.deck(text=text), "pdf", output=output, notes=True)
    pages = texts(PdfReader(path))
    assert len(pages) > 2
    assert "One" in pages[0]
    assert "Two" in pages[-1]
    joined = " ".join(pages)
    assert [number for number in range(1500) if not re.search(rf"\bword{number}\b", joined)] == []


@OUTPUTS
def test_a_marp_deck(exporter: Exporter, output: str) -> None:
    """In its own size, with its fragments and its links."""
    (path,) = exporter.export(exporter.deck("m.md", MARP), "pdf", output=output)
    pdf = PdfReader(path)
    assert [float(side) for side in (pdf.pages[0].mediabox.width, pdf.pages[0].mediabox.height)] == [720.0, 540.0]
    assert len(pdf.pages) == 2
    assert all(word in texts(pdf)[0] for word in ("First", "one", "two"))
    assert links(pdf) == [(2, 1)]
    assert bookmarks(pdf)[0] == (0, "First", 1)
    (path,) = exporter.export(exporter.deck("m.md", MARP), "pdf", output=output, steps=True)
    assert len(PdfReader(path).pages) == 4


def test_a_slide_that_overflows_stays_one_page(exporter: Exporter) -> None:
    """As on the screen."""
    lines = "\\n\\n".join(f"line {number}" for number in range(60))
    (path,) = exporter.export(exporter.deck(text=f'title: T\nslides: ["# One\\n\\n{lines}", "# Two"]\n'), "pdf")
    assert len(PdfReader(path).pages) == 2


@OUTPUTS
def test_links_to_files_stay_as_they_are_written(exporter: Exporter, output: str) -> None:
    """They lead to what lies beside the PDF, not to a folder of the machine that made it; nobody takes their place."""
    written = "[a](<notes/b c.md>) [up](../d.pdf?x=1#y) [m](mailto:a@example.org) [s](slidegen:0) [j](javascript:a)"
    deck = exporter.deck(text=f"slides: ['{written}']\n")
    (path,) = exporter.export(deck, "pdf", output=output)
    addresses = [address for _, address in links(PdfReader(path))]
    assert addresses[:3] == ["notes/b%20c.md", "../d.pdf?x=1#y", "mailto:a@example.org"]
    assert addresses[3:] in ([], ["slidegen:0"])
    before = path.read_bytes()
    assert b"file:" not in before
    exporter.export(deck, "pdf", output=output)
    assert path.read_bytes() == before


@OUTPUTS
def test_what_is_closed_is_printed(exporter: Exporter, output: str) -> None:
    """As text with tags, since nobody can open it on paper."""
    text = 'slides: ["# One\\n\\n<details><summary>More</summary>\\n\\nInside it.\\n\\n</details>"]\n'
    (path,) = exporter.export(exporter.deck(text=text), "pdf", output=output)
    pdf = PdfReader(path)
    assert "Inside it." in texts(pdf)[0]
    assert "P" in tags(pdf)


@OUTPUTS
def test_formulas_are_read_aloud(exporter: Exporter, output: str) -> None:
    """Each is tagged with its TeX, in the line that it stands in."""
    (path,) = exporter.export(exporter.deck(text="slides: ['Of $x^2$ and\n\n  $$E = m$$']\n"), "pdf", output=output)
    pdf = PdfReader(path)
    assert alternatives(pdf) == ["x^2", "E = m"]
    assert tags(pdf).index("P") < tags(pdf).index("Figure")


@OUTPUTS
def test_charts_are_flat_drawings(exporter: Exporter, output: str) -> None:
    """As on the screen: patterns, which tell series apart on paper, would be large pictures in a PDF."""
    text = (
        "tables:\n  t: {source: data, rows: [{n: a, u: 1, v: 2}, {n: b, u: 3, v: 4}]}\n"
        "figures:\n  f: {kind: stacked-bars, table: t, parts: [u, v]}\nslides: ['{{ chart(\"f\") }}']\n"
    )
    (path,) = exporter.export(exporter.deck(text=text), "pdf", output=output)
    assert [len(page.images) for page in PdfReader(path).pages] == [0]
    assert b"/PatternType 1" not in path.read_bytes()


@OUTPUTS
def test_a_video_is_its_poster(exporter: Exporter, output: str) -> None:
    """Without the buttons of a player, which nobody can press."""
    (exporter.folder / "a.mp4").write_bytes(b"")
    text = 'slides: [\'<video src="a.mp4" poster="a.png" width="300" controls></video>\']\n'
    (path,) = exporter.export(exporter.deck(text=text), "pdf", output=output)
    (page,) = PdfReader(path).pages
    assert [image.image.size for image in page.images if image.image] == [(1, 1)]
    assert "0:00" not in page.extract_text()


def dated(date: str | None) -> ExportedDeck:
    """A deck with this date."""
    return ExportedDeck("a", Path(), Path(), "", DeckOptions(date=date), {}, (1, 1), (), ())


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_section_in_a_slide_makes_no_stack(exporter: Exporter, output: str) -> None:
    """Nor one in its notes; reveal.js would show what is in it and nothing else."""
    text = (
        "title: T\nslides:\n  - |\n    # One\n\n    <section>inside</section>\n"
        "  - content: '# Two'\n    notes: 'a <section>b</section>'\n"
    )
    (path,) = exporter.export(exporter.deck(text=text), "pdf", output=output)
    first, second = (" ".join(page.extract_text().split()) for page in PdfReader(path).pages)
    assert first.startswith("One inside")
    assert second.startswith("Two")


def test_the_date_of_a_pdf() -> None:
    """That of the environment, else the deck's, else none."""
    assert pdf_date(dated("2026-05-04"), {"SOURCE_DATE_EPOCH": "86400"}) == "D:19700102000000+00'00'"
    assert pdf_date(dated("2026-05-04"), {}) == "D:20260504000000+00'00'"
    assert pdf_date(dated("May 2026"), {}) is None
    with pytest.raises(SlidegenError, match="SOURCE_DATE_EPOCH is 'now'; seconds since 1970 are needed"):
        pdf_date(dated(None), {"SOURCE_DATE_EPOCH": "now"})


def test_a_page_reaches_no_network(tmp_path: Path, browser: Browser) -> None:
    """Whatever is in it: a server on this machine gets no request."""
    asked: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/a.png"
        page = tmp_path / "a.html"
        page.write_text(f'<script>slidegen = {{ready: true, fitted: true, slides: []}}</script><img src="{address}">')
        with open_deck(page, browser=browser) as opened:
            assert opened.requests[1:] == [address]
        server.shutdown()
    assert asked == []


@pytest.mark.slow
@OUTPUTS
@pytest.mark.parametrize(("steps", "shown"), [(False, ["two = 2"]), (True, ["one = 1", "two = 2"])])
def test_paper_shows_the_last_state_of_a_magic_move(
    exporter: Exporter, output: str, steps: bool, shown: list[str]
) -> None:
    """And with steps a page for each, in the order of the text."""
    blocks = "```python\none = 1\n```\n```python\ntwo = 2\n```\n"
    text = f"---\ntheme: light\n---\n# Code\n\n````md magic-move\n{blocks}````\n\nBelow it.\n"
    (path,) = exporter.export(exporter.deck("m.md", text), "pdf", output=output, steps=steps)
    assert texts(PdfReader(path)) == [f"Code {code} Below it." for code in shown]
