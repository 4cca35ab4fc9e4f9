"""A talk in real browsers: the presenter, a phone as the remote, and an audience."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.access.axe import violations
from tests.present.conftest import Presented, Presenter

SCREEN: ViewportSize = {"width": 1280, "height": 720}
PHONE: ViewportSize = {"width": 390, "height": 844}


@dataclass
class Room:
    """Opens the pages of a talk, each in a browser of its own."""

    browser: Browser
    said: list[str] = field(default_factory=list)
    contexts: list[Any] = field(default_factory=list)

    def open(self, url: str, viewport: ViewportSize = SCREEN) -> Page:
        """A page; on a phone, with touch."""
        context = self.browser.new_context(
            viewport=viewport, reduced_motion="reduce", color_scheme="light", has_touch=viewport is PHONE
        )
        context.on("weberror", lambda error: self.said.append(str(error.error)))
        context.on("console", lambda message: self.said.append(message.text))
        self.contexts.append(context)
        page = context.new_page()
        page.goto(url)
        return page

    def deck(self, url: str, viewport: ViewportSize = SCREEN) -> Page:
        """The page of the presenter, or one of the audience, when it is connected."""
        page = self.open(url, viewport)
        page.wait_for_function("() => window.slidegen?.talk && (!window.Reveal || Reveal.isReady())")
        return page

    def remote(self, url: str) -> Page:
        """The remote on a phone, when its frame shows the slide."""
        page = self.open(url, PHONE)
        expect(page.frame_locator("iframe").get_by_role("heading").first).to_be_visible()
        expect(page.locator("#place")).to_have_text(re.compile(r"\d+ / 4"))
        return page


@pytest.fixture
def room(browser: Browser) -> Iterator[Room]:
    """The browsers of a room. They say nothing on their consoles, but for a server that has ended."""
    opened = Room(browser)
    yield opened
    for context in opened.contexts:
        context.close()
    assert [one for one in opened.said if "ERR_" not in one] == []


@pytest.fixture
def talk(presenter: Presenter, output: str) -> Presented:
    """A talk with an audience, in an output."""
    return presenter.start("--audience", "--format", output)


OUTPUTS = pytest.mark.parametrize("output", ["reveal", "marp"])
MORE = pytest.mark.parametrize("output", ["reveal", pytest.param("marp", marks=pytest.mark.slow)])
"""In Marp's page they are slow: what its page does otherwise is in the tests of both outputs."""


def wait_at(page: Page, *place: int) -> None:
    """Waits until a deck is at a slide, from 0, with so many fragments."""
    page.wait_for_function("(at) => String(slidegen.at()) === String(at)", arg=list(place))


@pytest.mark.parametrize(("output", "followers"), [("reveal", 10), ("marp", 2)])
def test_a_phone_leads_and_ten_follow(talk: Presented, room: Room, followers: int) -> None:
    """Every page is at the same place after each press, through fragments; the phone has the notes and the time."""
    deck = room.deck(talk.urls["present"])
    phone = room.remote(talk.urls["remote"])
    audience = [room.deck(talk.urls["audience"], PHONE if number % 2 else SCREEN) for number in range(followers)]
    expect(phone.locator("#text")).to_have_text("Only the speaker knows one.")
    expect(phone.locator("#time")).to_have_text("0:00")
    step = phone.get_by_role("button", name="Next", exact=True)
    for place in ([1, 0], [1, 1], [1, 2], [2, 0]):
        step.click()
        for page in (deck, *audience):
            wait_at(page, *place)
    expect(phone.locator("#time")).not_to_have_text("0:00")
    phone.get_by_role("button", name="Back", exact=True).click()
    for page in (deck, *audience):
        page.wait_for_function("() => slidegen.at()[0] === 1")
    expect(phone.locator("#text")).to_have_text("Only the speaker knows two.")
    expect(phone.locator("#place")).to_have_text("2 / 4")
    phone.get_by_role("button", name="More").click()
    phone.get_by_role("button", name="Black").click()
    for page in (deck, *audience):
        expect(page.locator(".sg-veil")).to_be_visible()


