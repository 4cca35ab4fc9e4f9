"""The layouts with a picture: it covers the slide or stands inside it, and what is read on it can be read."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser

from slidegen.browser.deck import OpenDeck, open_deck
from slidegen.colors import luminance
from slidegen.model import Scheme
from slidegen.pipeline import BuildOptions, build

pytestmark = pytest.mark.browser

Color = tuple[int, ...]
FULL = """\
  - layout: image-full
    content: |
      ## Heading

      Some text with a [link](https://a.example) and a footnote[^1].

      ![a picture](PICTURE "A caption")

      [^1]: What it says.
"""
# What is read on a picture: its colour, its place in the page.
READ = """() => {
  const slide = slidegen.slides[slidegen.at()[0]];
  const found = [...slide.querySelectorAll("h2, .body p, .body a, figcaption, .footnotes li, .slide-footer")];
  const number = document.querySelector(".slide-number");
  const all = [...found, ...(number ? [number.querySelector("a")] : [])].filter((element) => element.checkVisibility());
  return all.map((element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const { left, top, bottom } = range.getClientRects()[0];
    const box = [left + scrollX, top + scrollY, bottom + scrollY];
    return { what: element.textContent.trim(), color: getComputedStyle(element).color, box };
  });
}"""


def picture(path: Path, size: tuple[int, int], color: str) -> None:
    """Writes a picture of one colour: PNG, or SVG with or without a viewBox."""
    if path.suffix != ".svg":
        Image.new("RGB", size, color).save(path)
        return
    box = "" if "plain" in path.name else f' viewBox="0 0 {size[0]} {size[1]}"'
    drawn = f'<rect width="{size[0]}" height="{size[1]}" fill="{color}"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}"{box}>{drawn}</svg>'
    path.write_text(svg, encoding="utf-8")


def deck_of(folder: Path, slides: str, output: str = "reveal", head: str = "") -> Path:
    """A YAML deck of these slides, built."""
    source = folder / "a.yml"
    source.write_text(f"footer: the footer\n{head}slides:\n{slides}", encoding="utf-8")
    return build(str(source), BuildOptions(folder=folder / "build", format=output)).output


def pixels(deck: OpenDeck, index: int = 0) -> Image.Image:
    """The screen with this slide on it."""
    return Image.open(io.BytesIO(deck.screenshot(index))).convert("RGB")


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of two colours (WCAG 2.2)."""
    dark, light = sorted(luminance((color[0] / 255, color[1] / 255, color[2] / 255)) for color in (one, other))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize(
    ("name", "more"),
    [("small.png", ""), ("tall.png", "{width=30%}"), ("wide.png", "{.right}"), ("a.svg", ""), ("a.svg", "{.inline}"),
     ("plain.svg", "{.inline height=90px}")],
)  # fmt: skip
def test_the_picture_covers_the_slide(tmp_path: Path, browser: Browser, name: str, more: str, output: str) -> None:
    """Margins and all, whatever its shape; with text on it and alone."""
    sizes = {"small.png": (3, 2), "tall.png": (100, 900), "wide.png": (900, 100)}
    picture(tmp_path / name, sizes.get(name, (200, 300)), "#0000ff")
    alone = f"  - layout: image-full\n    footer: false\n    content: '![]({name}){more}'\n"
    with_text = FULL.replace("PICTURE", name).replace('caption")', f'caption"){more}')
    with open_deck(deck_of(tmp_path, alone + with_text, output), browser=browser) as deck:
        for index in (0, 1):
            shown = pixels(deck, index)
            points = [(2, 2), (1277, 2), (2, 714), (1277, 714), (640, 400)]
            assert [shown.getpixel(point) for point in points] == [(0, 0, 255)] * 5
        assert [str(found) for found in deck.overflows()] == []


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_that_stands_on_a_picture_can_be_read(
    tmp_path: Path, browser: Browser, scheme: Scheme, output: str, size: tuple[int, int]
) -> None:
    """At least 4.5:1 on white and on black: heading, text, link, caption, footnote, footer and slide number."""
    for color in ("white", "black"):
        picture(tmp_path / f"{color}.png", (160, 90), color)
    slides = "".join(FULL.replace("PICTURE", f"{color}.png") for color in ("white", "black"))
    low: list[Any] = []
    with open_deck(deck_of(tmp_path, slides, output), scheme, size, browser=browser) as deck:
        for index in (0, 1):
            deck.show(index)
            shown = Image.open(io.BytesIO(deck.page.screenshot(full_page=True))).convert("RGB")  # a phone's scrolls
            read = deck.page.evaluate(READ)
            assert len(read) >= 6
            for one in read:
                left, top, bottom = one["box"]
                behind = shown.getpixel((round(left) - 2, round((top + bottom) / 2)))
                text = tuple(map(int, one["color"].removeprefix("rgb(").removesuffix(")").split(",")))
                assert isinstance(behind, tuple)
                if contrast(text, behind) < 4.5:
                    low.append((one["what"], text, behind))
    assert low == []


BESIDE = """() => [...document.querySelectorAll(".media img, .layout-content figure img")].map((image) => {
  const slide = image.closest(".slide").getBoundingClientRect();
  const box = image.getBoundingClientRect();
  const scale = slide.width / image.closest(".slide").offsetWidth;
  return [(box.top - slide.top) / scale, (slide.bottom - box.bottom) / scale].map(Math.round);
})"""


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("size", ["16:9", "4:3", "1600x900"])
def test_a_picture_beside_or_under_text_stays_inside_the_margins(
    tmp_path: Path, browser: Browser, size: str, output: str
) -> None:
    """56 px above and under it, where the footer is; a tall one gives way to the text and to its own caption."""
    picture(tmp_path / "tall.png", (500, 900), "#0000ff")
    text = "## Heading\n\n      - one\n      - two\n\n      ![a](tall.png 'A caption')\n"
    slides = "".join(f"  - layout: {layout}\n    content: |\n      {text}" for layout in ("image-left", "image-right"))
    slides += f"  - |\n      {text}"
    with open_deck(deck_of(tmp_path, slides, output, f"size: {size}\n"), browser=browser) as deck:
        for index in range(3):
            deck.show(index)
            above, below = deck.page.evaluate(BESIDE)[index]
            assert above >= 56
            assert below >= 56
        assert [str(found) for found in deck.overflows()] == []


HEADINGS = """() => {
  const all = [...document.querySelectorAll(".body h1, .body h2, .slide-footer")];
  return all.map((one) => [one.textContent.trim(), getComputedStyle(one).fontSize, getComputedStyle(one).textAlign]);
}"""


def test_headings_and_footers_are_alike_in_both_outputs(tmp_path: Path, browser: Browser) -> None:
    """Marp's own rule for h1 does not outweigh a layout's; the footer stands at the left in centred layouts too."""
    layouts = {"title": "64px", "section": "56px", "statement": "88px", "end": "64px", "content": "56px"}
    slides = "".join(f"  - layout: {layout}\n    content: '# {layout}'\n" for layout in layouts)
    expected = []
    for layout, size in layouts.items():
        expected += [[layout, size, "center" if layout == "statement" else "start"], ["the footer", "16px", "start"]]
    for output in ("reveal", "marp"):
        with open_deck(deck_of(tmp_path, slides, output), browser=browser) as deck:
            found = [[text, size, align.replace("left", "start")] for text, size, align in deck.page.evaluate(HEADINGS)]
        assert found == expected
