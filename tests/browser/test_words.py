"""The windows of the interface in the language of the deck."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from slidegen.browser.deck import READY
from tests.deck_folder import DeckFolder

ENGLISH = """
(root) => [...document.querySelectorAll(`${root} [lang=en]`)].map((one) => one.textContent.trim() || one.ariaLabel)
"""


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_windows_speak_the_language_of_the_deck(folder: DeckFolder, browser: Browser, output: str) -> None:
    """Words that there is no translation of are English, and marked so for those who hear them."""
    built = folder.build("lang: he\nminutes: 3\nslides: ['# אחד', '# שתיים']\n", format=output).built
    context = browser.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(built.output.as_uri())
    page.wait_for_function(READY)
    page.wait_for_function("() => window.slidegen.talk")
    _help(page)
    with context.expect_page() as opened:
        page.keyboard.press("s")
    view = opened.value
    view.wait_for_selector(".sp-place")
    assert view.title().startswith("מסוף מציג: ")
    assert view.evaluate("() => document.documentElement.dir") == "rtl"
    expect(view.get_by_role("heading", name="השקופית הבאה")).to_be_visible()
    expect(view.get_by_role("region", name="הערות")).to_be_visible()
    expect(view.get_by_role("button", name="Start")).to_have_attribute("lang", "en")
    assert "planned" in view.evaluate(ENGLISH, ".pace")
    now, after = (view.get_by_title(name).bounding_box() for name in ("השקופית הנוכחית", "השקופית הבאה"))
    assert now is not None
    assert after is not None
    assert now["x"] > after["x"]
    context.close()


def _help(page: Page) -> None:
    page.keyboard.press("?")
    dialog = page.locator(".sg-help")
    expect(dialog).to_contain_text("משחיר/מוריד משחור מהמסך")
    expect(dialog.get_by_role("button", name="סגירה")).to_be_visible()
    english = page.evaluate(ENGLISH, ".sg-help")
    assert "full screen" in english
    assert "black screen" not in english
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.locator(".sg-goto input").fill("xyz")
    expect(page.locator(".sg-none")).to_have_text("אין תוצאות")
    page.keyboard.press("Escape")


LINES = """
(name) => {
  const paragraph = slidegen.slides[0].querySelector(name);
  return Math.round(paragraph.offsetHeight / parseFloat(getComputedStyle(paragraph).lineHeight));
}
"""
COPIED = """
(name) => {
  getSelection().selectAllChildren(slidegen.slides[0].querySelector(name));
  const event = new ClipboardEvent("copy", { clipboardData: new DataTransfer(), bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
  return event.clipboardData.getData("text/plain");
}
"""


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_words_with_soft_hyphens_break_and_are_found_whole(folder: DeckFolder, browser: Browser, output: str) -> None:
    """In a narrow column they take several lines; a search and a copy know nothing of the hyphens."""
    word = "Donaudampfschifffahrtsgesellschaft"
    rows = (":::: columns", "::: column width=220px", word, ":::", "::: column", "b", ":::", "::::")
    text = "\n    ".join(rows)
    deck = f"lang: de\nhyphenate: true\nslides:\n  - |\n    {text}\n"
    built = folder.build(deck, format=output).built
    page = browser.new_page(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    page.goto(built.output.as_uri())
    page.wait_for_function(READY)
    page.wait_for_function("() => window.slidegen.talk")
    assert page.evaluate(LINES, ".column p") > 1
    assert page.evaluate(COPIED, ".column p") == word
    page.keyboard.press("g")
    page.locator(".sg-goto input").fill(word)
    expect(page.locator(".sg-goto li")).to_have_count(1)
    page.close()
