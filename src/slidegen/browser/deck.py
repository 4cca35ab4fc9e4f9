"""A built deck, reveal.js or Marp, in a browser: navigation, screenshots, and what runs off its slides."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from slidegen.browser.session import check_stop, open_browser
from slidegen.errors import Problem, SlidegenError
from slidegen.model import Scheme

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

READY = """
() => (window.Reveal ? Reveal.isReady() : window.slidegen?.ready)
  && slidegen.fitted && document.fonts.status === "loaded"
"""

SLIDES = """
() => {
  if (!window.Reveal) return slidegen.slides.map((_, h) => ({ h, v: 0 }));
  return Reveal.getSlides().map((slide) => {
    const { h, v } = Reveal.getIndices(slide);
    return { h, v: v || 0 };
  });
}
"""

SHOW = """
([h, v]) => {
  window.Reveal ? Reveal.slide(h, v, Infinity) : slidegen.show(h, Infinity);
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  return document.fonts.ready.then(frame).then(frame);
}
"""

TEXT_SIZES = (28, 24, 21)
"""The font size of text, in CSS pixels, and those of the two steps in which text that does not fit gets smaller."""

TIMEOUT_MS = 120_000
"""How long a deck may take to load, in milliseconds: on a busy machine 30 seconds were sometimes not enough."""

NETWORK = re.compile("^(https?|wss?|ftp):", re.IGNORECASE)

MEASURED = """
(at) => {
  const slide = slidegen.slides[at];
  const step = Number(slide.querySelector("[data-text-step]")?.dataset.textStep ?? 0);
  const tables = [...slide.querySelectorAll("[data-step]:not(.fragment)")];
  return [step, tables.map((table) => parseFloat(getComputedStyle(table).fontSize))];
}
"""

OVERFLOW = Path(__file__).with_name("overflow.js")


@dataclass(frozen=True, slots=True)
class Overflow:
    """Something that runs off slide number `index` (from 0): the side, the number of the slide's pixels, the text."""

    index: int
    slide: str
    side: str
    pixels: int
    what: str

    def __str__(self) -> str:
        return f"slide {self.slide}: runs off the {self.side} by {self.pixels} px: {self.what!r}"


@dataclass(frozen=True, slots=True)
class Adapted:
    """What the page made smaller on slide number `index` (from 0), so that it fits."""

    index: int
    slide: str
    how: str

    def __str__(self) -> str:
        return f"slide {self.slide}: {self.how}"


@dataclass(slots=True)
class OpenDeck:
    """A deck in a page. `requests` collects its network requests, `console` the messages on the console with the code
    of each: an uncaught exception is a `page-error`."""

    page: Page
    slides: list[dict[str, Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    console: list[tuple[str, Literal["console-message", "page-error"]]] = field(default_factory=list)

    def names(self) -> list[str]:
        """A name for each slide: "03" or, in a vertical stack, "03-2"."""
        stacked = {slide["h"] for slide in self.slides if slide["v"] > 0}
        return [f"{s['h'] + 1:02}" + (f"-{s['v'] + 1}" if s["h"] in stacked else "") for s in self.slides]

    def show(self, index: int) -> None:
        """Goes to a slide and shows all its fragments."""
        check_stop()
        slide = self.slides[index]
        self.page.evaluate(SHOW, [slide["h"], slide["v"]])

    def screenshot(self, index: int, transparent: bool = False) -> bytes:
        """A PNG of a slide; if `transparent`, without the white that a browser puts behind a page."""
        self.show(index)
        return self.page.screenshot(animations="disabled", caret="hide", omit_background=transparent)

    def adapted(self, slides: Collection[int] | None = None) -> Iterator[Adapted]:
        """What the page made smaller on these slides (from 1), or on all."""
        for index in range(len(self.slides)):
            if slides is None or index + 1 in slides:
                yield from self.adapted_on(index)

    def adapted_on(self, index: int) -> Iterator[Adapted]:
        """What the page made smaller on a slide."""
        name = self.names()[index]
        step, tables = self.page.evaluate(MEASURED, index)
        if step:
            size = f"{TEXT_SIZES[step]} px instead of {TEXT_SIZES[0]}"
            yield Adapted(index, name, f"its text has {size}, so that it fits")
        for table in dict.fromkeys(tables):
            yield Adapted(index, name, f"a table is set in {table:g} px, so that it fits")

    def overflows(self, slides: Collection[int] | None = None) -> Iterator[Overflow]:
        """Everything that runs off these slides (from 1), or off any."""
        for index in range(len(self.slides)):
            if slides is None or index + 1 in slides:
                self.show(index)
                yield from self.overflows_of(index)

    def overflows_of(self, index: int) -> Iterator[Overflow]:
        """Everything that runs off the slide, which is shown."""
        for found in self.page.evaluate(OVERFLOW.read_text(encoding="utf-8")):
            yield Overflow(index, self.names()[index], found["side"], found["pixels"], found["what"])


@contextmanager
def open_deck(
    path: Path,
    scheme: Scheme | None = None,
    size: tuple[int, int] = (1280, 720),
    browser: Browser | None = None,
    query: str = "",
    before: str = "",
    scale: float = 1.0,
) -> Iterator[OpenDeck]:
    """Opens a built deck from disk in a window of `size`, without animations. Collects all requests, and refuses
    those to the network. `before` is a script that runs before those of the page; `scale` is the number of pixels of a
    picture for each CSS pixel.

    Raises:
        SlidegenError: there is no browser, or the page does not become ready.
    """
    if browser is None:
        with open_browser() as own, open_deck(path, scheme, size, own, query, before, scale) as deck:
            yield deck
        return
    from playwright.sync_api import TimeoutError

    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=scale,
        reduced_motion="reduce",
        color_scheme="light",
    )
    try:
        context.set_default_timeout(TIMEOUT_MS)
        context.route(NETWORK, lambda route: route.abort())
        if before:
            context.add_init_script(before)
        page = context.new_page()
        deck = OpenDeck(page)
        page.on("request", lambda request: None if _is_clip(request) else deck.requests.append(request.url))
        page.on("console", lambda message: deck.console.append((message.text, "console-message")))
        page.on("pageerror", lambda error: deck.console.append((str(error), "page-error")))
        parts = [query, f"theme={scheme}" if scheme else ""]
        url = path.resolve().as_uri() + ("?" + "&".join(filter(None, parts)) if any(parts) else "")
        page.goto(url)
        try:
            page.wait_for_function(READY)
        except TimeoutError:
            messages = "; ".join(text for text, _ in deck.console)
            what = f"the page is not ready within {TIMEOUT_MS // 1000} seconds{f': {messages}' if messages else ''}"
            raise SlidegenError([Problem(what, path.name, code="page-error")]) from None
        deck.slides = page.evaluate(SLIDES)
        yield deck
    finally:
        context.close()


def _is_clip(request: Request) -> bool:
    """Whether a request is for a clip that is too large for the page and stands beside it."""
    return request.resource_type == "media" and request.url.startswith("file:")
