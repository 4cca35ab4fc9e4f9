"""Magic moves and auto-animate in a real browser: what is at rest is the plain slide, whatever moved before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from slidegen.browser.deck import READY
from slidegen.pipeline import BuildOptions, build
from tests.deck_folder import DeckFolder

CODES = (
    "```python numbers\ndef total(values):\n    result = 0\n    for value in values:\n        result += value\n"
    "    return result\n```",
    "```python numbers {1|2}\ndef total(values, start=0):\n    return sum(values, start)  # one line\n```",
    "```python numbers\nimport math\n\ndef total(values, start=0.0):\n    return math.fsum(values) + start\n```",
)
PLACES = (0, 1, 1, 2)
"""The state that is shown with each number of fragments; the second one has two steps."""
AUTO = (
    "## Full fine-tuning\n\n- **13.4 GiB** of weights\n- 1,234,567 parameters\n\n"
    "```python\nload(model)\ntrain(model)\n```",
    "## QLoRA\n\nAnother line.\n\n- **6.2 GiB** of weights\n- 34,567 parameters\n\n"
    "```python\nload(model, bits=4)\ntrain(model)\n```",
)
SETTLED = """() => !document.querySelector(".sg-ghost, .sg-ground, .sg-moves, .sg-edited")
  && document.getAnimations().every(({ effect }) => !effect.target.closest(".slides section, .marpit"))"""
# What plays stops in the middle. Everything that is told of a move comes before the next frame.
HALFWAY = """(move) => { slidegen[move](); return new Promise((done) => requestAnimationFrame(() => {
  const playing = document.getAnimations().filter(({ effect }) => effect.target.closest(".slides section, .marpit"));
  for (const one of playing) { one.pause(); one.currentTime = 300; }
  done(playing.length);
})); }"""
GO_ON = "() => { for (const one of document.getAnimations()) one.finish(); }"
SHOWN = """() => [...slidegen.slides[slidegen.at()[0]].querySelectorAll(".sg-code-block")]
  .filter((block) => getComputedStyle(block).visibility !== "hidden")
  .map((block) => [...block.querySelectorAll(".sg-line")].map((line) => {
    const { x, y, width, height } = line.getBoundingClientRect();
    const [number, { opacity }] = [getComputedStyle(line, "::before").content, getComputedStyle(line)];
    return [line.textContent, x, y, width, height, number, opacity];
  }))"""


def deck(folder: DeckFolder, output: str) -> Path:
    """A deck with a magic move, its states as plain blocks, and two slides with auto-animate."""
    group = "````md magic-move\n" + "\n".join(CODES) + "\n````"
    room = "\n\n<!-- the room of the longest state -->"
    slides = [f"## Code\n\n{group}{room}", *(f"## Code\n\n{code}{room}" for code in CODES)]
    entries: list[dict[str, Any]] = [{"content": one, "layout": "content"} for one in slides]
    entries += [{"content": one, "auto_animate": True} for one in AUTO]
    path = folder.write(f"{output}.yml", json.dumps({"slides": entries, "slide_number": False}))
    return build(str(path), BuildOptions(folder=folder.path, format=output)).output


def shown(page: Page) -> Any:
    """The lines of code that are shown, each with its place and its number, when nothing moves any more."""
    page.wait_for_function(SETTLED)
    return page.evaluate(SHOWN)


def words(page: Page) -> str:
    """What the slide says."""
    return " ".join(page.evaluate("slidegen.slides[slidegen.at()[0]].textContent").split())


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_what_is_at_rest_is_the_plain_block(folder: DeckFolder, browser: Browser, output: str) -> None:
    """In each state: after stepping there, back from the end, in a jump, and after moves that were cut off."""
    page = browser.new_page(viewport={"width": 1280, "height": 720}, bypass_csp=True, reduced_motion="reduce")
    page.goto(deck(folder, output).as_uri())
    page.wait_for_function(READY)
    plain = []
    for at in range(len(CODES)):
        page.evaluate("(at) => slidegen.show(at + 1, 0)", at)
        plain.append(shown(page))
    page.evaluate("slidegen.show(0, 0)")
    assert shown(page) == plain[0]
    page.evaluate("slidegen.next()")
    assert page.evaluate(SETTLED), "nothing moves where motion is reduced"
    page.emulate_media(reduced_motion="no-preference")
    page.evaluate("slidegen.show(0, 0)")
    at = 0
    for move in ["next"] * 3 + ["back"] * 3:
        before = shown(page)
        moving = page.evaluate(HALFWAY, move)
        at += 1 if move == "next" else -1
        if before != plain[PLACES[at]]:
            assert moving > 0
            assert page.locator(".sg-ghost").count() > 0
        page.evaluate(GO_ON)
        assert shown(page) == plain[PLACES[at]], (move, at)
    page.evaluate("() => { for (let at = 0; at < 3; at += 1) slidegen.next(); }")
    assert shown(page) == plain[2]
    page.evaluate("slidegen.show(4, 0)")
    page.evaluate("slidegen.show(0, 1)")
    assert shown(page) == plain[1]
    page.emulate_media(media="print")
    assert page.evaluate(SHOWN)[0][0][0] == "import math\n"
    page.close()


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_slides_share_code_and_values(folder: DeckFolder, browser: Browser, output: str) -> None:
    """Numbers count in their own format; at the end, and when a move is cut off, stands the exact text."""
    page = browser.new_page(viewport={"width": 1280, "height": 720}, bypass_csp=True, reduced_motion="no-preference")
    page.goto(deck(folder, output).as_uri())
    page.wait_for_function(READY)
    texts, codes = [], []
    for at in (4, 5):
        page.evaluate("(at) => slidegen.show(at, 0)", at)
        codes.append(shown(page))
        texts.append(words(page))
    assert "13.4 GiB of weights" in texts[0]
    assert "6.2 GiB of weights" in texts[1]
    for number, move in ((0, "back"), (1, "next")):
        assert page.evaluate(HALFWAY, move) > 4
        assert "GiB of weights" in words(page)
        page.evaluate(GO_ON)
        assert shown(page) == codes[number]
        assert words(page) == texts[number]
    page.evaluate("() => { slidegen.back(); slidegen.next(); slidegen.back(); }")
    assert (shown(page), words(page)) == (codes[0], texts[0])
    page.evaluate("slidegen.show(1, 0)")
    page.evaluate("slidegen.show(5, 0)")
    assert page.evaluate(SETTLED), "only neighbours share anything"
    assert words(page) == texts[1]
    page.close()