@OUTPUTS
def test_what_the_phone_draws_is_on_every_page(talk: Presented, room: Room) -> None:
    """In its place on the slide; also for those who come later; until the phone takes it back."""
    deck = room.deck(talk.urls["present"])
    phone = room.remote(talk.urls["remote"])
    follower = room.deck(talk.urls["audience"])
    phone.get_by_role("button", name="Pen").click()
    box = phone.locator("#pad").bounding_box()
    assert box is not None
    phone.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    phone.mouse.down()
    phone.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=6)
    phone.mouse.up()
    later = room.deck(talk.urls["audience"])
    inside = phone.frame_locator("iframe")
    expect(inside.locator(".sg-ink [data-id] path").first).to_be_attached()
    for page in (deck, follower, later):
        path = page.locator(".sg-ink [data-id] path").first
        expect(path).to_be_attached()
        page.wait_for_function(
            "() => document.querySelector('.sg-ink path').getBoundingClientRect().right > innerWidth * 0.49"
        )
        drawn = path.bounding_box()
        assert drawn is not None
        assert abs(drawn["x"] - 1280 / 4) < 6
        assert abs(drawn["y"] - 720 / 2) < 6
    phone.get_by_role("button", name="Undo").click()
    for page in (deck, follower, later):
        expect(page.locator(".sg-ink [data-id]")).to_have_count(0)


def test_what_the_presenter_draws_is_followed(presenter: Presenter, room: Room) -> None:
    """The laser pointer as well; it goes when the tool does."""
    talk = presenter.start("--audience")
    deck = room.deck(talk.urls["present"])
    follower = room.deck(talk.urls["audience"])
    deck.keyboard.press("m")
    deck.mouse.move(200, 200)
    deck.mouse.down()
    deck.mouse.move(500, 220, steps=10)
    deck.mouse.up()
    expect(follower.locator(".sg-ink .sg-marker")).to_have_count(1)
    deck.keyboard.press("r")
    deck.mouse.move(640, 360)
    expect(follower.locator(".sg-laser")).to_be_visible()
    deck.keyboard.press("r")
    expect(follower.locator(".sg-laser")).to_be_hidden()


@MORE
def test_the_audience_may_look_around_and_come_back(talk: Presented, room: Room) -> None:
    """Nobody else moves."""
    deck = room.deck(talk.urls["present"])
    follower = room.deck(talk.urls["audience"])
    deck.keyboard.press("ArrowRight")
    wait_at(follower, 1, 0)
    follower.keyboard.press("End")
    live = follower.get_by_role("button", name="Back to live")
    expect(live).to_be_visible()
    deck.keyboard.press("ArrowRight")
    wait_at(deck, 1, 1)
    follower.wait_for_timeout(300)
    assert follower.evaluate("slidegen.at()[0]") == 3
    live.click()
    wait_at(follower, 1, 1)
    expect(live).to_be_hidden()


def test_all_go_on_when_the_server_dies_and_meet_again(presenter: Presenter, room: Room) -> None:
    """The presenter's page says so quietly, works as before, and leads again when the server is back."""
    talk = presenter.start("--audience")
    deck = room.deck(talk.urls["present"])
    follower = room.deck(talk.urls["audience"])
    deck.keyboard.press("ArrowRight")
    wait_at(follower, 1, 0)
    talk.end()
    for page in (deck, follower):
        expect(page.get_by_text("Not connected")).to_be_visible()
    deck.keyboard.press("End")
    deck.wait_for_function("() => slidegen.at()[0] === 3")
    deck.keyboard.press("d")
    deck.mouse.move(200, 200)
    deck.mouse.down()
    deck.mouse.move(500, 220, steps=4)
    deck.mouse.up()
    assert deck.locator(".sg-ink [data-id]").count() == 1


@MORE
def test_a_page_that_was_asleep_gets_what_it_missed(talk: Presented, room: Room) -> None:
    """Its network is cut and comes back: it connects by itself and is where the talk is."""
    deck = room.deck(talk.urls["present"])
    follower = room.deck(talk.urls["audience"])
    phone = room.remote(talk.urls["remote"])
    for page in (follower, phone):
        cut(page)
    deck.evaluate("slidegen.show(2, 0)")
    for page in (follower, phone):
        join(page)
    wait_at(follower, 2, 0)
    expect(phone.locator("#place")).to_have_text("3 / 4")


DRAW = """
([count, length, slide]) => {
  const points = Array.from({ length }, (_, at) => [at % 10000, 5000, 50]);
  for (let at = 0; at < count; at += 1) {
    const id = `s${Math.random().toString(36).slice(2)}`;
    slidegen.talk.take({ ink: { slide, id, tool: "pen", color: 1, points } });
  }
}
"""
DRAWN = "slidegen.talk.drawn().map(({ points }) => points.length)"


