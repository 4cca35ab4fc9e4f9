"""Drawing, pointing, blank screens, going to a slide and help: alike on reveal.js' pages and Marp's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from slidegen.browser.deck import READY
from slidegen.pipeline import BuildOptions, build

DECK = """\
title: A deck to draw on
slides:
  - "# First"
  - |
    ## Second

    - one {.fragment}
    - two {.fragment}
  - |
    ## Third <i>slide</i>

    needle in a [haystack](#/0)
  - "## Twelfth hour"
  - |
    ## Où la straße 日本語

    <input class="c"> <textarea class="c"></textarea> <div class="c" contenteditable>.</div>
    <select class="c"><option>eins</option><option>no</option></select> <button class="c" type="button">Press</button>
"""
OUTPUTS = ("reveal", "marp")


@pytest.fixture(scope="module")
def decks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The deck above in both outputs."""
    folder = tmp_path_factory.mktemp("tools")
    (folder / "a.yml").write_text(DECK, encoding="utf-8")
    built = {}
    for output in OUTPUTS:
        options = BuildOptions(folder=folder / output, format=output, offline=True)
        built[output] = build(str(folder / "a.yml"), options).output
    return built


@pytest.fixture(params=OUTPUTS)
def page(request: pytest.FixtureRequest, decks: dict[str, Path], browser: Browser) -> Iterator[Page]:
    """The deck from disk, without a network; nothing may be said on the console."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 720}, color_scheme="light", reduced_motion="reduce", offline=True
    )
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    context.on("weberror", lambda error: said.append(str(error.error)))
    opened = context.new_page()
    opened.goto(decks[request.param].as_uri())
    opened.wait_for_function(READY)
    opened.wait_for_function("() => window.slidegen.talk")
    yield opened
    context.close()
    assert said == []


def at(page: Page) -> list[int]:
    """The slide in view, from 0, and how many of its fragments are shown."""
    return list(page.evaluate("slidegen.at()"))


def stroke(page: Page, x: int = 300, y: int = 300) -> None:
    """Draws a line with the mouse."""
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 200, y + 40, steps=8)
    page.mouse.up()


def strokes(page: Page) -> int:
    """How many strokes are on the slide in view."""
    return page.locator(".sg-ink [data-id]").count()


def test_strokes_belong_to_their_slide(page: Page) -> None:
    """They go when the slide does, and come back with it."""
    page.keyboard.press("d")
    stroke(page)
    stroke(page, y=500)
    assert strokes(page) == 2
    page.keyboard.press("ArrowRight")
    assert (at(page), strokes(page)) == ([1, 0], 0)
    page.keyboard.press("m")
    stroke(page)
    assert page.locator(".sg-ink .sg-marker").count() == 1
    page.keyboard.press("ArrowLeft")
    assert strokes(page) == 2


def test_a_stroke_lies_where_the_pointer_was(page: Page) -> None:
    """In the place and the size of the slide, also after the window has changed."""
    page.keyboard.press("d")
    stroke(page, 320, 180)
    for scale in (1, 0.75):
        page.set_viewport_size({"width": int(1280 * scale), "height": int(720 * scale)})
        page.wait_for_function(
            f"() => Math.abs(document.querySelector('.sg-ink').getBoundingClientRect().width - {1280 * scale}) < 2"
        )
        box = page.locator(".sg-ink [data-id] path").first.bounding_box()
        assert box is not None
        assert abs(box["x"] - 320 * scale) < 4
        assert abs(box["width"] - 200 * scale) < 8


def test_undo_erase_clear_and_hide(page: Page) -> None:
    page.keyboard.press("d")
    for y in (200, 300, 400):
        stroke(page, y=y)
    page.keyboard.press("z")
    assert strokes(page) == 2
    page.keyboard.press("e")
    page.mouse.move(400, 275)
    page.mouse.down()
    page.mouse.move(400, 365)  # quickly: no point is on the line
    page.mouse.up()
    assert strokes(page) == 1
    page.keyboard.press("i")
    expect(page.locator(".sg-ink > g")).to_be_hidden()
    page.keyboard.press("i")
    expect(page.locator(".sg-ink > g")).to_be_visible()
    page.keyboard.press("c")
    assert strokes(page) == 0


def test_a_tool_takes_clicks_and_escape_ends_it(page: Page) -> None:
    """A click draws instead of turning the slide; the arrow keys go on working."""
    page.keyboard.press("d")
    page.mouse.click(900, 300)
    assert at(page) == [0, 0]
    expect(page.get_by_role("region", name="Drawing")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Drawing")).to_be_hidden()
    assert page.locator("html.overview, .reveal.overview").count() == 0
    page.keyboard.press("ArrowRight")
    assert at(page) == [1, 0]


def test_the_toolbar_chooses_tool_and_colour(page: Page) -> None:
    page.keyboard.press("d")
    page.get_by_role("button", name="blue").click()
    stroke(page)
    assert page.locator(".sg-ink .sg-pen.sg-color-2").count() == 1
    page.get_by_role("button", name="Marker").click()
    assert page.get_by_role("button", name="Marker").get_attribute("aria-pressed") == "true"
    stroke(page, y=500)
    assert page.locator(".sg-ink .sg-marker.sg-color-2").count() == 1
    page.keyboard.press("d")
    page.keyboard.press("m")
    page.get_by_role("button", name="green").click()
    stroke(page, y=600)
    assert page.locator(".sg-ink .sg-marker.sg-color-3").count() == 1
    page.get_by_role("button", name="Done").click()
    assert page.evaluate("document.documentElement.dataset.tool ?? ''") == ""


PEN = """
(pressures) => {
  const layer = document.querySelector(".sg-ink");
  const send = (type, x, pressure) => layer.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, pointerType: "pen", clientX: x, clientY: 300, pressure, buttons: 1, bubbles: true }));
  layer.setPointerCapture = () => {};
  send("pointerdown", 300, pressures[0]);
  pressures.forEach((pressure, at) => send("pointermove", 320 + 40 * at, pressure));
  send("pointerup", 500, 0);
}
"""


def test_a_pen_draws_by_its_pressure(page: Page) -> None:
    """Harder is wider."""
    page.keyboard.press("d")
    page.evaluate(PEN, [0.1, 0.5, 1])
    page.wait_for_function("() => document.querySelectorAll('.sg-ink path').length > 2")
    widths = page.eval_on_selector_all(
        ".sg-ink path", "all => all.map((path) => Number(path.getAttribute('stroke-width')))"
    )
    assert widths == sorted(widths)
    assert widths[-1] >= 2 * widths[0]


PALM = """
() => {
  const layer = document.querySelector(".sg-ink");
  const send = (type, pointerId, x, y) => layer.dispatchEvent(new PointerEvent(type, {
    pointerId, pointerType: "touch", clientX: x, clientY: y, buttons: 1, bubbles: true }));
  layer.setPointerCapture = () => {};
  send("pointerdown", 1, 200, 200);
  send("pointerdown", 2, 900, 600);
  for (let x = 220; x < 300; x += 20) { send("pointermove", 1, x, 200); send("pointermove", 2, 900, 600); }
  send("pointerup", 2, 900, 600);
  send("pointermove", 1, 400, 200);
  send("pointerup", 1, 400, 200);
}
"""


def test_a_palm_does_not_draw(page: Page) -> None:
    """While one finger or pen draws, others on the screen do nothing."""
    page.keyboard.press("d")
    page.evaluate(PALM)
    points = page.evaluate("slidegen.talk.drawn().map(({ points }) => points)")
    assert len(points) == 1
    assert max(y for _, y, _ in points[0]) < 4000
    assert max(x for x, _, _ in points[0]) > 3000


def test_the_laser_pointer_follows_the_mouse(page: Page) -> None:
    """It leaves nothing behind."""
    page.keyboard.press("r")
    page.mouse.move(640, 360, steps=3)
    dot = page.locator(".sg-laser")
    expect(dot).to_be_visible()
    middle = "({ left, width }) => Math.abs(left + width / 2 - 640) < 3"
    page.wait_for_function(f"() => ({middle})(document.querySelector('.sg-laser').getBoundingClientRect())")
    page.keyboard.press("r")
    expect(dot).to_be_hidden()
    assert strokes(page) == 0


@pytest.mark.parametrize(("key", "color"), [("b", "rgb(0, 0, 0)"), (".", "rgb(0, 0, 0)"), ("w", "rgb(255, 255, 255)")])
def test_the_screen_is_blanked(key: str, color: str, page: Page) -> None:
    """The same key, Escape, or going on shows it again."""
    veil = page.locator(".sg-veil")
    for again in (key, "Escape", "ArrowRight"):
        page.keyboard.press(key)
        expect(veil).to_be_visible()
        assert veil.evaluate("e => getComputedStyle(e).backgroundColor") == color
        page.keyboard.press(again)
        expect(veil).to_be_hidden()


@pytest.mark.parametrize(
    ("typed", "place"), [("3", 2), ("haystack", 2), ("two", 1), ("TWELFTH h", 3), ("", 0), ("ou STRASSE", 4), ("本", 4)]
)
def test_go_to_a_slide(typed: str, place: int, page: Page) -> None:
    """By its number, by a word of its title or its text, whatever the case and the accents."""
    page.keyboard.press("g")
    dialog = page.get_by_role("dialog", name="Go to slide")
    dialog.get_by_role("combobox").fill(typed)
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    assert at(page) == [place, 0]


def test_going_to_a_slide_by_the_list(page: Page) -> None:
    """The arrow keys choose, a click goes; words that no slide has are said to be missing. Titles are text."""
    page.keyboard.press("g")
    dialog = page.get_by_role("dialog", name="Go to slide")
    expect(dialog.get_by_role("option")).to_have_text(
        ["1First", "2Second", "3Third slide", "4Twelfth hour", "5Où la straße 日本語"]
    )
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("option", selected=True)).to_have_text("2Second")
    dialog.get_by_role("combobox").fill("nowhere")
    expect(dialog.get_by_text("No slide has these words")).to_be_visible()
    dialog.get_by_role("combobox").fill("t")
    dialog.get_by_role("option", name="Third").click()
    expect(dialog).to_have_count(0)
    assert at(page) == [2, 0]


def test_help_lists_every_key(page: Page) -> None:
    """Every key that the page listens to is on it, and Escape closes it."""
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    shown = set(dialog.locator("kbd").all_inner_texts())
    own = page.evaluate("Object.keys(slidegen.talk.keys).map((key) => key.toUpperCase())")
    assert set(own) - shown == {"?"}
    assert {"→", "←", "Space", "Home", "End", "O", "F", "T", "N", "H", "J", "K", "L", "Esc"} <= shown
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("ArrowRight")
    assert at(page) == [1, 0]


def test_controls_on_a_slide_have_their_keys_and_clicks(page: Page) -> None:
    """Nothing that is typed or clicked there moves the deck or begins a tool; other keys go on working."""
    page.evaluate("slidegen.show(4, 0)")
    for control in page.locator("input.c, textarea.c, div.c").all():
        control.click()
        page.keyboard.type("dmb g.n?")
    values = "all => all.map((one) => (one.value ?? one.textContent).replace('\\xa0', ' ').replace('.', ''))"
    typed = page.locator("input.c, textarea.c, div.c").evaluate_all(values)
    assert [one.replace(".", "") for one in typed] == ["dmb gn?"] * 3
    page.locator("select.c").focus()
    page.keyboard.type("no")
    assert page.locator("select.c").input_value() == "no"
    press = page.get_by_role("button", name="Press")
    press.evaluate("e => e.addEventListener('click', () => { e.dataset.count = Number(e.dataset.count ?? 0) + 1; })")
    press.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert press.get_attribute("data-count") == "2"
    assert at(page) == [4, 0]
    assert page.locator("html[data-tool], dialog[open], .sg-veil:not([hidden])").count() == 0
    page.keyboard.press("d")
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Space")
    assert at(page) == [4, 0]
    page.keyboard.press("ArrowLeft")
    assert at(page)[0] == 3


def test_a_dialog_that_was_just_closed_has_no_keys(page: Page) -> None:
    """Its field is the target of a key until it is removed, which comes later than the closing."""
    page.keyboard.press("g")
    veiled = page.evaluate("""() => {
      const dialog = document.querySelector("dialog[open]");
      dialog.close();
      dialog.querySelector("input").dispatchEvent(new KeyboardEvent("keydown", { key: "b", bubbles: true }));
      return !document.querySelector(".sg-veil").hidden;
    }""")
    assert veiled


def test_an_open_dialog_has_all_keys(page: Page) -> None:
    """Also those that are pressed when the focus has left it."""
    page.keyboard.press("?")
    page.evaluate("document.activeElement.blur()")
    for key in ("b", "d", "ArrowRight", "Space", "g"):
        page.keyboard.press(key)
    assert at(page) == [0, 0]
    assert page.locator("html[data-tool], .sg-veil:not([hidden])").count() == 0
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_stroke_ends_with_its_slide(page: Page) -> None:
    """What is drawn after a move is not added to the slide before; drawing shows what was hidden."""
    page.keyboard.press("d")
    stroke(page)
    page.keyboard.press("i")
    page.mouse.move(300, 400)
    page.mouse.down()
    expect(page.locator(".sg-ink > g")).to_be_visible()
    page.mouse.move(400, 400, steps=4)
    page.keyboard.press("ArrowRight")
    page.mouse.move(900, 400, steps=4)
    page.mouse.up()
    most = "Math.max(...slidegen.talk.drawn().flatMap(({ points }) => points.map(([x]) => x)))"
    assert page.evaluate(most) < 10_000 * 520 / 1280
    assert page.evaluate("slidegen.talk.drawn().map(({ slide }) => slide)") == [0, 0]


def test_focus_is_seen(page: Page) -> None:
    """A link that is reached with the keyboard has an outline in the accent."""
    page.evaluate("slidegen.show(2, 0)")
    link = page.get_by_role("link", name="haystack")
    page.keyboard.press("Tab")
    link.focus()
    assert link.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"


def test_print_shows_no_tools(page: Page) -> None:
    page.keyboard.press("d")
    stroke(page)
    page.emulate_media(media="print")
    for name in (".sg-ink", ".sg-tools", ".sg-veil"):
        assert page.locator(name).evaluate("e => getComputedStyle(e).display") == "none"
