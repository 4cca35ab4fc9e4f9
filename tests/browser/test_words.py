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
