"""The attacks that become a page, opened from disk: nothing starts by itself."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page

from slidegen.browser.deck import READY, SHOW, SLIDES
from slidegen.errors import SlidegenError
from tests.attacks.listed import OUTPUTS, Attack, attacks, whole_deck
from tests.deck_folder import DeckFolder

pytestmark = pytest.mark.browser
ATTACKS = attacks()
DIALECTS = ("deck.yml", "deck.md")

WATCH = """
(() => {
  const told = (name) => console.error(`called: ${name}`);
  for (const name of ["RTCPeerConnection", "Worker", "SharedWorker", "WebSocket", "EventSource", "XMLHttpRequest"]) {
    const known = window[name];
    if (known) window[name] = new Proxy(known, { construct: (...all) => (told(name), Reflect.construct(...all)) });
  }
  for (const [object, name] of [[window, "fetch"], [window, "open"], [navigator, "sendBeacon"], [window, "alert"]]) {
    const known = object[name].bind(object);
    object[name] = (...all) => (told(name), known(...all));
  }
})();
"""
"""What a program would call; the page's own scripts call none of it before a key is pressed."""

ACTIVE = """
() => {
  const found = [];
  for (const node of document.querySelectorAll("body *")) {
    const name = node.localName;
    if (["base", "link", "meta", "iframe", "frame", "object", "embed", "template"].includes(name)) found.push(name);
    if (name === "script" && node.closest(".slides, .marpit")) found.push(name);
    for (const { name: key, value } of node.attributes) {
      if (/^on/i.test(key) && node.closest(".slides section, .marpit > svg")) found.push(`${name} ${key}`);
      if (/^\\s*(java|vb)script:/i.test(value)) found.push(`${name} ${key}`);
    }
  }
  return found;
}
"""
"""What the browser itself sees in the page that might run or lead away."""


