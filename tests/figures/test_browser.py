"""Figures in a browser: nothing meets, all text is read in the slide's face, parts appear one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from slidegen.browser.deck import READY, open_deck
from slidegen.pipeline import BuildOptions, build
from tests.figures.deck import DECK

pytestmark = pytest.mark.browser

Measured = dict[str, list[list[dict[str, Any]]]]
"""By scheme: the figures of each slide."""
# Boxes of text without the room that a line has above and below its letters; sizes in pixels of the slide.
TEXTS = """() => [...document.querySelectorAll("section.present svg.chart")].filter((s) => s.checkVisibility())
.map((svg) => {
  const place = svg.getBoundingClientRect();
  const scale = place.width / svg.viewBox.baseVal.width;
  return {
    place: [place.left, place.top, place.right, place.bottom],
    texts: [...svg.querySelectorAll("text")].map((text) => {
      const box = text.getBoundingClientRect();
      const air = box.height * 0.12 / Math.max(1, text.querySelectorAll("tspan").length);
      const style = getComputedStyle(text);
      return {
        words: text.textContent, box: [box.left, box.top + air, box.right, box.bottom - air],
        size: parseFloat(style.fontSize) * scale, family: style.fontFamily, fill: style.fill,
        inside: text.matches(".inside"),
      };
    }),
    lines: [...svg.querySelectorAll("line[stroke-dasharray]")].map((line) => {
      const box = line.getBoundingClientRect();
      return [box.left, box.top, box.left + 1, box.bottom];
    }),
    background: getComputedStyle(document.querySelector(".reveal-viewport")).backgroundColor,
  };
})"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A deck with every kind of figure, on whole slides and in columns."""
    folder = tmp_path_factory.mktemp("figures")
    deck = folder / "figures.yml"
    deck.write_text(DECK, encoding="utf-8")
    return build(str(deck), BuildOptions(folder=folder, offline=True)).output


