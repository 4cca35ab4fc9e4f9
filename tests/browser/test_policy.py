"""slidegen's own scripts go on working under the page's policy, from disk, and say nothing on the console."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from slidegen.browser.deck import READY
from tests.deck_folder import DeckFolder

DECK = """\
slides:
- |
  # One

  ::: notes
  Say **this**. <a href="#/1">there</a>
  :::
- content: "## Two {.here}"
  attributes: {data-notes: "a <b>bold</b> word <img src=x>"}
- "## Three"
"""


@contextmanager
def listening(browser: Browser) -> Iterator[tuple[BrowserContext, list[str]]]:
    """A context, and what all of its pages say on the console."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    context.on("weberror", lambda error: said.append(str(error.error)))
    try:
        yield context, said
    finally:
        context.close()


def test_everything_of_reveal_runs(folder: DeckFolder, browser: Browser) -> None:
    """Speaker view with both previews, search, overview, help, theme, zoom, pause."""
    url = folder.build(DECK).built.output.as_uri()
    with listening(browser) as (context, said):
        page = context.new_page()
        page.goto(url)
        page.wait_for_function(READY)
        with context.expect_page() as opened:
            page.keyboard.press("s")
        speaker = opened.value
        notes = speaker.locator(".sp-text")
        expect(notes).to_contain_text("Say this.")
        for number in (0, 1):
            expect(speaker.frame_locator(f"iframe >> nth={number}").locator(".reveal.ready")).to_be_attached()
        page.keyboard.press("ArrowRight")
        expect(notes).to_have_text("a <b>bold</b> word <img src=x>")
        speaker.close()
        page.bring_to_front()
        for key in ("Control+Shift+F", "Escape", "o", "o", "?", "Escape", "t", "t", "b", "b"):
            page.keyboard.press(key)
        assert said == []


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_page_in_a_frame_of_another_local_page_runs(output: str, folder: DeckFolder, browser: Browser) -> None:
    """As an editor's preview shows it."""
    built = folder.build(DECK, format=output).built.output
    around = folder.write("around.html", f'<iframe src="{built.as_uri()}" width="800" height="450"></iframe>')
    with listening(browser) as (context, said):
        page = context.new_page()
        page.goto(Path(around).as_uri())
        expect(page.frame_locator("iframe").locator("h1")).to_be_visible()
        page.frames[1].wait_for_function(READY)
        assert said == []


@pytest.mark.parametrize("query", ["print-pdf", "view=scroll", "theme=dark"])
def test_views_say_nothing(query: str, folder: DeckFolder, browser: Browser) -> None:
    """Print and scroll views."""
    url = folder.build(DECK).built.output.as_uri()
    with listening(browser) as (context, said):
        page = context.new_page()
        page.goto(f"{url}?{query}")
        page.wait_for_function(READY)
        assert said == []


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_scripts_run_for_who_allows_them(output: str, folder: DeckFolder, browser: Browser) -> None:
    """A script and a handler of the deck; without the option, neither."""
    deck = 'slides:\n- \'<div><script>window.ran = 1</script><b id="b" onclick="window.clicked = 1">b</b></div>\'\n'
    for allowed in (True, False):
        url = folder.build(deck, format=output, allow_scripts=allowed).built.output.as_uri()
        with listening(browser) as (context, said):
            page = context.new_page()
            page.goto(url)
            page.wait_for_function(READY)
            page.locator("#b").dispatch_event("click")
            assert page.evaluate("[window.ran === 1, window.clicked === 1]") == [allowed, allowed]
            assert said == []
