"""Upright phones, and pages that are enlarged (WCAG 2.2, 1.4.4 and 1.4.10): slides below each other, in type that can
be read, nothing cut and nothing beside the screen. All other windows show slides as they are presented."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from slidegen.pipeline import BuildOptions, build

pytestmark = pytest.mark.browser

SLIDES = Path(__file__).parents[2] / "slides"
DECKS = sorted(path.name for path in SLIDES.iterdir() if path.suffix in (".yml", ".org", ".md", ".ipynb"))
SAMPLE = (("bibliotheque.md", "reveal"), ("bibliotheque.md", "marp"), ("europython.yml", "reveal"))
PHONES = ((390, 844), (360, 640))
ENLARGED = ((640, 360, 2), (320, 180, 4))
"""A window of 1280 x 720 at 200 % and at 400 %, in its own pixels."""
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
def opened(browser: Browser, path: Path, size: tuple[int, int], **options: Any) -> Iterator[Page]:
    """The page in a window of this size."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", **options)
    try:
        page = context.new_page()
        page.goto(path.as_uri())
        page.wait_for_function(READY)
        yield page
    finally:
        context.close()


def enlarged(browser: Browser, path: Path, size: tuple[int, int, int]) -> AbstractContextManager[Page]:
    """The page in a window with a mouse, enlarged."""
    return opened(browser, path, size[:2], device_scale_factor=size[2])


def on_phone(browser: Browser, path: Path, size: tuple[int, int]) -> AbstractContextManager[Page]:
    """The page on a phone: a touch screen of this size, whose pages are as wide as they ask."""
    return opened(browser, path, size, is_mobile=True, has_touch=True)


def cases() -> Iterator[object]:
    """Every example deck in both outputs; a sample is in every run."""
    for name in DECKS:
        for output in ("reveal", "marp"):
            marks = () if (name, output) in SAMPLE else (pytest.mark.slow,)
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
    with on_phone(browser, built(tmp_path, output), PHONES[0]) as page:
        assert page.locator(".fragment").evaluate_all("all => all.map((e) => getComputedStyle(e).opacity)") == ["1"] * 2
        assert page.get_by_role("heading").count() == 4
        page.get_by_role("link", name="to four").click()
        page.wait_for_function("() => String(slidegen.at()) === '3,0'")
        page.evaluate("slidegen.show(1, 0)")
        page.wait_for_function("() => String(slidegen.at()) === '1,0'")


def built(folder: Path, output: str) -> Path:
    """A deck of four slides."""
    (folder / "a.yml").write_text(DECK, encoding="utf-8")
    options = BuildOptions(folder=folder / "build", format=output, offline=True, keep_record=False)
    return build(str(folder / "a.yml"), options).output


PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""What followed from another size of the window is done after two frames."""
FLOWS = "document.documentElement.classList.contains('flow')"


@pytest.mark.slow
@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("name", DECKS)
def test_every_slide_can_be_read_enlarged(tmp_path: Path, browser: Browser, name: str, output: str) -> None:
    """At 200 % and at 400 %, with nothing to scroll but lines, and tables and drawings in boxes of their own."""
    options = BuildOptions(folder=tmp_path, format=output, mode="frozen", offline=True, keep_record=False)
    path = build(str(SLIDES / name), options).output
    for size in ENLARGED:
        with enlarged(browser, path, size) as page:
            assert page.evaluate(FLOWS)
            assert page.evaluate(f"({WRONG})({LEAST})") == []


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_slides_flow_when_the_page_is_enlarged(tmp_path: Path, browser: Browser, output: str) -> None:
    """At once and with the slide that was in view; they are slides again when the page is made smaller."""
    with enlarged(browser, built(tmp_path, output), (1280, 720, 1)) as page:
        page.evaluate("slidegen.show(2, 0)")
        for width, height, _ in ENLARGED:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_function(f"() => innerWidth === {width} && ({READY})() && {FLOWS} && slidegen.at()[0] === 2")
            page.evaluate(PAINTED)
            assert page.evaluate(f"({WRONG})({LEAST})") == []
        page.set_viewport_size({"width": 1280, "height": 720})
        page.wait_for_function(f"() => ({READY})() && !{FLOWS} && slidegen.at()[0] === 2")


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_other_windows_show_slides(tmp_path: Path, browser: Browser, output: str) -> None:
    """A small window for a talk, one beside an editor, a low one, a full screen, a turned phone, a part of a page."""
    path = built(tmp_path, output)
    with enlarged(browser, path, (700, 394, 1)) as page:
        for width, height in ((700, 394), (600, 900), (1280, 300)):
            page.set_viewport_size({"width": width, "height": height})
            page.reload()
            page.wait_for_function(READY)
            assert not page.evaluate(FLOWS)
        page.keyboard.press("f")
        page.wait_for_function("() => document.fullscreenElement")
        page.set_viewport_size({"width": 640, "height": 360})
        page.wait_for_function(f"() => innerWidth === 640 && ({READY})()")
        assert not page.evaluate(FLOWS)
        (tmp_path / "page.html").write_text(
            f'<iframe src="{path.as_uri()}" width="400" height="225"></iframe>', "utf-8"
        )
        page.goto((tmp_path / "page.html").as_uri())
        frame = page.frames[1]
        frame.wait_for_function(READY)
        assert not frame.evaluate(FLOWS)
    with on_phone(browser, path, (640, 360)) as page:
        assert not page.evaluate(FLOWS)


@pytest.mark.slow
@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("look", ["bold", "corporate"])
def test_the_colour_of_title_slides_stays_on_them(tmp_path: Path, browser: Browser, look: str, output: str) -> None:
    """Where several slides are on one page: on a phone, and in the view that is printed. The number of each is shown
    as large as its footer."""
    (tmp_path / "a.yml").write_text(
        f"theme: {look}\nscheme: light\nfooter: Foot\nslides: [{{layout: title, content: '# One'}}, '## Two']\n",
        "utf-8",
    )
    options = BuildOptions(folder=tmp_path / "build", format=output, offline=True, keep_record=False)
    path = build(str(tmp_path / "a.yml"), options).output
    ground = "() => getComputedStyle(document.querySelector('.reveal-viewport') ?? document.body).backgroundColor"
    with on_phone(browser, path, PHONES[0]) as page:
        assert page.evaluate(ground) == "rgb(255, 255, 255)"
        sizes = page.evaluate(
            "() => [...document.querySelectorAll('.slides section, .marpit section')]"
            ".map((section) => getComputedStyle(section, '::after').fontSize)"
        )
        assert sizes == ["27px", "27px"]
        if output == "reveal":
            page.goto(f"{path.as_uri()}?print-pdf")
            page.locator(".pdf-page").first.wait_for(state="attached")
            assert page.evaluate(ground) == "rgb(255, 255, 255)"


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
