"""Links inside a deck: by a click, on paper, and at the hash that a page is opened with."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from slidegen.browser.deck import READY, open_deck
from slidegen.pipeline import BuildOptions, build

pytestmark = pytest.mark.browser

MARP = """\
---
marp: true
headingDivider: 2
---

# Links

[a](#3) [b](#twice) [c](#twice-1) [d](#über-uns) [e](#%C3%BCber-uns) [f](#自己紹介) [g](#named) [h](#top)
[i](#99) [j](#gone) [k](#0)

## Twice

## Twice

## Über uns

## 自己紹介

<a name="named">y</a>

[back](#1)
"""
MARP_LEADS = {
    "#3": 3,
    "#twice": 2,
    "#twice-1": 3,
    "#%C3%BCber-uns": 4,
    "#%E8%87%AA%E5%B7%B1%E7%B4%B9%E4%BB%8B": 5,
    "#named": 5,
    "#top": 1,
    "#99": 5,
    "#gone": 1,
    "#0": 1,
    "#1": 1,
}
"""The slide, from 1, that each link leads to in the page of marp-cli 4.5.1, found by clicking there."""
YAML = """\
slides:
  - |
    [a](#3) [b](#/3) [c](#/2/1) [d](#here) [e](#/here) [f](#/beta) [g](#über) [h](#/2)
  - "# Two"
  - - "# Three"
    - "# Four"
  - "- alpha {.fragment}\\n- <b id=beta>beta</b>{.fragment}"
  - {content: "# Six", id: here}
  - "# Seven <i id='über'></i>"
"""
YAML_LEADS = {
    "#3": 3,
    "#/3": 5,
    "#/2/1": 4,
    "#here": 6,
    "#/here": 6,
    "#/beta": 5,
    "#%C3%BCber": 7,
    "#/2": 3,
}
"""reveal.js counts stacks from 0 in "#/2/1"."""
DECKS = {"talk.md": (MARP, MARP_LEADS), "talk.yml": (YAML, YAML_LEADS)}
SLIDE = "() => window.Reveal ? Reveal.getSlides().indexOf(Reveal.getCurrentSlide()) + 1 : slidegen.at()[0] + 1"
SHOWN = "() => window.Reveal ? Reveal.getIndices().f + 1 : slidegen.at()[1]"
HOME = "() => window.Reveal ? Reveal.slide(0) : slidegen.show(0, 0)"
LINKS = "() => [...document.querySelectorAll('.slides a[href], .marpit a[href]')].map(a => a.getAttribute('href'))"
CLICK = "at => document.querySelectorAll('.slides a[href], .marpit a[href]')[at].click()"
SETTLED = {"reveal": "#/2", "marp": "#3"}
"""The hash at the third slide."""

EACH = pytest.mark.parametrize("name", DECKS)
OUTPUTS = pytest.mark.parametrize("output", ["reveal", "marp"])


def built(folder: Path, name: str, output: str) -> Path:
    """One of the decks, built."""
    (folder / name).write_text(DECKS[name][0], encoding="utf-8")
    return build(str(folder / name), BuildOptions(folder=folder / "build", format=output, keep_record=False)).output


def wait_for(page: Page, slide: int) -> int:
    """The slide that is shown, which becomes this one in time."""
    page.wait_for_function(READY)
    page.wait_for_function(f"slide => ({SLIDE})() === slide", arg=slide)
    return int(page.evaluate(SLIDE))


@EACH
@OUTPUTS
def test_a_click_leads_where_the_link_says(tmp_path: Path, browser: Browser, name: str, output: str) -> None:
    """To a slide by its number, its place or what stands on it, in any letters; nothing is scrolled away."""
    leads = DECKS[name][1]
    with open_deck(built(tmp_path, name, output), browser=browser) as deck:
        links = deck.page.evaluate(LINKS)
        # On the page of the Marp output, the links of reveal.js are written by the number and the name alone.
        expected = [*leads.values()] if name == "talk.yml" else [leads[link] for link in links]
        assert len(links) == len(expected)
        for at, slide in enumerate(expected):
            deck.page.evaluate(HOME)
            deck.page.evaluate(CLICK, at)
            deck.page.wait_for_timeout(60)  # a link that leads nowhere has time to lead somewhere
            wait_for(deck.page, slide)
        assert deck.page.evaluate("[...document.querySelectorAll('*')].filter(e => e.scrollTop || e.scrollLeft)") == []
        assert deck.console == []


@EACH
@OUTPUTS
def test_paper_leads_to_the_same_slides(tmp_path: Path, browser: Browser, name: str, output: str) -> None:
    """By destinations inside the PDF; of a dead link nothing is asked. Both ways to print reveal.js."""
    path = built(tmp_path, name, output)
    expected = [slide for link, slide in DECKS[name][1].items() if link not in ("#gone", "#top", "#99", "#0")]
    for query in ["", "print-pdf"] if output == "reveal" else [""]:
        with open_deck(path, browser=browser, query=query) as deck:
            if query:
                deck.page.wait_for_selector(".pdf-page", state="attached")
            deck.page.pdf(path=tmp_path / "a.pdf", prefer_css_page_size=True)
        pdf = PdfReader(tmp_path / "a.pdf")
        found = [page_of(pdf, note.get_object()) for page in pdf.pages for note in page.get("/Annots") or ()]
        assert set(expected) == set(found)
        assert len(found) >= len(expected)


def page_of(pdf: PdfReader, note: object) -> int:
    """The page, from 1, that a link of a PDF leads to."""
    assert isinstance(note, dict)
    number = pdf.get_destination_page_number(pdf.named_destinations[note["/Dest"]])
    assert number is not None
    return number + 1


@OUTPUTS
def test_a_link_into_a_list_that_comes_step_by_step_shows_its_step(
    tmp_path: Path, browser: Browser, output: str
) -> None:
    """The steps before it, too."""
    with open_deck(built(tmp_path, "talk.yml", output), browser=browser) as deck:
        deck.page.evaluate(CLICK, 5)
        wait_for(deck.page, 5)
        assert deck.page.evaluate(SHOWN) == 2


@EACH
@OUTPUTS
def test_a_page_that_loads_again_stays_where_it_was(tmp_path: Path, browser: Browser, name: str, output: str) -> None:
    """At the hash that it writes itself; and one may open it at a link's hash."""
    url = built(tmp_path, name, output).as_uri()
    with open_deck(built(tmp_path, name, output), browser=browser) as deck:
        deck.page.evaluate(CLICK, 0)
        wait_for(deck.page, 3)
        deck.page.wait_for_function("hash => location.hash === hash", arg=SETTLED[output])
        deck.page.reload()
        assert wait_for(deck.page, 3) == 3
        for hash_, slide in [("#here", 6)] if name == "talk.yml" else [("#3", 3), ("#twice", 2), ("#自己紹介", 5)]:
            deck.page.goto("about:blank")
            deck.page.goto(url + hash_)
            assert wait_for(deck.page, slide) == slide
        deck.page.evaluate("location.hash = '#2'")
        assert wait_for(deck.page, 2) == 2
