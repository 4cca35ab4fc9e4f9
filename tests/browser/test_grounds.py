"""Slides on a ground of another colour than the page: of the class `invert`, and those of looks that fill them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.deck_folder import DeckFolder

MARP = "---\nmarp: true\ntheme: {}\n---\n\n# a\n\n---\n\n<!-- _class: invert -->\n\n# b\n"
YAML = "theme: {}\nslides: [a, {{content: '## b', class: invert}}]\n"
GROUND = """n => {
  let element = slidegen.slides[n].querySelector('marp-section, section, .slide') ?? slidegen.slides[n];
  const clear = (one) => /, 0\\)$|transparent/.test(getComputedStyle(one).backgroundColor);
  while (clear(element) && element.parentElement) element = element.parentElement;
  if (clear(element)) return [255, 255, 255, false];
  const { backgroundColor, boxShadow } = getComputedStyle(element);
  const canvas = document.createElement('canvas').getContext('2d');
  canvas.fillStyle = backgroundColor;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3), boxShadow !== 'none'];
}"""
READY = "() => window.slidegen?.slides?.length === 2 && (!window.Reveal || Reveal.isReady())"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a system with light pages."""
    context = browser.new_context(color_scheme="light", bypass_csp=True)
    yield context.new_page()
    context.close()


def grounds(page: Page, path: Path, scheme: str) -> list[tuple[int, bool]]:
    """How light the grounds of both slides are, from 0 to 255, and whether they have a shadow that tints them."""
    page.goto(f"{path.as_uri()}?theme={scheme}")
    page.wait_for_function(READY)
    found = [page.evaluate(GROUND, number) for number in (0, 1)]
    return [(sum(one[:3]) // 3, one[3]) for one in found]


@pytest.mark.parametrize("form", ["reveal", "marp"])
@pytest.mark.parametrize("deck", ["gaia", "default", "plain", "yaml"])
def test_inverted_slides_are_dark_in_both_schemes(folder: DeckFolder, page: Page, deck: str, form: str) -> None:
    """On a light page they are dark; on a dark one, where a light slide would flash, they are tinted."""
    text, name = (YAML.format("plain"), "talk.yml") if deck == "yaml" else (MARP.format(deck), "talk.md")
    path = folder.build(text, name, format=form).built.output
    (plain, _), (inverted, _) = grounds(page, path, "light")
    assert plain > 180
    assert inverted < 110
    (plain, untinted), (inverted, tinted) = grounds(page, path, "dark")
    assert max(plain, inverted) < 110
    assert not untinted
    assert tinted or inverted > plain + 8


@pytest.mark.parametrize("form", ["reveal", "marp"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_slide_that_is_all_colour_fills_the_window(folder: DeckFolder, page: Page, scheme: str, form: str) -> None:
    """Beside the slide there is its colour, not that of the page."""
    path = folder.build("theme: bold\nslides: ['# A', b]\n", format=form).built.output
    page.goto(f"{path.as_uri()}?theme={scheme}")
    page.wait_for_function(READY)
    color = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert re.findall(r"\d+", color)[:3] == (["58", "18", "184"] if scheme == "light" else ["212", "245", "60"])


@pytest.mark.parametrize("form", ["reveal", "marp"])
@pytest.mark.parametrize("theme", ["academic", "bold", "corporate"])
def test_looks_are_printed_on_white_paper(folder: DeckFolder, page: Page, theme: str, form: str) -> None:
    """Title slides and inverted ones as well, and whatever stands behind them."""
    deck = f"theme: {theme}\nslides: ['# A', {{content: '## b', class: invert}}]\n"
    path = folder.build(deck, format=form).built.output
    page.goto(path.as_uri())
    page.wait_for_function(READY)
    page.emulate_media(media="print")
    behind = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert behind in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    assert [page.evaluate(GROUND, number)[:3] for number in (0, 1)] == [[255, 255, 255]] * 2
