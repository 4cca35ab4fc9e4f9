"""What is seen of a slide in a browser: measured in a world of its own, where no script of the deck has been."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from slidegen.browser.deck import OVERFLOW, OpenDeck, Overflow
from slidegen.checks.pixels import Pixels
from slidegen.checks.scene import Scene, scene_of

if TYPE_CHECKING:
    from PIL.Image import Image

SCENE: Final = Path(__file__).with_name("scene.js")
BARE: Final = """(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    *, *::before, *::after {
      -webkit-text-fill-color: transparent !important;
      -webkit-text-stroke-color: transparent !important;
      transition: none !important;
    }
    svg :is(text, tspan, textPath) { fill: transparent !important; }`);
  globalThis.bare = sheet;
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
})()"""
DRESSED: Final = "document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== globalThis.bare)"
STEP: Final = "([h, v, step]) => window.Reveal ? Reveal.slide(h, v, step) : slidegen.show(h, step + 1)"
COUNT: Final = "(at) => slidegen.tabs?.count(at) ?? 0"
PANEL: Final = "([at, panel]) => slidegen.tabs.show(at, panel)"
MOST_PANELS: Final = 24
"""How many panels of a slide's tabsets are looked at."""
MOST_STEPS: Final = 12
"""How many steps of a slide are looked at whose fragments take turns."""


class Eyes:
    """Looks at the slides of an open deck."""

    def __init__(self, deck: OpenDeck) -> None:
        self.deck = deck
        self._session = deck.page.context.new_cdp_session(deck.page)
        frame = self._session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        world = self._session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "slidegen-check"})
        self._world = world["executionContextId"]
        self._script = SCENE.read_text(encoding="utf-8")
        overflow = OVERFLOW.read_text(encoding="utf-8").strip().removesuffix(";")
        self._overflow = f"JSON.stringify(({overflow})(), (key, value) => (key === 'element' ? undefined : value))"

    def scenes(self, index: int) -> Iterator[Scene]:
        """What is seen of the slide that is shown, number `index` (from 0), with all fragments. What is seen in each
        step before follows if some fragments are gone by then, and then each panel of its tabsets."""
        measured = self._measured()
        if measured is None:
            return
        yield self._scene(measured)
        if measured["hiddenFragments"]:
            yield from self._steps(index, measured)
        count = self.deck.page.evaluate(COUNT, index)
        if count:
            self.deck.show(index)
        for panel in range(min(count, MOST_PANELS)):
            self.deck.page.evaluate(PANEL, [index, panel])
            yield self._scene(self._measured())

    def _steps(self, index: int, measured: Any) -> Iterator[Scene]:
        place = self.deck.slides[index]
        for step in range(-1, MOST_STEPS):
            self.deck.page.evaluate(STEP, [place["h"], place["v"], step])
            before, measured = measured, self._measured()
            if measured is None or (step >= 0 and measured["texts"] == before["texts"]):
                break
            yield self._scene(measured)

    def overflows(self, index: int) -> Iterator[Overflow]:
        """Everything that runs off the slide that is shown, number `index` (from 0)."""
        for found in json.loads(self._evaluate(self._overflow)):
            yield Overflow(index, self.deck.names()[index], found["side"], found["pixels"], found["what"])

    def _scene(self, measured: Any) -> Scene:
        pair: list[Pixels] = []

        def pixels() -> Pixels:
            if not pair:
                pair.append(self._pixels(measured))
            return pair[0]

        return scene_of(measured, pixels)

    def _measured(self) -> Any:
        return json.loads(self._evaluate(self._script))

    def _evaluate(self, script: str) -> Any:
        options = {"expression": script, "contextId": self._world, "awaitPromise": True, "returnByValue": True}
        found = self._session.send("Runtime.evaluate", options)
        if "exceptionDetails" in found:
            raise RuntimeError(found["exceptionDetails"]["exception"]["description"])  # a mistake of slidegen's
        return found["result"].get("value")

    def _pixels(self, measured: Any) -> Pixels:
        left, top, scale = measured["frame"]
        clip = {
            "x": left,
            "y": top,
            "width": measured["width"] * scale,
            "height": measured["height"] * scale,
            "scale": 1,
        }
        shown = self._picture(clip)
        self._evaluate(BARE)
        try:
            bare = self._picture(clip)
        finally:
            self._evaluate(DRESSED)
        return Pixels(shown, bare, scale)

    def _picture(self, clip: dict[str, float]) -> Image:
        from PIL import Image

        options = {"format": "png", "clip": clip, "optimizeForSpeed": True}
        data = self._session.send("Page.captureScreenshot", options)["data"]
        return Image.open(BytesIO(base64.b64decode(data))).convert("RGB")
