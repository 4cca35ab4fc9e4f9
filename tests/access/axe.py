"""axe-core in a page: what its rules say of a slide, at each of its steps."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from slidegen.browser.deck import OpenDeck

# Pages in frames are tested on their own.
RUN = """async () => (await axe.run(document, { resultTypes: ["violations"], iframes: false })).violations.flatMap(
  ({ id, nodes }) => nodes.map(({ html, any, all, none }) => ({ id, html,
    why: [...any, ...all, ...none].map(({ message }) => message).join("; ") })))"""
# axe cannot tell which of two layers is above the other, and gives up on contrast. reveal.js has the backgrounds in a
# layer below all slides: for axe each slide has its own.
SHOW = """async ([index, step]) => {
  slidegen.show(index, step);
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await frame();
  await frame();
  if (window.Reveal && !phone.flows) {
    document.querySelector(".backgrounds").style.display = "none";
    const slide = Reveal.getCurrentSlide();
    const color = getComputedStyle(slide.slideBackgroundElement).backgroundColor;
    slide.style.background = color === "rgba(0, 0, 0, 0)" ? "var(--background)" : color;
  }
  return slidegen.at();
}"""
STEPS = 99
"""More steps than any slide has."""


@cache
def _script() -> str:
    """axe-core, as `axe-playwright-python` ships it."""
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it is."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(_script())
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return [f"{one['id']}: {one['html'][:200]} ({one['why'][:200]})" for one in found]


def steps(deck: OpenDeck, index: int) -> Iterator[int]:
    """Shows a slide (from 0) at each of its steps in turn, and yields their numbers."""
    for step in range(STEPS):
        if deck.page.evaluate(SHOW, [index, step]) != [index, step]:
            return
        yield step


def on_slides(deck: OpenDeck, slides: Iterator[int] | range | tuple[int, ...]) -> list[str]:
    """What axe-core finds on these slides (from 1), each with the number of the slide and the step."""
    return [
        f"{slide}.{step} {found}"
        for slide in slides
        for step in steps(deck, slide - 1)
        for found in violations(deck.page)
    ]
