"""Upright phones: slides below each other, in type that can be read, nothing cut and nothing beside the screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from slidegen.pipeline import BuildOptions, build

pytestmark = pytest.mark.browser

SLIDES = Path(__file__).parents[2] / "slides"
DECKS = sorted(path.name for path in SLIDES.iterdir() if path.suffix in (".yml", ".org", ".md", ".ipynb"))
SAMPLE = ("bibliotheque.md", "europython.yml")
PHONES = ((390, 844), (360, 640))
LEAST = 15  # pixels of the screen
WRONG = Path(__file__).with_name("phone.js").read_text(encoding="utf-8")
READY = (
    "() => (window.Reveal ? Reveal.isReady() : slidegen.ready) && slidegen.fitted && document.fonts.status === 'loaded'"
)
DECK = """\
title: Phone
slides:
  - "# One"
  - "## Two\\n\\n- a {.fragment}\\n- b {.fragment}\\n\\n[to four](#4)"
  - background: "#101820"
    content: "## Three"
  - "## Four"
"""


@contextmanager
def on_phone(browser: Browser, path: Path, size: tuple[int, int]) -> Iterator[Page]:
    """The page on a phone: a touch screen of this size, whose pages are as wide as they ask."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, is_mobile=True, has_touch=True, reduced_motion="reduce"
    )
    try:
        page = context.new_page()
        page.goto(path.as_uri())
        page.wait_for_function(READY)
        yield page
    finally:
        context.close()


def cases() -> Iterator[object]:
    """Every example deck in both outputs; a sample is in every run."""
    for name in DECKS:
        for output in ("reveal", "marp"):
            marks = () if name in SAMPLE else (pytest.mark.slow,)
            yield pytest.param(name, output, marks=marks, id=f"{name}-{output}")


@pytest.mark.parametrize(("name", "output"), list(cases()))
def test_every_slide_can_be_read(tmp_path: Path, browser: Browser, name: str, output: str) -> None:
    """On a large phone and on a small one: type of 15 pixels and more; what is wide scrolls in a box of its own."""
    options = BuildOptions(folder=tmp_path, format=output, mode="frozen", offline=True, keep_record=False)
    path = build(str(SLIDES / name), options).output
    for size in PHONES:
        with on_phone(browser, path, size) as page:
            assert page.evaluate(f"({WRONG})({LEAST})") == []


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_the_deck_is_one_page_that_scrolls(tmp_path: Path, browser: Browser, output: str) -> None:
    """All is shown, to screen readers too, on its background; links lead to slides; the slide in view is known."""
    (tmp_path / "a.yml").write_text(DECK, encoding="utf-8")
    options = BuildOptions(folder=tmp_path / "build", format=output, offline=True, keep_record=False)
    with on_phone(browser, build(str(tmp_path / "a.yml"), options).output, PHONES[0]) as page:
        assert page.locator(".fragment").evaluate_all("all => all.map((e) => getComputedStyle(e).opacity)") == ["1"] * 2
        assert page.get_by_role("heading").count() == 4
        page.get_by_role("link", name="to four").click()
        page.wait_for_function("() => String(slidegen.at()) === '3,0'")
        page.evaluate("slidegen.show(1, 0)")
        page.wait_for_function("() => String(slidegen.at()) === '1,0'")


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_coloured_slide_colours_itself_alone(tmp_path: Path, browser: Browser, output: str) -> None:
    """In the look `bold` the first slide is all colour. The others are white, each at least as high as its content, and
    page numbers can be read."""
    (tmp_path / "a.yml").write_text(DECK + '  - "## Long\\n\\n' + "- item\\n" * 40 + '"\n', encoding="utf-8")
    options = BuildOptions(
        folder=tmp_path / "build", theme="bold", scheme="light", format=output, offline=True, keep_record=False
    )
    with on_phone(browser, build(str(tmp_path / "a.yml"), options).output, PHONES[0]) as page:
        grounds = page.locator("html, body").evaluate_all("all => all.map((e) => getComputedStyle(e).backgroundColor)")
        assert set(grounds) <= {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
        cut = "all => all.filter((e) => e.closest('section').clientHeight < e.offsetHeight).length"
        assert page.locator("section > .slide").evaluate_all(cut) == 0
        size = "e => getComputedStyle(e, '::after').fontSize"
        assert page.locator("section:has(> .slide)").nth(1).evaluate(size) == "27px"
