"""The speaker view, from disk: one for reveal.js' pages and Marp's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from slidegen.browser.deck import READY
from slidegen.pipeline import BuildOptions, build
from tests.access.axe import violations

DECK = """\
title: A talk
minutes: 4
slides:
  - content: "# First"
    notes: Say **hello**.
  - content: |
      ## Second

      - one {.fragment}
      - two {.fragment}
    notes: Count.
  - content: "## Third"
    minutes: 1
"""


@pytest.fixture(scope="module")
def decks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The deck above in both outputs."""
    folder = tmp_path_factory.mktemp("speaker")
    (folder / "a.yml").write_text(DECK, encoding="utf-8")
    return {
        output: build(str(folder / "a.yml"), BuildOptions(folder=folder / output, format=output, offline=True)).output
        for output in ("reveal", "marp")
    }


@pytest.fixture(params=["reveal", "marp"])
def context(request: pytest.FixtureRequest, decks: dict[str, Path], browser: Browser) -> Iterator[BrowserContext]:
    """A browser with the deck open; nothing may be said on the console."""
    opened = browser.new_context(viewport={"width": 1280, "height": 720}, color_scheme="light", reduced_motion="reduce")
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("weberror", lambda error: said.append(str(error.error)))
    page = opened.new_page()
    page.goto(decks[request.param].as_uri())
    page.wait_for_function(READY)
    page.wait_for_function("() => window.slidegen.talk")
    yield opened
    opened.close()
    assert said == []


def speaker_view(context: BrowserContext) -> tuple[Page, Page]:
    """The page with the deck, and its speaker view."""
    page = context.pages[0]
    page.bring_to_front()
    with context.expect_page() as found:
        page.keyboard.press("s")
    view = found.value
    view.set_viewport_size({"width": 1280, "height": 880})
    expect(view.frame_locator("iframe >> nth=0").get_by_role("heading", name="First")).to_be_visible()
    return page, view


def heading(view: Page, frame: int, name: str) -> None:
    """Waits until a frame shows the slide with this heading."""
    expect(view.frame_locator(f"iframe >> nth={frame}").get_by_role("heading", name=name)).to_be_visible()


def test_it_shows_this_slide_the_next_and_the_notes(context: BrowserContext) -> None:
    page, view = speaker_view(context)
    heading(view, 1, "Second")
    expect(view.locator(".sp-text")).to_have_text("Say hello.")
    expect(view.locator(".sp-place")).to_have_text("1 / 3")
    expect(view.locator(".sp-clock")).to_have_text(re.compile(r"\d+:\d\d"))
    page.evaluate("slidegen.next()")
    heading(view, 0, "Second")
    heading(view, 1, "Third")
    expect(view.locator(".sp-text")).to_have_text("Count.")
    page.evaluate("slidegen.show(2, 0)")
    expect(view.get_by_text("End of the talk")).to_be_visible()
    expect(view.locator(".sp-text")).to_have_text("")


def test_it_leads(context: BrowserContext) -> None:
    """Its keys move the deck, through fragments; black and white are those of the deck."""
    page, view = speaker_view(context)
    for expected in ([1, 0], [1, 1], [1, 2], [2, 0]):
        view.keyboard.press("ArrowRight")
        page.wait_for_function("(at) => String(slidegen.at()) === String(at)", arg=expected)
    view.keyboard.press("ArrowLeft")
    page.wait_for_function("() => slidegen.at()[0] === 1")
    view.keyboard.press("b")
    expect(page.locator(".sg-veil")).to_be_visible()
    view.keyboard.press("b")
    expect(page.locator(".sg-veil")).to_be_hidden()


def test_the_time_begins_with_the_first_move(context: BrowserContext) -> None:
    """And can be stopped, go on, and be set back."""
    page, view = speaker_view(context)
    timer, toggle = view.locator(".sp-timer"), view.locator("[data-act=toggle]")
    expect(toggle).to_have_text("Start")
    page.evaluate("slidegen.next()")
    expect(toggle).to_have_text("Pause")
    expect(timer).not_to_have_text("0:00")
    toggle.click()
    expect(toggle).to_have_text("Go on")
    stopped = timer.inner_text()
    view.wait_for_timeout(1200)
    assert timer.inner_text() == stopped
    view.get_by_role("button", name="Reset").click()
    expect(timer).to_have_text("0:00")
    expect(toggle).to_have_text("Start")


