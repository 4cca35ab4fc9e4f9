"""Decks in Hebrew and Arabic in a browser: what is mirrored, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from slidegen.browser.deck import READY
from slidegen.pipeline import BuildOptions, build

DECK = """\
title: זיכרון
lang: he
footer: כנס
tables:
  m: {source: memory, models: [Qwen/Qwen2-1.5B], method: [full, lora], bars: [total]}
figures:
  f: {kind: bars, table: m, value: total, title: סך הכול}
slides:
- |
  ## רשימה

  - אחד
  - *שניים*

  > ציטוט

  ```python
  x = 1
  ```

  $$a = b$$
- |
  ## טבלה

  {{ table("m") }}
- |
  {{ chart("f") }}
- |
  ## עמודות

  :::: columns
  ::: column
  ראשון
  :::
  ::: column
  שני
  :::
  ::::

  ::: note
  הערה
  :::
- layout: timeline
  content: |
    ## ציר

    - **2017** א
    - **2020** ב
- layout: image-left
  content: |
    ## תמונה

    טקסט

    ![](a.svg)
- |
  ## תמונה

  - אחד
  - שניים

  ![](a.svg)
- lang: en
  content: |
    ## English

    [עברית]{lang=he} in a slide.
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"><rect width="400" height="300"/></svg>'
BOXES = """
(names) => Object.fromEntries(names.map((name) => {
  const all = [...slidegen.slides[slidegen.at()[0]].querySelectorAll(name)];
  const found = all.filter((one) => one.checkVisibility({ visibilityProperty: true }));
  const range = (one) => {
    const words = document.createRange();
    words.selectNodeContents(one);
    return words.getBoundingClientRect();
  };
  return [name, found.map((one) => [one.getBoundingClientRect(), range(one)].map(({ left, right }) => [left, right]))];
}))
"""
SHOW = "(at) => slidegen.show(at, 9)"


