"""Stacks, parts with a place of their own and text that fits, in both outputs: on the screen, on paper, on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from slidegen.browser.deck import OpenDeck, open_deck
from slidegen.checking import check_deck
from slidegen.pipeline import BuildOptions, build

pytestmark = pytest.mark.browser
DECK = """\
title: Places
slides:
  - |
    ## A heading

    ::: {.r-stack}
    <p id="one">one</p>

    [two]{#two .fragment}
    :::

    [here]{#here .absolute top=300 left=640}

    [there]{#there .absolute bottom=0 right=25%}
  - |
    ## Wide {.r-fit-text}

    ### A longer text that has less room {.r-fit-text}
  - "# <!-- fit --> Four bits"
  - |
    ## Outside

    [lost words]{.absolute top=800 left=10}
  - |
    ## Turns

    ::: {.r-stack}
    <div class="fragment" id="first" style="height:300px">first</div>
    <div class="fragment" id="second" style="height:300px">second</div>
    <div class="fragment" id="third" style="height:300px">third</div>
    :::
  - {class: r-fit-text, content: "## The whole slide\\n\\ntext"}
"""
BOXES = """(names) => {
  const slide = slidegen.slides[slidegen.at()[0]];
  const box = (slide.querySelector(".slide") ?? slide).getBoundingClientRect();
  const scale = 1280 / box.width;
  return names.map((name) => {
    const { left, top, right, bottom } = slide.querySelector(name).getBoundingClientRect();
    return [left - box.left, top - box.top, right - box.left, bottom - box.top].map((one) => Math.round(one * scale));
  });
}"""


@pytest.fixture(scope="module")
def decks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The deck above in both outputs."""
    folder = tmp_path_factory.mktemp("places")
    source = folder / "talk.yml"
    source.write_text(DECK, encoding="utf-8")
    options = {name: BuildOptions(folder=folder / "build", format=name, offline=True) for name in ("reveal", "marp")}
    return {name: build(str(source), one).output for name, one in options.items()}


def boxes(page: Page, *names: str) -> list[list[int]]:
    """The left, upper, right and lower sides of elements of the slide, in its pixels."""
    return list(page.evaluate(BOXES, list(names)))


def middle(box: list[int]) -> tuple[float, float]:
    """The middle of a box."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_parts_stand_where_they_are_placed(decks: dict[str, Path], browser: Browser, output: str) -> None:
    """In one window: a stack on each other, placed words by their sides, text as wide or as high as there is room."""
    with open_deck(decks[output], "light", browser=browser) as deck:
        page = deck.page
        deck.show(0)
        one, two, here, there = boxes(page, "#one", "p:has(> #two)", "#here", "#there")
        assert middle(one) == pytest.approx(middle(two), abs=2)
        assert here[:2] == [640, 300]
        assert there[2:] == [960, 720]
        deck.show(1)
        wide, longer = boxes(page, "h2", "h3")
        assert wide[3] <= longer[1] + 2
        assert 1000 < longer[2] - longer[0] <= 1136
        assert longer[3] <= 672
        deck.show(2)
        (lone,) = boxes(page, "h1")
        assert 1000 < lone[2] - lone[0] <= 1136
        deck.show(5)
        (heading,) = boxes(page, "h2")
        assert 1000 < heading[2] - heading[0] <= 1136
        assert deck.console == []
        _on_paper(deck)


def _on_paper(deck: OpenDeck) -> None:
    """The parts of the stack stand below each other there, or beside each other where they are too high for that."""
    deck.show(0)
    deck.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    one, two = boxes(deck.page, "#one", "p:has(> #two)")
    assert one[3] <= two[1]
    deck.show(4)
    assert max(box[3] for box in boxes(deck.page, "#first", "#second", "#third")) <= 720
    deck.page.evaluate("dispatchEvent(new Event('afterprint'))")
    deck.show(0)
    one, two = boxes(deck.page, "#one", "p:has(> #two)")
    assert middle(one) == pytest.approx(middle(two), abs=2)


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_on_a_phone_everything_follows_in_order(decks: dict[str, Path], browser: Browser, output: str) -> None:
    """And nothing is wider than the screen."""
    with open_deck(decks[output], "light", (390, 844), browser) as deck:
        rects = deck.page.evaluate(
            "['#one', '#two', '#here', '#there', 'h3', 'h1'].map((name) => "
            "document.querySelector(`:is(.reveal, .marpit) ${name}`).getBoundingClientRect())"
        )
        tops = [rect["top"] for rect in rects]
        assert tops == sorted(set(tops))
        assert [rect["right"] <= 391 for rect in rects] == [True] * 6


def test_check_tells_what_is_outside_of_the_slide(decks: dict[str, Path], browser: Browser) -> None:
    """With the line of its words."""
    source = decks["reveal"].parents[1] / "talk.yml"
    options = BuildOptions(folder=source.parent / "checked", offline=True)
    found = [str(one) for one in check_deck(str(source), options, choose=lambda _: [4], browser=browser).found]
    assert len(found) == 1
    assert "slide 04: runs off the bottom" in found[0]
