"""Sound in a browser: it comes once, from the page that presents, and only while its slide is shown."""

from __future__ import annotations

import io
import math
import struct
import wave
from typing import TYPE_CHECKING

import pytest

from tests.deck_folder import DeckFolder
from tests.present.conftest import Presenter, presenter

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["presenter"]  # a fixture

TWO = "slides:\n- '![A tone](tone.wav){autoplay=true start=1}'\n- '## Second'\n"
STATE = "() => { const {paused, muted} = document.querySelector('audio'); return {paused, muted}; }"


def tone(seconds: int = 30) -> bytes:
    """A tone of 440 Hz as a WAV file of 8,000 samples a second."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(8000)
        wave_form = [128 + round(40 * math.sin(math.tau * 440 * at / 8000)) for at in range(8000)]
        out.writeframes(struct.pack("8000B", *wave_form) * seconds)
    return file.getvalue()


def opened(browser: Browser, address: str) -> Page:
    page = browser.new_page()
    page.goto(address)
    page.wait_for_function("() => document.querySelector('audio').readyState > 1")
    return page


@pytest.mark.slow
@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_sound_comes_once(folder: DeckFolder, browser: Browser, output: str) -> None:
    """From the page that presents: the frames of the speaker view stay still and silent. A browser that wants a key
    first gets it from any; coming back begins anew."""
    folder.write("tone.wav", tone())
    address = folder.build(TWO, format=output).built.output.as_uri()
    page = opened(browser, address)
    page.keyboard.press("Shift")
    page.wait_for_function("() => !document.querySelector('audio').paused")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 1.1")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('audio').paused")
    page.evaluate("() => { document.querySelector('audio').currentTime = 20; }")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => !document.querySelector('audio').paused")
    assert page.evaluate("document.querySelector('audio').currentTime") < 20
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    view = popup.value
    view.wait_for_function("() => frames.length === 2")
    for frame in view.frames[1:]:
        frame.wait_for_function("() => document.querySelector('audio')?.muted")
        assert frame.evaluate(STATE) == {"paused": True, "muted": True}
    assert view.locator("audio").count() == 0
    view.close()
    page.close()


@pytest.mark.slow
def test_a_page_that_follows_is_silent(presenter: Presenter, browser: Browser) -> None:
    """It plays as the room sees it, without the sound that the room hears."""
    (presenter.folder / "tone.wav").write_bytes(tone())
    urls = presenter.start("--audience", deck=TWO).urls
    page = opened(browser, urls["audience"])
    page.keyboard.press("Shift")
    page.wait_for_function("() => !document.querySelector('audio').paused")
    assert page.evaluate(STATE) == {"paused": False, "muted": True}
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_the_keyboard_leaves_a_frame(folder: DeckFolder, browser: Browser, output: str) -> None:
    """Tab goes through the page in the frame and out of it; then keys move the slides again."""
    folder.write("a.html", "<p>Read <a href='#x'>more</a> <button>b</button></p>")
    deck = "slides:\n- '## A\n\n  <iframe src=\"a.html\"></iframe>'\n- '## B'\n"
    page = browser.new_page()
    page.goto(folder.build(deck, format=output).built.output.as_uri())
    inside = "() => document.activeElement?.tagName === 'IFRAME'"

    def tab_until(there: bool) -> None:
        for _ in range(10):
            page.keyboard.press("Tab")
            if page.evaluate(inside) == there:
                return
        raise AssertionError(f"ten times Tab: {'not in' if there else 'still in'} the frame")

    tab_until(True)
    tab_until(False)
    page.keyboard.press("PageDown")
    page.wait_for_function("() => slidegen.at()[0] === 1")
    page.close()
