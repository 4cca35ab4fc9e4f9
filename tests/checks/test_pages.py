"""What `slidegen check` makes of pages that resist: scripts that change JavaScript, many elements, hidden slides."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from slidegen.build_options import BuildOptions
from slidegen.checking import Checked, check_deck

pytestmark = pytest.mark.browser
LOW = '<span style="color: #ccc">grey</span>'


def checked(folder: Path, browser: Browser, deck: str, **options: bool) -> Checked:
    """What is found in a deck whose scripts run."""
    (folder / "a.yml").write_text(deck, encoding="utf-8")
    chosen = BuildOptions(folder=folder / "built", offline=True, keep_record=False, allow_scripts=True)
    return check_deck(str(folder / "a.yml"), chosen, browser=browser)


def test_a_script_cannot_change_what_is_measured(tmp_path: Path, browser: Browser) -> None:
    """The rules run in a world of their own."""
    lies = "; ".join(
        [
            "Element.prototype.getBoundingClientRect = () => new DOMRect(0, 0, 1, 1)",
            "Range.prototype.getClientRects = () => []",
            "Document.prototype.elementsFromPoint = () => []",
            "JSON.stringify = () => '[]'",
            "document.createTreeWalker = () => ({ nextNode: () => null })",
        ]
    )
    wide = f'<p style="white-space: nowrap">{"word " * 90}</p>'
    deck = f"slides:\n- |\n    ## Slide\n\n    {LOW}\n\n    <script>{lies}</script>\n- |\n    {wide}\n"
    codes = [problem.code for problem in checked(tmp_path, browser, deck).found]
    assert "contrast" in codes
    assert "runs-off" in codes


def test_a_page_that_does_not_start_is_a_mistake(tmp_path: Path, browser: Browser) -> None:
    """Its slides are not passed over in silence."""
    deck = f"slides:\n- |\n    {LOW}\n\n    <script>Array.prototype.map = () => []</script>\n"
    found = checked(tmp_path, browser, deck)
    assert "the page shows 0 of 1 slides; a script of the deck breaks it" in [one.message for one in found.mistakes]


def test_a_slide_with_thousands_of_elements_is_looked_at(tmp_path: Path, browser: Browser) -> None:
    """As far as it goes, which is told."""
    many = "".join(f"<i>{number}</i> " for number in range(2000))
    deck = f'slides:\n- |\n    <p style="font-size: 10px; color: #ccc">{many}</p>\n'
    found = checked(tmp_path, browser, deck).found
    assert {"contrast", "limit", "small-text"} <= {problem.code for problem in found}
    assert any("has 500 more texts than are looked at" in problem.message for problem in found)


def test_slides_that_are_not_shown_are_not_counted(tmp_path: Path, browser: Browser) -> None:
    """The line is that of the slide which is seen."""
    stack = f"- - a\n  - |\n      b\n\n      {LOW}\n"
    deck = f"slides:\n- content: '{LOW}'\n  visibility: hidden\n{stack}"
    found = checked(tmp_path, browser, deck).found
    assert [(one.code, one.line, one.slide) for one in found] == [("contrast", 8, 2)]


def test_a_shadow_is_looked_into(tmp_path: Path, browser: Browser) -> None:
    """Text in the shadow of an element is seen like any other."""
    script = (
        "document.getElementById('h').attachShadow({mode: 'open'}).innerHTML = '<p style=color:#ccc>in the shadow</p>'"
    )
    deck = f'slides:\n- |\n    ## Slide\n\n    <div id="h"></div><script>{script}</script>\n'
    assert [one.code for one in checked(tmp_path, browser, deck).found] == ["contrast"]
