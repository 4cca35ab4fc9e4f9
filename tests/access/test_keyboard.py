"""A deck by keyboard alone: what Tab comes to can be seen, and the keys work there."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from slidegen.browser.deck import READY, open_deck
from slidegen.pipeline import BuildOptions, build

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELLS = " | ".join(f"column {number}" for number in range(9))
DECK = f"""\
title: Keys
lang: en
slides:
  - "# First\\n\\n[link](https://example.org)"
  - |
    ## Table

    | {CELLS} |
    |{"---|" * 9}
    | {CELLS} |
  - "## Last\\n\\n<details><summary>Open</summary>Inside</details>"
"""
# The element with the focus: its name, and whether a line around it is on the screen. None at the end of the page.
FOCUS = """() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
  const inside = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight && width > 9 && height > 9;
  let opaque = true;
  for (let one = element; one; one = one.parentElement) opaque &&= Number(getComputedStyle(one).opacity) > 0;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const lined = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  return [(element.ariaLabel || element.textContent).replace(/\\s+/g, " ").trim(), inside && opaque && lined];
}"""
MOST = 12
"""More stops than a slide has."""


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_deck_by_keyboard(tmp_path: Path, browser: Browser, output: str) -> None:
    """Each stop of each slide is seen; the skip link opens the text and Escape closes it; a summary opens; on a phone
    a table that is wider than the screen scrolls."""
    (tmp_path / "a.yml").write_text(DECK, encoding="utf-8")
    options = BuildOptions(folder=tmp_path / "build", format=output, offline=True, keep_record=False)
    path = build(str(tmp_path / "a.yml"), options).output
    stops: list[list[str]] = []
    with open_deck(path, browser=browser) as deck:
        page = deck.page
        for index in range(3):
            page.evaluate("(index) => { document.activeElement.blur(); slidegen.show(index, 0); }", index)
            found: list[tuple[str, bool]] = []
            for _ in range(MOST):
                page.keyboard.press("Tab")
                stop = page.evaluate(FOCUS)
                if stop is None:
                    break
                found.append(stop)
                if stop[0] == "Open":
                    page.keyboard.press("Enter")
                    page.wait_for_function("() => document.activeElement.parentElement.open")
            assert [name for name, seen in found if not seen] == []
            stops.append([name for name, _ in found])
        assert "link" in stops[0]
        assert "Open" in stops[2]
        page.reload()
        page.wait_for_function(READY)
        page.wait_for_function("() => window.slidegen.talk")
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS) == ["Read the deck as text", True]
        page.keyboard.press("Enter")
        dialog = page.locator("dialog:modal")
        dialog.wait_for()
        page.keyboard.press("Tab")
        assert page.evaluate("() => Boolean(document.activeElement.closest('dialog'))")
        page.keyboard.press("Escape")
        dialog.wait_for(state="detached")
    with open_deck(path, size=(390, 844), browser=browser) as deck:
        page = deck.page
        for _ in range(MOST):
            page.keyboard.press("Tab")
            if page.evaluate("() => document.activeElement.scrollWidth > document.activeElement.clientWidth"):
                break
        page.keyboard.press("ArrowRight")
        page.wait_for_function("() => document.activeElement.scrollLeft > 0")