def cut(page: Page) -> None:
    """Cuts a page off its network."""
    page.context.set_offline(True)
    page.evaluate("dispatchEvent(new Event('pagehide'))")


def join(page: Page) -> None:
    """Gives a page its network back, as when a device wakes."""
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")


@pytest.mark.slow
def test_drawings_are_passed_on_whole(presenter: Presenter, room: Room) -> None:
    """Thousands of strokes and a very long one, when the presenter connects again. If there are more than the server
    keeps, the presenter's page says so and drawing goes on."""
    talk = presenter.start("--audience")
    deck = room.deck(talk.urls["present"])
    follower = room.deck(talk.urls["audience"])
    cut(deck)
    deck.evaluate(DRAW, [2500, 2, 1])
    deck.evaluate(DRAW, [1, 60_000, 2])
    join(deck)
    follower.wait_for_function(f"() => {DRAWN}.reduce((sum, one) => sum + one, 0) === 65_000")
    later = room.deck(talk.urls["audience"])
    later.wait_for_function(f"() => {DRAWN}.length === 2501")
    note = deck.get_by_text("Not all drawings are passed on")
    expect(note).to_be_hidden()
    deck.evaluate(DRAW, [5, 60_000, 3])
    expect(note).to_be_visible()
    deck.evaluate(DRAW, [1, 3, 0])
    expect(follower.locator(".sg-ink [data-id]")).to_have_count(1)


def test_the_phone_goes_on_when_its_network_is_back(presenter: Presenter, room: Room) -> None:
    """What it sent meanwhile is lost, and no more."""
    talk = presenter.start()
    deck = room.deck(talk.urls["present"])
    phone = room.remote(talk.urls["remote"])
    step = phone.get_by_role("button", name="Next", exact=True)
    phone.context.set_offline(True)
    step.click()
    expect(phone.get_by_text("Connecting")).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.get_by_text("Connecting")).to_be_hidden()
    step.click()
    wait_at(deck, 1, 0)


@MORE
def test_the_speaker_view_shows_the_code_of_the_remote(talk: Presented, room: Room) -> None:
    """And the deck's page only that of the audience."""
    deck = room.deck(talk.urls["present"])
    deck.keyboard.press("q")
    code = deck.get_by_role("dialog", name="QR code for the audience")
    expect(code.locator("svg")).to_be_visible()
    expect(code.get_by_role("link")).to_have_text(talk.urls["audience"])
    assert urlsplit(talk.urls["remote"]).path not in deck.locator("body").inner_text()
    deck.keyboard.press("Escape")
    expect(code).to_be_hidden()
    with deck.context.expect_page() as opened:
        deck.keyboard.press("s")
    view = opened.value
    view.get_by_role("button", name="Phone").click()
    expect(view.get_by_role("dialog").get_by_role("link")).to_have_text(talk.urls["remote"])


def test_the_remote_fits_a_phone(presenter: Presenter, room: Room) -> None:
    """Nothing is wider than the screen, every button is at least 44 pixels high, Next is the largest."""
    phone = room.remote(presenter.start().urls["remote"])
    for size in (PHONE, {"width": 320, "height": 568}):
        phone.set_viewport_size(size)  # type: ignore[arg-type]
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert phone.evaluate("document.documentElement.scrollHeight <= innerHeight")
        heights = phone.locator("button:visible").evaluate_all("all => all.map((one) => one.offsetHeight)")
        assert min(heights) >= 44
    area = "e => e.offsetWidth * e.offsetHeight"
    sizes = phone.locator("button:visible").evaluate_all(f"all => all.map({area})")
    assert phone.locator("button.next").evaluate(area) == max(sizes)


@pytest.mark.slow
def test_axe_finds_nothing_on_the_remote(presenter: Presenter, room: Room) -> None:
    """With its menu closed and open, with a tool in hand, and on a page of the audience."""
    talk = presenter.start("--audience")
    room.deck(talk.urls["present"])
    phone = room.remote(talk.urls["remote"])
    found = {"remote": violations(phone)}
    phone.get_by_role("button", name="More").click()
    found["menu"] = violations(phone)
    phone.get_by_role("button", name="Pen").click()
    expect(phone.get_by_role("button", name="Pen")).to_have_attribute("aria-pressed", "true")
    found["pen"] = violations(phone)
    found["audience"] = violations(room.deck(talk.urls["audience"]))
    assert not any(found.values()), found
