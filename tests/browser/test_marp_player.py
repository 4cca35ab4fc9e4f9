"""The player of a Marp page, in a real browser, from disk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from slidegen.pipeline import BuildOptions, build
from tests.deck_folder import PIXEL

DECK = """\
---
marp: true
theme: {theme}
paginate: true
---

# First

<!-- Say hello. -->

---

## Second

* one
* two

<!-- Then count. -->

---

![bg right](a.png)

## Third :rocket:

[link](#4) <input id="box">

---

## Fourth $x^2$
"""

READY = "() => window.slidegen && slidegen.ready"
LIGHT, DARK = "rgb(251, 250, 247)", "rgb(19, 23, 30)"


@dataclass
class Player:
    """An open page, with what it asked of the network and said on the console."""

    page: Page
    requests: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def at(self) -> list[int]:
        """The slide (from 0) and how many of its fragments are shown."""
        return list(self.page.evaluate("slidegen.at()"))

    def shown(self) -> list[str]:
        """The fragments that can be seen."""
        return self.page.locator(".current li:not(.to-come)").all_inner_texts()


@pytest.fixture(scope="module")
def decks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The deck above in two themes, built."""
    folder = tmp_path_factory.mktemp("player")
    (folder / "a.png").write_bytes(PIXEL)
    files = {}
    for theme in ("default", "light"):
        source = folder / f"{theme}.md"
        source.write_text(DECK.replace("{theme}", theme), encoding="utf-8")
        files[theme] = build(str(source), BuildOptions(folder=folder / "build", format="marp")).output
    return files


@pytest.fixture
def player(decks: dict[str, Path], browser: Browser) -> Iterator[Player]:
    """The deck at its first slide; at the end, it must have asked for nothing and said nothing."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 720}, color_scheme="light", reduced_motion="reduce", has_touch=True
    )
    opened = Player(context.new_page())
    opened.page.on("request", lambda request: opened.requests.append(request.url))
    opened.page.on("console", lambda message: opened.messages.append(message.text))
    opened.page.on("pageerror", lambda error: opened.messages.append(str(error)))
    opened.page.goto(decks["default"].as_uri())
    opened.page.wait_for_function(READY)
    yield opened
    context.close()
    assert opened.messages == []
    strange = r"file:.*/(default|light)\.marp\.html([?#].*)?|data:.*"
    assert [url for url in opened.requests if not re.fullmatch(strange, url)] == []


@pytest.mark.parametrize("key", ["ArrowRight", "ArrowDown", "PageDown", " ", "Enter", "n"])
def test_keys_go_on_through_fragments(player: Player, key: str) -> None:
    """Slide by slide, fragment by fragment, and not past the end."""
    places = []
    for _ in range(7):
        player.page.keyboard.press(key)
        places.append(player.at())
    assert places == [[1, 0], [1, 1], [1, 2], [2, 0], [3, 0], [3, 0], [3, 0]]


@pytest.mark.parametrize("key", ["ArrowLeft", "ArrowUp", "PageUp", "Backspace", "Shift+Space"])
def test_keys_go_back_through_fragments(player: Player, key: str) -> None:
    """A slide that is gone back to shows all of its fragments."""
    player.page.keyboard.press("End")
    places = [player.at()]
    for _ in range(6):
        player.page.keyboard.press(key)
        places.append(player.at())
    assert places == [[3, 0], [2, 0], [1, 2], [1, 1], [1, 0], [0, 0], [0, 0]]


def test_home_and_end(player: Player) -> None:
    """The first and the last slide."""
    player.page.keyboard.press("End")
    assert player.at() == [3, 0]
    player.page.keyboard.press("Home")
    assert player.at() == [0, 0]


def test_one_slide_is_shown(player: Player) -> None:
    """The others cannot be seen; fragments come one by one."""
    player.page.keyboard.press("ArrowRight")
    expect(player.page.locator(".marpit h2", has_text="Second")).to_be_visible()
    expect(player.page.locator(".marpit h1", has_text="First")).to_be_hidden()
    assert player.shown() == []
    player.page.keyboard.press("ArrowRight")
    assert player.shown() == ["one"]
    expect(player.page.locator(".marpit li", has_text="two")).to_be_hidden()


def test_a_key_in_a_field_is_a_letter(player: Player) -> None:
    """What is typed does not turn the slide."""
    player.page.goto(player.page.url.partition("#")[0] + "#3")
    player.page.locator("#box").click()
    player.page.keyboard.type("no t")
    assert player.at() == [2, 0]
    assert player.page.locator("#box").input_value() == "no t"


def test_clicks_go_on_and_back(player: Player) -> None:
    """The left quarter goes back; a link is followed."""
    player.page.mouse.click(900, 300)
    assert player.at() == [1, 0]
    player.page.mouse.click(100, 300)
    assert player.at() == [0, 0]
    player.page.goto(player.page.url.partition("#")[0] + "#3")
    player.page.locator("a", has_text="link").click()
    player.page.wait_for_function("() => slidegen.at()[0] === 3")
    assert player.at() == [3, 0]


SWIPE = """
([from, to]) => {
  const touch = (x) => [new Touch({ identifier: 1, target: document.body, clientX: x, clientY: 300 })];
  document.body.dispatchEvent(new TouchEvent("touchstart", { changedTouches: touch(from), bubbles: true }));
  document.body.dispatchEvent(new TouchEvent("touchend", { changedTouches: touch(to), bubbles: true }));
}
"""


def test_swipes_go_on_and_back(player: Player) -> None:
    """To the left is on; a short one is none."""
    player.page.evaluate(SWIPE, [800, 400])
    assert player.at() == [1, 0]
    player.page.evaluate(SWIPE, [400, 800])
    assert player.at() == [0, 0]
    player.page.evaluate(SWIPE, [400, 380])
    assert player.at() == [0, 0]


def test_the_address_names_the_slide(player: Player, decks: dict[str, Path]) -> None:
    """It changes with each step, and opens at what it names; nonsense opens at the first."""
    for expected in ("#2", "#2.1", "#2.2", "#3"):
        player.page.keyboard.press("ArrowRight")
        assert player.page.evaluate("location.hash") == expected
    for address, place in (("#2.1", [1, 1]), ("#4", [3, 0]), ("#99", [3, 0]), ("#x", [0, 0]), ("#-1", [0, 0])):
        player.page.goto("about:blank")
        player.page.goto(decks["default"].as_uri() + address)
        player.page.wait_for_function(READY)
        assert player.at() == place
    player.requests[:] = [url for url in player.requests if url != "about:blank"]


def test_the_progress_line_grows(player: Player) -> None:
    """Nothing at first, the whole width at the end."""
    line = player.page.locator(".progress-line")
    assert line.bounding_box() is None or line.evaluate("e => e.getBoundingClientRect().width") == 0
    player.page.keyboard.press("End")
    assert line.evaluate("e => e.getBoundingClientRect().width") == 1280


def test_the_overview_shows_all_and_goes_to_one(player: Player) -> None:
    """Key O opens and closes it, Escape closes it, a click goes to a slide."""
    first, third = player.page.locator("h1", has_text="First"), player.page.locator("h2", has_text="Third")
    player.page.keyboard.press("o")
    expect(first).to_be_visible()
    expect(third).to_be_visible()
    player.page.keyboard.press("Escape")
    expect(third).to_be_hidden()
    player.page.keyboard.press("o")
    third.click()
    assert player.at() == [2, 0]
    expect(first).to_be_hidden()


def test_fullscreen_is_asked_for(player: Player) -> None:
    """Key F, in and out, without an error."""
    player.page.keyboard.press("f")
    player.page.wait_for_function("() => document.fullscreenElement === document.documentElement")
    player.page.keyboard.press("f")
    player.page.wait_for_function("() => document.fullscreenElement === null")
    assert player.at() == [0, 0]


def background(page: Page) -> str:
    """The colour of the slide at hand."""
    return str(page.locator(".current section[id]").evaluate("e => getComputedStyle(e).backgroundColor"))


def test_key_t_switches_slidegens_theme(player: Player, decks: dict[str, Path]) -> None:
    """Light and dark; ?theme= wins over the deck."""
    player.page.goto(decks["light"].as_uri())
    player.page.wait_for_function(READY)
    assert background(player.page) == LIGHT
    player.page.keyboard.press("t")
    assert background(player.page) == DARK
    player.page.goto(decks["light"].as_uri() + "?theme=dark")
    player.page.wait_for_function(READY)
    assert background(player.page) == DARK


def test_key_t_inverts_marps_themes(player: Player) -> None:
    """White and GitHub's dark, and back."""
    before = background(player.page)
    player.page.keyboard.press("t")
    inverted = background(player.page)
    player.page.keyboard.press("t")
    assert (before, background(player.page)) == ("rgb(255, 255, 255)", "rgb(255, 255, 255)")
    assert sum(map(int, re.findall(r"\d+", inverted)[:3])) < 150


def test_key_p_opens_the_speaker_view_as_in_marp(player: Player) -> None:
    """Which is that of all pages."""
    with player.page.context.expect_page() as found:
        player.page.keyboard.press("p")
    expect(found.value.locator(".sp-text")).to_have_text("Say hello.")
    found.value.close()


def test_print_gives_one_page_a_slide(player: Player) -> None:
    """With every fragment, in the slides' size."""
    pdf = player.page.pdf(prefer_css_page_size=True, print_background=True)
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") == 4
    assert pdf.count(b"/MediaBox [0 0 960 540]") == 4


def test_offline_nothing_is_missing(decks: dict[str, Path], browser: Browser) -> None:
    """With the network cut off: the image, the emoji's picture and font and the formula's are in the file."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(decks["default"].as_uri() + "#3")
    page.wait_for_function(READY)
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate("[...document.fonts].filter((face) => face.status === 'error').length")
    assert loaded == 0
    page.wait_for_function("() => document.fonts.check('20px \"Slidegen Blank\"', '\U0001f680')")
    context.close()


STYLES = """\
slides:
  - |
    - out {.fragment .fade-out data-fragment-index=3}
    - red {.fragment .highlight-red data-fragment-index=2}
    - in {.fragment data-fragment-index=1}
    - with it {.fragment data-fragment-index=1}
    - once {.fragment .current-visible}
    - last {.fragment}
"""


@pytest.mark.parametrize(("output", "slide"), [("reveal", ".present"), ("marp", ".current")])
def test_fragments_have_reveals_styles_and_order(browser: Browser, tmp_path: Path, output: str, slide: str) -> None:
    """Those of one index come together; what fades out or is only highlighted can be seen from the beginning."""
    (tmp_path / "a.yml").write_text(STYLES, encoding="utf-8")
    file = build(str(tmp_path / "a.yml"), BuildOptions(folder=tmp_path, format=output, offline=True)).output
    page = browser.new_page(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    page.goto(file.as_uri())
    page.wait_for_function("() => window.slidegen?.ready || window.Reveal?.isReady()")
    seen = f"""() => [...document.querySelectorAll("{slide} li")].filter((item) => item.checkVisibility({{
      visibilityProperty: true, opacityProperty: true }})).map((item) => item.innerText)"""
    color = f'() => getComputedStyle(document.querySelectorAll("{slide} li")[1]).color'
    plain = page.evaluate(color)
    steps = [page.evaluate(seen)]
    for step in range(5):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(50)
        steps.append(page.evaluate(seen))
        assert (page.evaluate(color) != plain) == (step > 0), step
    page.close()
    assert steps == [
        ["out", "red"],
        ["out", "red", "in", "with it"],
        ["out", "red", "in", "with it"],
        ["red", "in", "with it"],
        ["red", "in", "with it", "once"],
        ["red", "in", "with it", "last"],
    ]
