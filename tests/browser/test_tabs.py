"""Tabsets in a real browser, in both outputs: keys, clicks, steps, groups, links, paper, a phone."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from slidegen.browser.deck import open_deck
from slidegen.checking import check_deck
from slidegen.pipeline import BuildOptions, build
from tests.access.axe import violations

pytestmark = pytest.mark.browser
DECK = (
    """\
title: Tabs
slides:
  - |
    ## Install

    ::: tabs {group=os}
    ### Linux
    apt

    apt again
    ### macOS {.active}
    [brew](https://example.org){#inside}
    ### Windows *11*
    <p style="color: #ccc">pale words</p>
    :::
  - |
    ## Steps

    ::: tabs .steps
    ### Linux
    one
    ### macOS
    - two {.fragment}
    - three {#deep}
    ### Windows *11*
    four
    :::
  - |
    ## Links

    [to three](#deep)

    ::::: tabs
    :::: tab Outer
    a
    ::::
    :::: tab Second
    ::: tabs
    ### In
    b
    ### Hidden
    <p id="nested">c</p>
    :::
    ::::
    :::::

    [to c](#nested)
  - |
    ## Much

    ::: tabs
"""
    + "".join(f"    ### T{tab}\n" + "".join(f"    1. line {line} of {tab}\n" for line in range(10)) for tab in range(5))
    + """\
    :::
  - |
    ## Again

    ::: tabs group=os
    ### Linux
    x
    ### Windows *11*
    y
    :::
"""
)
OPEN = """(at) => [...slidegen.slides[at].querySelectorAll(".tab-panel")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .map((one) => one.querySelector(".tab-title").textContent)"""


@pytest.fixture(scope="module")
def decks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The deck above in both outputs."""
    folder = tmp_path_factory.mktemp("tabs")
    source = folder / "talk.yml"
    source.write_text(DECK, encoding="utf-8")
    options = {name: BuildOptions(folder=folder / "build", format=name, offline=True) for name in ("reveal", "marp")}
    return {name: build(str(source), one).output for name, one in options.items()}


@pytest.fixture(scope="module", params=["reveal", "marp"])
def opened(request: pytest.FixtureRequest, decks: dict[str, Path], browser: Browser) -> Iterator[Page]:
    """The deck in one output, in a window."""
    with open_deck(decks[request.param], "light", browser=browser) as deck:
        yield deck.page
        assert deck.console == []


def show(page: Page, slide: int, step: int = 0) -> list[str]:
    """Shows a step of a slide (from 0). Returns the titles of the panels that are seen."""
    page.evaluate("([slide, step]) => slidegen.show(slide, step)", [slide, step])
    return seen(page)


def seen(page: Page) -> list[str]:
    """The titles of the panels that are seen on the current slide."""
    return list(page.evaluate(OPEN, page.evaluate("slidegen.at()[0]")))


def test_keys_move_between_tabs_only_while_a_tab_has_the_focus(opened: Page) -> None:
    """Arrows go around, Home and End to the ends; the panel comes next in the order of Tab. A click leaves the keys to
    the slides."""
    assert show(opened, 0) == ["macOS"]
    tab = opened.get_by_role("tab", name="macOS").first
    tab.focus()
    assert tab.get_attribute("aria-selected") == "true"
    found = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "Home", "End", "ArrowLeft"):
        opened.keyboard.press(key)
        found += [*seen(opened), opened.evaluate("document.activeElement.textContent")]
    titles = ["Windows 11", "Linux", "Windows 11", "Linux", "Windows 11", "macOS"]
    assert found == [title for title in titles for _ in range(2)]
    assert opened.evaluate("slidegen.at()[0]") == 0
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.getAttribute('role')") == "tabpanel"
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.id") == "inside"
    opened.evaluate("document.activeElement.blur()")
    opened.get_by_role("tab", name="Linux").first.click()
    assert seen(opened) == ["Linux"]
    opened.keyboard.press("ArrowRight")
    assert opened.evaluate("slidegen.at()[0]") == 1


def test_a_group_changes_together(opened: Page) -> None:
    """On the other slide too, as far as it has a tab of that name."""
    show(opened, 0)
    found = []
    for name in ("Windows 11", "Linux", "macOS"):
        show(opened, 0)
        opened.locator(".tab-list").first.get_by_role("tab", name=name).click()
        found.append([seen(opened), show(opened, 4)])
    assert found == [[["Windows 11"]] * 2, [["Linux"]] * 2, [["macOS"], ["Linux"]]]


def test_other_windows_of_the_talk_hear_of_a_tab(opened: Page) -> None:
    """And a page opens the tab of which it hears, if there is one."""
    show(opened, 0)
    opened.evaluate("() => { window.heard = []; slidegen.talk.link('test', (message) => heard.push(message)); }")
    opened.locator(".tab-list").first.get_by_role("tab", name="Windows 11").click()
    assert opened.evaluate("heard.filter((one) => one.tab)") == [{"tab": {"slide": 0, "panel": 2}}]
    for panel, title in ((0, "Linux"), (1, "macOS"), (99, "macOS")):
        opened.evaluate("(panel) => slidegen.talk.take({ tab: { slide: 0, panel } }, 'test')", panel)
        assert seen(opened) == [title]


def test_tabs_come_in_steps(opened: Page) -> None:
    """Forwards and backwards; a fragment inside a panel comes between two tabs."""
    show(opened, 0)
    assert [show(opened, 1, step) for step in range(4)] == [["Linux"], ["macOS"], ["macOS"], ["Windows 11"]]
    assert show(opened, 1, 2) == ["macOS"]
    assert show(opened, 1, 0) == ["Linux"]


def test_the_height_is_that_of_the_highest_panel(opened: Page) -> None:
    """Nothing moves when another tab is chosen."""
    show(opened, 0)
    heights = []
    for name in ("Linux", "macOS"):
        opened.get_by_role("tab", name=name).first.click()
        heights.append(opened.evaluate("document.querySelector('.tabset').getBoundingClientRect().height"))
    assert heights[0] == heights[1]


def test_a_link_opens_the_panel_that_it_leads_into(opened: Page) -> None:
    """On another slide, and through two tabsets on the same one."""
    show(opened, 2)
    opened.get_by_role("link", name="to three").click()
    opened.wait_for_function("() => slidegen.at()[0] === 1")
    assert seen(opened) == ["macOS"]
    assert show(opened, 2) == ["Outer"]
    opened.get_by_role("link", name="to c").click()
    opened.wait_for_function("() => document.getElementById('nested').checkVisibility({ visibilityProperty: true })")
    assert seen(opened) == ["Second", "Hidden"]


def test_axe_finds_nothing(opened: Page) -> None:
    """In any tab."""
    for slide in (1, 2):
        for panel in range(opened.evaluate("(at) => slidegen.tabs.count(at)", slide)):
            show(opened, slide, 9)
            opened.evaluate("([at, panel]) => slidegen.tabs.show(at, panel)", [slide, panel])
            assert violations(opened) == []


def test_paper_has_all_panels(opened: Page) -> None:
    """Each page has all of its slide, in smaller type if need be; the screen then has its tabs again."""
    pypdf = pytest.importorskip("pypdf")
    show(opened, 0)
    pages = pypdf.PdfReader(BytesIO(opened.pdf(prefer_css_page_size=True, print_background=True))).pages
    texts = [page.extract_text() for page in pages]
    assert len(texts) == 5
    for text, words in zip(texts, ("apt again brew pale", "one two three four", "Outer Second Hidden"), strict=False):
        assert [word for word in words.split() if word not in text] == []
    lines = [f"line {line} of {tab}" for tab in range(5) for line in range(10)]
    assert [line for line in lines if line not in texts[3]] == []
    opened.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert show(opened, 0) == ["macOS"]
    assert opened.locator(".on-page").count() == 0


CODE = """\
theme: bold
slides:
- |
  ## Code

  ::: tabs
  ### Short
  ```python
  model = PeftModel.from_pretrained(base, "adapter").merge_and_unload()
  model.save_pretrained("merged")
  ```
  words
  ### Shorter
  ```python
  model = PeftModel.from_pretrained(base, "adapter")
  ```
  - one
  - two
  - three
  - four
  ### Table
  | a | b |
  |---|---|
  | 1 | 2 |
  | 3 | 4 |
  | 5 | 6 |
  | 7 | 8 |
  :::
- end
"""


def test_paper_cuts_no_code(tmp_path: Path, browser: Browser) -> None:
    """Panels stand beside each other only if their lines of code fit."""
    (tmp_path / "talk.yml").write_text(CODE, encoding="utf-8")
    built = build(str(tmp_path / "talk.yml"), BuildOptions(folder=tmp_path / "built", offline=True))
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.emulate_media(media="print")
    page.goto(f"{built.output.resolve().as_uri()}?print-pdf")
    page.locator(".on-page").wait_for()
    widths = page.eval_on_selector_all(".on-page code", "all => all.map((one) => [one.scrollWidth, one.clientWidth])")
    page.close()
    assert len(widths) == 2
    assert [(inside, room) for inside, room in widths if inside > room + 1] == []


def test_a_phone_shows_all_panels_below_each_other(decks: dict[str, Path], browser: Browser) -> None:
    """There are no tabs to press."""
    for path in decks.values():
        with open_deck(path, "light", (390, 844), browser) as deck:
            assert deck.page.locator("[role=tab]").count() == 0
            tops = deck.page.evaluate(
                "[...document.querySelectorAll('.tab-panel')].slice(0, 3).map((one) => one.getBoundingClientRect().top)"
            )
            assert tops == sorted(set(tops))
            assert deck.page.locator(".tab-panel").get_by_text("pale words").is_visible()


def test_check_sees_every_panel(decks: dict[str, Path], browser: Browser) -> None:
    """Pale words in a panel that is not open at first."""
    source = decks["reveal"].parents[1] / "talk.yml"
    options = BuildOptions(folder=source.parent / "checked", offline=True)
    found = [str(one) for one in check_deck(str(source), options, choose=lambda _: [1], browser=browser).found]
    assert len(found) == 1
    assert "talk.yml:14: slide 01: 'pale words' has a contrast of" in found[0]
