"""What a speaker does with a built deck, in a real browser, from disk."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from slidegen.browser.deck import READY, open_deck
from slidegen.model import Scheme
from slidegen.pipeline import BuildOptions, build

DECK = """
title: A deck for its controls
footer: the footer
slides:
  - |
    # First {.here}
  - - |
      ## Second

      - one {.fragment}
      - two {.fragment}

      ::: notes
      Only the speaker reads this.
      :::
    - |
      ## Below

      needle in a haystack
  - content: |
      ```python {1|2-3} numbers
      a = 1
      b = 2
      c = 3
      ```
  - background: "#101820"
    slide_number: false
    content: |
      ## On dark
  - visibility: hidden
    content: |
      ## Hidden
"""


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The deck above, built."""
    folder = tmp_path_factory.mktemp("controls")
    source = folder / "controls.yml"
    source.write_text(DECK, encoding="utf-8")
    return build(str(source), BuildOptions(folder=folder / "build")).output


@pytest.fixture
def page(deck: Path, browser: Browser) -> Iterator[Page]:
    """The deck, open at its first slide."""
    with open_deck(deck, browser=browser) as opened:
        yield opened.page


def background(page: Page) -> str:
    """The page's background colour as the browser computes it."""
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


LIGHT, DARK = "rgb(251, 250, 247)", "rgb(19, 23, 30)"


def test_the_deck_follows_the_systems_preference(deck: Path, browser: Browser) -> None:
    """Light where the system is light, dark where it is dark."""
    preferences: tuple[tuple[Scheme, str], ...] = (("light", LIGHT), ("dark", DARK))
    for preference, expected in preferences:
        context = browser.new_context(color_scheme=preference)
        page = context.new_page()
        page.goto(deck.as_uri())
        page.wait_for_function(READY)
        assert background(page) == expected
        context.close()


def test_key_t_switches_and_the_address_forces(page: Page, deck: Path) -> None:
    """T goes from light to dark and back; ?theme= wins over the system."""
    assert background(page) == LIGHT
    page.keyboard.press("t")
    assert background(page) == DARK
    page.keyboard.press("t")
    assert background(page) == LIGHT
    page.goto(deck.as_uri() + "?theme=dark")
    page.wait_for_function(READY)
    assert background(page) == DARK


def test_a_build_with_a_theme_opens_with_it(tmp_path: Path, browser: Browser) -> None:
    """--theme dark on a system that is light."""
    source = tmp_path / "a.yml"
    source.write_text("slides: ['# One']", encoding="utf-8")
    built = build(str(source), BuildOptions(folder=tmp_path, theme="dark"))
    with open_deck(built.output, browser=browser) as opened:
        assert background(opened.page) == DARK


def test_keys_go_through_stacks_and_fragments(page: Page) -> None:
    """Right, then two fragments, then down the stack; the address names the slide."""
    page.keyboard.press("ArrowRight")
    assert page.evaluate("Reveal.getIndices()") == {"h": 1, "v": 0, "f": -1}
    for shown in (1, 2):
        page.keyboard.press("Space")
        assert page.locator("section.present .fragment.visible").count() == shown
    page.keyboard.press("Space")
    assert page.evaluate("Reveal.getIndices()")["v"] == 1
    page.wait_for_function("() => location.hash === '#/1/1'")


def test_code_is_lit_step_by_step_without_a_highlighter(page: Page) -> None:
    """Line 1 at first, lines 2 and 3 after the step; the other lines are dimmed."""
    page.evaluate("Reveal.slide(2)")

    def wait_until_lit(*lines: bool) -> None:
        shown = """(lines) => [...document.querySelectorAll("section.present .sg-line")].map((line) =>
          getComputedStyle(line).getPropertyValue('--dim') === '').join() === lines.join()"""
        page.wait_for_function(shown, arg=list(lines))

    expect(page.locator("section.present .sg-code-step")).to_have_count(1)
    wait_until_lit(True, False, False)
    page.evaluate("Reveal.next()")
    wait_until_lit(False, True, True)
    assert page.locator("section.present .sg-line").first.get_attribute("data-n") == "1"


def test_slide_numbers_count_what_is_shown(page: Page) -> None:
    """The hidden slide is not counted; a slide without a number shows none; text on a dark slide is light."""
    assert page.locator(".slide-number").inner_text().split() == ["1", "/", "5"]
    page.evaluate("Reveal.slide(3)")
    expect(page.locator(".slide-number")).to_be_hidden()
    color = page.locator("section.present h2").evaluate("e => getComputedStyle(e).color")
    assert color == "rgb(235, 233, 228)"


def test_search_finds_text_on_another_slide(page: Page) -> None:
    """Ctrl+Shift+F, a word, Enter: the deck goes to the slide that has it."""
    page.keyboard.press("Control+Shift+F")
    box = page.get_by_role("combobox")
    box.fill("haystack")
    box.press("Enter")
    page.wait_for_function("() => Reveal.getIndices().h === 1 && Reveal.getIndices().v === 1")
    assert page.evaluate("Reveal.getIndices().v") == 1


def test_overview_and_zoom(page: Page) -> None:
    """O opens the overview; a click with Alt (Ctrl on Linux, where Alt moves windows) zooms in."""
    page.keyboard.press("o")
    expect(page.locator(".reveal.overview")).to_have_count(1)
    page.keyboard.press("o")
    expect(page.locator(".reveal.overview")).to_have_count(0)
    key = "Control" if sys.platform == "linux" else "Alt"
    page.mouse.move(300, 300)
    page.keyboard.down(key)
    page.mouse.click(300, 300)
    page.keyboard.up(key)
    page.wait_for_function("() => document.body.style.transform.includes('scale')")
    assert page.locator("html.zoomed").count() == 1


def test_print_gives_one_page_a_slide_on_white(deck: Path, browser: Browser) -> None:
    """?print-pdf: as many pages as slides, white paper, nothing dimmed, whatever the theme asked for."""
    with open_deck(deck, "dark", browser=browser, query="print-pdf") as opened:
        page = opened.page
        page.wait_for_selector(".pdf-page", state="attached")
        pdf = page.pdf(prefer_css_page_size=True, print_background=True, width="1280px", height="720px")
        assert background(page) == "rgb(255, 255, 255)"
        dimmed = "all => all.filter((l) => getComputedStyle(l).getPropertyValue('--dim') !== '').length"
        assert page.eval_on_selector_all(".sg-line", dimmed) == 0
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") == 5


def test_a_phone_scrolls_through_the_slides(deck: Path, browser: Browser) -> None:
    """Upright phones scroll through the slides; nothing is wider than the screen, and text is at least 16 px there."""
    with open_deck(deck, size=(390, 844), browser=browser) as opened:
        page = opened.page
        assert page.locator("html.flow").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth <= 390") is True
        item = page.locator(".slides li", has_text="one").first
        width, drawn = item.evaluate("e => [e.offsetWidth, e.getBoundingClientRect().width]")
        assert drawn / width * 28 >= 16