class Watched:
    """What a page does by itself; `at` is the slide at hand."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.at = "opening"
        self.seen: list[str] = []
        context.add_init_script(WATCH)
        context.on("request", lambda request: self._tell("request", request.url))
        context.on("page", lambda page: self._watch(page))
        self.page = context.new_page()

    def _watch(self, page: Page) -> None:
        if page.opener() is not None:
            self._tell("window", page.url)
        page.on("framenavigated", lambda frame: self._tell("navigation", frame.url))
        page.on("dialog", self._dialog)
        page.on("download", lambda download: self._tell("download", download.url))
        page.on("console", self._message)
        page.on("pageerror", lambda error: self._tell("error", str(error)))
        page.on("worker", lambda worker: self._tell("worker", worker.url))
        page.on("websocket", lambda socket: self._tell("websocket", socket.url))

    def _tell(self, what: str, which: str) -> None:
        own = which.partition("#")[0] in (self.url, "about:blank") or which.startswith("data:")
        if not own:
            self.seen.append(f"{self.at}: {what} {which[:200]}")

    def _message(self, message: ConsoleMessage) -> None:
        if message.type != "info":  # the browser's own, of an autofocus that it did not heed
            self._tell(message.type, message.text)

    def _dialog(self, dialog: Dialog) -> None:
        self._tell("dialog", dialog.message)
        dialog.dismiss()

    def go_through(self) -> None:
        """Opens the page and shows every slide."""
        self.page.goto(self.url)
        self.page.wait_for_function(READY)
        self.seen += [f"in the page: {one}" for one in self.page.evaluate(ACTIVE)]
        for number, slide in enumerate(self.page.evaluate(SLIDES), start=1):
            self.at = f"slide {number}"
            self.page.evaluate(SHOW, [slide["h"], slide["v"]])


@contextmanager
def watched(browser: Browser, html: str, folder: Path) -> Iterator[Watched]:
    """A page that is watched, from a folder that holds nothing else."""
    file = folder / "page" / "deck.html"
    file.parent.mkdir(exist_ok=True)
    file.write_text(html, encoding="utf-8")
    context = browser.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    try:
        yield Watched(context, file.as_uri())
    finally:
        context.close()


def built(attack: Attack, deck: str, output: str) -> bool:
    """Whether such a deck becomes a page, as the list says."""
    return not any(said.startswith("refused: ") for said in attack.expected(deck, output))


@pytest.mark.parametrize(
    ("deck", "output"),
    [
        ("deck.yml", "reveal"),
        ("deck.md", "marp"),
        pytest.param("deck.yml", "marp", marks=pytest.mark.slow),
        pytest.param("deck.md", "reveal", marks=pytest.mark.slow),
    ],
)
def test_nothing_starts_by_itself(deck: str, output: str, folder: DeckFolder, browser: Browser) -> None:
    """All slides of the list in one deck, one after the other."""
    chosen = [one for one in ATTACKS if one.kind == "slide" and built(one, deck, output) and not one.files]
    if deck == "deck.md":  # these take the next slide with them
        chosen = [one for one in chosen if not one.name.endswith("without an end")]
    assert len(chosen) > 100
    html = folder.build(whole_deck(deck, [attack.text for attack in chosen]), deck, format=output).html
    with watched(browser, html, folder.path) as page:
        page.go_through()
        page.page.wait_for_timeout(1500)  # for what waits a second
        names = {f"slide {number}": attack.id for number, attack in enumerate(chosen, start=1)}
        assert [f"{names.get(one.partition(':')[0], '')} {one}" for one in page.seen] == []


@pytest.mark.slow
@pytest.mark.parametrize("output", OUTPUTS)
def test_nothing_in_whole_decks_starts_by_itself(output: str, folder: DeckFolder, browser: Browser) -> None:
    """Titles, options, themes, tables: each in a page of its own."""
    seen = []
    for attack in ATTACKS:
        deck = "deck.yml" if attack.kind == "yaml" else "deck.md"
        if attack.kind == "slide" or not built(attack, deck, output):
            continue
        _, html = attack.build(folder, deck, output)
        with watched(browser, html, folder.path) as page:
            page.go_through()
            seen += [f"{attack.id}: {one}" for one in page.seen]
    assert seen == []


@pytest.mark.slow
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("deck", DIALECTS)
@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.kind == "slide"], ids=lambda attack: attack.id)
def test_nothing_starts_by_itself_alone(
    attack: Attack, deck: str, output: str, folder: DeckFolder, browser: Browser
) -> None:
    """Each slide in a deck of its own."""
    if not built(attack, deck, output):
        return
    _, html = attack.build(folder, deck, output)
    with watched(browser, html, folder.path) as page:
        page.go_through()
        page.page.wait_for_timeout(300)
        assert page.seen == []


PIECES = (
    *("<svg>", "</svg>", "<math>", "</math>", "<mtext>", "</mtext>", "<mi>", "<annotation-xml>", "<foreignObject>"),
    *(
        '<annotation-xml encoding="text/html">',
        "<desc>",
        "<title>",
        "</title>",
        "<style>",
        "</style>",
        "<xmp>",
        "</xmp>",
    ),
    *("<table>", "</table>", "<tr>", "<td>", "<caption>", "<select>", "</select>", "<option>", "<form>", "</form>"),
    *("<p>", "</p>", "<a>", "<b>", "</b>", "<textarea>", "</textarea>", "<noembed>", "</noembed>", "<noframes>"),
    *(
        "<mglyph>",
        "<malignmark>",
        "<!--",
        "-->",
        "--!>",
        "<![CDATA[",
        "]]>",
        "</",
        "<br>",
        "<li>",
        "<button>",
        "<font size=1>",
    ),
    *(
        '<i title="</style>',
        '<i title="--&gt;',
        '">',
        "&lt;/style&gt;",
        "<template>",
        "</template>",
        "<noscript>",
        "</noscript>",
    ),
    *(
        "<img src=data:, onerror=alert(1)>",
        "<meta http-equiv=refresh content=9;url=data:,>",
        "<script>alert(1)</script>",
    ),
    *("&lt;img src=data:, onerror=alert(1)&gt;", '<b id="<img src=data:, onerror=alert(1)>">', "<svg onload=alert(1)>"),
    *(
        "<div>",
        "</div>",
        "</section>",
        "<frameset>",
        "<object>",
        "<ruby><rt>",
        "<dd>",
        "<h1>",
        "</h2>",
        "<details>",
        "<image>",
    ),
)


@pytest.mark.parametrize("output", OUTPUTS)
def test_the_browser_reads_the_same_tree(output: str, folder: DeckFolder, browser: Browser) -> None:
    """Pieces of HTML in any order: whatever a browser makes of the page, nothing in it runs or leads away."""
    chance = random.Random(0)
    slides: list[str] = []
    while len(slides) < 60:
        slide = "<div>" + "".join(chance.choices(PIECES, k=chance.randint(4, 14))).replace("\n", "")
        try:
            folder.build(whole_deck("deck.yml", [slide]), "deck.yml", format=output)
        except SlidegenError:  # refused: the list has what is said then
            continue
        slides.append(slide)
    html = folder.build(whole_deck("deck.yml", slides), "deck.yml", format=output).html
    with watched(browser, html, folder.path) as page:
        page.go_through()
        assert page.seen == []