@pytest.fixture(scope="module")
def decks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The deck above in both outputs, and two decks for marp-core."""
    folder = tmp_path_factory.mktemp("direction")
    (folder / "a.yml").write_text(DECK, encoding="utf-8")
    (folder / "a.svg").write_text(SVG, encoding="utf-8")
    (folder / "b.md").write_text(
        "---\nmarp: true\nlang: ar\nfooter: ه\npaginate: true\n---\n# أ\n\n- ب\n\n---\n# ت\n\n![bg left:30%](a.svg)\n",
        encoding="utf-8",
    )
    (folder / "c.md").write_text("---\nmarp: true\ndir: rtl\n---\n# a\n\n- b\n\n---\n# c\n", encoding="utf-8")
    return {
        f"{deck[0]} {output}": build(
            str(folder / deck), BuildOptions(folder=folder / output, format=output, offline=True)
        ).output
        for deck in ("a.yml", "b.md", "c.md")
        for output in ("reveal", "marp")
    }


def opened(path: Path, browser: Browser) -> Page:
    """A page of 1280 by 720, on which a slide has its own size."""
    page = browser.new_page(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    page.goto(path.as_uri())
    page.wait_for_function(READY)
    page.wait_for_function("() => window.slidegen.talk")
    return page


def boxes(page: Page, at: int, *names: str) -> list[list[list[tuple[float, float]]]]:
    """Left and right of the elements of each selector on a slide, and of the words in them."""
    page.evaluate(SHOW, at)
    page.wait_for_function("(at) => slidegen.at()[0] === at", arg=at)
    found: dict[str, list[list[tuple[float, float]]]] = page.evaluate(BOXES, list(names))
    return [found[name] for name in names]


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_hebrew_deck_is_mirrored(decks: dict[str, Path], browser: Browser, output: str) -> None:
    """Text begins at the right, columns and tables run to the left; digits, code, formulas and drawings do not."""
    page = opened(decks[f"a {output}"], browser)
    assert page.evaluate("() => document.documentElement.dir") == "rtl"
    heading, items, quote, code, formula, footer = boxes(
        page, 0, "h2", "li", "blockquote", ".sg-line", ".katex-html", ".slide-footer"
    )
    assert heading[0][1][1] == pytest.approx(1208, abs=1)
    assert all(item[1][1] > 1150 for item in items)
    assert (
        page.evaluate("() => getComputedStyle(slidegen.slides[0].querySelector('blockquote')).borderRightWidth")
        == "4px"
    )
    assert quote[0][1][1] < 1200
    assert code[0][1][0] == pytest.approx(96, abs=2)
    assert formula[0][1][1] == pytest.approx(1180, abs=2)
    assert footer[0][1][1] == pytest.approx(1208, abs=1)
    slant, weight, usual = page.evaluate(
        """() => {
          const [text, emphasis] = ["li", "em"].map((name) => getComputedStyle(slidegen.slides[0].querySelector(name)));
          return [emphasis.fontSynthesisStyle, Number(emphasis.fontWeight), Number(text.fontWeight)];
        }"""
    )
    assert slant == "none"  # no letters of a font without italics that lean the wrong way
    assert weight > usual
    relations = page.evaluate(
        """() => [...slidegen.slides[0].querySelectorAll(".katex-html .mord")]
          .map((one) => one.getBoundingClientRect().left)"""
    )
    assert relations == sorted(relations)

    heads, totals, bars = boxes(page, 1, "thead th", "tbody td:last-child", "tbody .bar")
    lefts = [head[0][0] for head in heads]
    assert lefts == sorted(lefts, reverse=True)
    assert heads[0][0][1] == pytest.approx(1208, abs=1)
    numbers = page.evaluate(
        """() => [...slidegen.slides[1].querySelectorAll("tbody td.numeric:not(.barred)")].slice(0, 3).map((cell) => {
          const range = document.createRange();
          range.selectNodeContents(cell);
          const style = getComputedStyle(cell);
          const inner = cell.getBoundingClientRect().right - parseFloat(style.paddingRight);
          return [inner, range.getBoundingClientRect().right];
        })"""
    )
    assert all(inner == pytest.approx(words, abs=1) for inner, words in numbers)
    assert len(totals) == len(bars) == 2
    assert bars[0][0][0] == pytest.approx(bars[1][0][0], abs=1)  # they begin at the left of their column

    (texts,) = boxes(page, 2, "svg.chart text")
    drawing = boxes(page, 2, "svg.chart")[0][0][0]
    assert all(drawing[0] - 1 <= left and right <= drawing[1] + 1 for (left, right), _ in texts)

    columns, callout, icon = boxes(page, 3, ".column", ".callout", ".callout-icon")
    assert columns[0][0][0] > columns[1][0][1]
    assert icon[0][0][0] > (callout[0][0][0] + callout[0][0][1]) / 2
    points, dates = boxes(page, 4, ".timeline > li", ".timeline .date")
    assert points[0][0][0] > points[1][0][1]
    assert dates[0][1][1] == pytest.approx(points[0][0][1], abs=1)
    page.close()


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_sides_and_slides_of_their_own(decks: dict[str, Path], browser: Browser, output: str) -> None:
    """`image-left` is at the left; a picture that comes last stands where a line ends; an English slide runs from left
    to right, and its footer stays with the others."""
    page = opened(decks[f"a {output}"], browser)
    for at in (5, 6):
        media, heading = boxes(page, at, ".media", "h2")
        assert media[0][0][1] < 640 < heading[0][1][1]
    heading, hebrew, footer = boxes(page, 7, "h2", "span[lang=he]", ".slide-footer")
    assert heading[0][1][0] == pytest.approx(72, abs=1)
    assert footer[0][1][1] == pytest.approx(1208, abs=1)
    assert page.evaluate("() => [...slidegen.slides[7].querySelectorAll('span[lang=he]')].map((one) => one.dir)") == [
        "rtl"
    ]
    assert hebrew
    numbers = page.evaluate(
        """() => {
          const number = document.querySelector(".reveal .slide-number");
          if (number) return number.getBoundingClientRect().left;
          const style = getComputedStyle(document.querySelector(".current section"), "::after");
          return parseFloat(style.left);
        }"""
    )
    assert numbers == pytest.approx(72, abs=1)
    page.close()


@pytest.mark.parametrize("name", ["a reveal", "a marp", "b reveal", "b marp", "c reveal", "c marp"])
def test_the_next_slide_is_at_the_left(decks: dict[str, Path], browser: Browser, name: str) -> None:
    """In every deck that runs from right to left: by its language or its key `dir`, marp-core's as well."""
    page = opened(decks[name], browser)
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => slidegen.at()[0] === 1")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => slidegen.at()[0] === 0")
    if name[0] != "a":
        heading, item = boxes(page, 0, "h1", "li")
        assert heading[0][1][1] > 1100
        assert item[0][1][1] > 1100
    page.close()


@pytest.mark.parametrize("name", ["b reveal", "b marp"])
def test_a_deck_of_marp_is_mirrored(decks: dict[str, Path], browser: Browser, name: str) -> None:
    """Its footer and the number of the page; a picture at the left stays there, and the words beside it."""
    page = opened(decks[name], browser)
    (footer,) = boxes(page, 0, "footer")
    assert footer[0][0][1] == pytest.approx(1250, abs=1)
    number = """() => {
      const section = slidegen.slides[0].querySelector("[data-marpit-pagination]");
      return parseFloat(getComputedStyle(section, "::after").left);
    }"""
    assert page.evaluate(number) == pytest.approx(30, abs=1)
    picture, heading = boxes(page, 1, "[data-marpit-advanced-background-container] figure", "h1, marp-h1")
    assert picture[0][0] == pytest.approx((0, 384), abs=1)
    assert heading[-1][1][0] > 400
    page.close()