def test_the_bar_says_ahead_or_behind(context: BrowserContext) -> None:
    """Four minutes, one of them for the last slide: slide 2 is planned from 1:30 to 3:00. A busy machine may take a
    minute from one line to the next."""
    page, view = speaker_view(context)
    words = view.locator(".pace-text")
    expect(view.locator(".pace-total")).to_have_text("4:00 planned")
    page.evaluate("slidegen.talk.take({ timer: 'toggle' })")
    page.evaluate("slidegen.show(1, 0)")
    expect(words).to_have_text(re.compile(r"^(1:[0-2]|0:[3-5])\d ahead$"))
    page.evaluate("const now = Date.now; Date.now = () => now() + 120000; slidegen.talk.take({ timer: 'reset' })")
    page.evaluate("slidegen.show(0, 0)")
    view.evaluate("const now = Date.now; Date.now = () => now() + 300000")  # three minutes after the reset
    expect(words).to_have_text(re.compile(r"^(1:[3-5]|2:[0-2])\d behind$"))
    assert view.locator(".pace-ticks i").count() == 1


def test_the_size_of_the_notes_is_kept(context: BrowserContext) -> None:
    """In the next window as well."""
    page, view = speaker_view(context)
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    before = view.locator(".sp-text").evaluate(size)
    view.get_by_role("button", name="Larger notes").click()
    view.keyboard.press("+")
    assert view.locator(".sp-text").evaluate(size) == before + 4
    view.close()
    page.wait_for_function("() => !slidegen.hasSpeaker()")
    _, again = speaker_view(context)
    assert again.locator(".sp-text").evaluate(size) == before + 4


def test_drawings_are_on_the_frame_also_after_a_reload(context: BrowserContext) -> None:
    """The deck's window may be loaded again while the view is open, and the other way round."""
    page, view = speaker_view(context)
    inked = view.frame_locator("iframe >> nth=0").locator(".sg-ink [data-id]")
    stroke = {"slide": 0, "id": "one", "tool": "pen", "color": 1, "points": [[0, 0, 50], [5000, 5000, 50]]}
    page.evaluate("(ink) => slidegen.talk.take({ ink })", stroke)
    expect(inked).to_have_count(1)
    view.reload()
    expect(inked).to_have_count(1)
    page.reload()
    page.wait_for_function("() => window.slidegen.talk")
    expect(inked).to_have_count(0)
    page.evaluate("slidegen.next()")
    heading(view, 0, "Second")


def test_two_views_show_the_same(context: BrowserContext) -> None:
    """A second one, on another screen, hears of every move and stroke as well."""
    page, view = speaker_view(context)
    with context.expect_page() as found:
        page.evaluate("window.open(location.href.replace(/#.*/, '') + '?speaker', 'another')")
    other = found.value
    for one in (view, other):
        expect(one.frame_locator("iframe >> nth=0").get_by_role("heading", name="First")).to_be_visible()
        expect(one.locator(".sp-place")).to_have_text("1 / 3")
    page.wait_for_timeout(1200)  # both have greeted since, one after the other
    for at in range(3):
        stroke = {"slide": 0, "id": f"s{at}", "tool": "pen", "color": 1, "points": [[0, 0, 50], [5000, 5000, 50]]}
        page.evaluate("(ink) => slidegen.talk.take({ ink })", stroke)
    for one in (view, other):
        expect(one.frame_locator("iframe >> nth=0").locator(".sg-ink [data-id]")).to_have_count(3)


def test_it_goes_on_without_the_deck(context: BrowserContext) -> None:
    """Its window closed, the view says so and leads its own frames."""
    page, view = speaker_view(context)
    page.close()
    expect(view.get_by_text("The window of the deck is closed")).to_be_visible()
    view.keyboard.press("ArrowRight")
    heading(view, 0, "Second")
    heading(view, 1, "Third")
    expect(view.locator(".sp-text")).to_have_text("Count.")


def test_a_stranger_cannot_lead(context: BrowserContext) -> None:
    """Messages of windows that the page did not open change nothing."""
    page = context.pages[0]
    page.evaluate("postMessage({ slidegen: { do: 'next' } }, '*'); postMessage({ slidegen: { show: [2, 0] } }, '*')")
    page.wait_for_timeout(200)
    assert page.evaluate("slidegen.at()") == [0, 0]


@pytest.mark.slow
def test_axe_finds_nothing(context: BrowserContext) -> None:
    """In light and dark, and on the last slide, which has no notes and no next one."""
    page, view = speaker_view(context)
    found = {"light": violations(view)}
    view.emulate_media(color_scheme="dark")
    found["dark"] = violations(view)
    page.evaluate("slidegen.show(2, 0)")
    expect(view.locator(".sp-end")).to_be_visible()
    found["end"] = violations(view)
    assert not any(found.values()), found