@pytest.fixture(scope="module")
def measured(browser: Browser, built: Path) -> Measured:
    """What is measured of the figures of each slide, in both schemes."""
    found: Measured = {"light": [], "dark": []}
    for scheme, slides in found.items():
        page = browser.new_page(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
        page.goto(f"{built.as_uri()}?theme={scheme}")
        page.wait_for_function(READY)
        for index in range(page.evaluate("Reveal.getTotalSlides()")):
            page.evaluate(f"Reveal.slide({index})")
            slides.append(page.evaluate(TEXTS))
        page.close()
    return found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of the size of a slide."""
    opened = browser.new_page(viewport={"width": 1280, "height": 720})
    yield opened
    opened.close()


def meet(a: list[float], b: list[float]) -> bool:
    """Whether two boxes share more than half a pixel both ways."""
    return min(a[2], b[2]) - max(a[0], b[0]) > 0.5 and min(a[3], b[3]) - max(a[1], b[1]) > 0.5


def test_no_text_of_a_figure_meets_another_one_or_leaves_it(measured: Measured) -> None:
    """Names, numbers, ticks and titles; and none is smaller than 16 pixels or in another face than the slide's."""
    wrong = []
    count = 0
    for number, figures in enumerate(measured["light"], start=1):
        for figure in figures:
            left, top, right, bottom = figure["place"]
            for index, text in enumerate(figure["texts"]):
                count += 1
                wrong += [
                    (number, text["words"], o["words"]) for o in figure["texts"][:index] if meet(text["box"], o["box"])
                ]
                x0, y0, x1, y1 = text["box"]
                if x0 < left - 1 or y0 < top - 3 or x1 > right + 1 or y1 > bottom + 1:
                    wrong.append((number, text["words"], "outside"))
                if text["size"] < 15.99:
                    wrong.append((number, text["words"], f"{text['size']:.1f} px"))
                if not text["family"].startswith('"Source Sans 3"'):
                    wrong.append((number, text["words"], text["family"]))
    assert wrong == []
    assert count > 300


def test_no_line_of_a_card_goes_through_a_text(measured: Measured) -> None:
    """Sums step aside."""
    (figure,) = measured["light"][0]
    assert len(figure["lines"]) >= 4
    crossed = [text["words"] for text in figure["texts"] for line in figure["lines"] if meet(text["box"], line)]
    assert crossed == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_in_both_themes(measured: Measured, scheme: str) -> None:
    """WCAG AA: 4.5:1 on the page."""
    seen = set()
    for figures in measured[scheme]:
        for figure in figures:
            seen |= {(text["fill"], figure["background"]) for text in figure["texts"] if not text["inside"]}
    assert len(seen) > 4  # text, quiet text, and names in the colours of their series
    for fill, background in seen:
        assert ratio(rgb(fill), rgb(background)) >= 4.5


def rgb(color: str) -> list[float]:
    """The channels of "rgb(1, 2, 3)", or of "color(srgb 0 0.5 1)"."""
    if color.startswith("color(srgb "):
        return [255 * float(part) for part in color[len("color(srgb ") : -1].split()[:3]]
    return [float(part) for part in color[color.index("(") + 1 : -1].split(",")[:3]]


def ratio(one: list[float], other: list[float]) -> float:
    """WCAG's contrast ratio."""

    def luminance(channels: list[float]) -> float:
        lit = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * lit[0] + 0.7152 * lit[1] + 0.0722 * lit[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_nothing_runs_off_a_slide(page: Page, built: Path) -> None:
    """Figures with all that stands under them."""
    assert page.context.browser is not None
    with open_deck(built, browser=page.context.browser) as deck:
        assert [str(found) for found in deck.overflows()] == []


def test_parts_appear_one_by_one_in_both_outputs(browser: Browser, tmp_path: Path) -> None:
    """The bars of three rows: none, then one more at each step."""
    deck = tmp_path / "a.yml"
    rows = "".join(f"      - {{name: row {n}, n: {n}}}\n" for n in (1, 2, 3))
    call = '{{ chart("t", kind="bars", value="n", steps=true) }}'
    deck.write_text(f"tables:\n  t:\n    source: data\n    rows:\n{rows}slides:\n  - '{call}'\n", encoding="utf-8")
    seen = """(count) => [...document.querySelectorAll("svg.chart g.fragment")].filter((part) => part.checkVisibility({
      visibilityProperty: true, opacityProperty: true })).length === count"""
    for output in ("reveal", "marp"):
        file = build(str(deck), BuildOptions(folder=tmp_path, format=output, offline=True)).output
        page = browser.new_page(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
        page.goto(file.as_uri())
        page.wait_for_function(READY)
        page.wait_for_function(seen, arg=0)
        for count in (1, 2, 3):
            page.keyboard.press("ArrowRight")
            page.wait_for_function(seen, arg=count)
            assert page.evaluate(seen, count)
        page.close()


def test_print_is_dark_on_white_whatever_the_theme(page: Page, built: Path) -> None:
    """A deck that was dark on the screen, too."""
    page.goto(f"{built.as_uri()}?theme=dark&print-pdf")
    page.wait_for_selector(".pdf-page svg.chart text", state="attached")
    fills = page.evaluate(
        """() => [...document.querySelectorAll("svg.chart text:not(.inside)")]
        .map((text) => getComputedStyle(text).fill)"""
    )
    assert min(ratio(rgb(fill), [255, 255, 255]) for fill in set(fills)) >= 4.5


def test_on_a_phone_figures_are_drawn_for_it(browser: Browser, built: Path) -> None:
    """Text of at least 10 CSS pixels, as that of tables; the wide drawing is not shown."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(built.as_uri())
    page.wait_for_selector("html.flow")
    page.wait_for_function(READY)
    sizes = page.evaluate("""() => [...document.querySelectorAll("svg.chart")].filter((svg) => svg.checkVisibility())
      .map((svg) => [svg.viewBox.baseVal.width, 16 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width])""")
    page.close()
    assert sizes
    assert all(width <= 640 for width, _ in sizes)
    assert all(size >= 9.5 for _, size in sizes)
