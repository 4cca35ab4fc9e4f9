"""The layouts that arrange content, in a browser: nothing runs off, edges align, gaps and widths are equal."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from slidegen.browser.deck import open_deck
from slidegen.pipeline import BuildOptions, build

pytestmark = pytest.mark.browser

SPECIMEN = Path(__file__).parent.parent / "decks" / "layouts"
"""A deck with each layout, and with each thing that slidegen chooses by itself."""
CELLS = """() => [...document.querySelectorAll(".comparison, .cards, .stats, .timeline:not(.upright)")]
  .filter((grid) => grid.checkVisibility() && grid.offsetWidth > 0).map((grid) => {
  const slide = grid.closest(".slide").getBoundingClientRect();
  const scale = slide.width / grid.closest(".slide").offsetWidth;
  const round = (value) => Math.round(value / scale);
  const all = grid.closest(".slide").offsetWidth;
  return [...grid.children].map((cell) => {
    const box = cell.getBoundingClientRect();
    const [left, top] = [round(box.left - slide.left), round(box.top - slide.top)];
    return { left, top, width: round(box.width), height: round(box.height), all };
  });
})"""
UNITS = """() => [...document.querySelectorAll(".stats .unit")].map((unit) => {
  const [number, own] = [unit.parentElement.getBoundingClientRect(), unit.getBoundingClientRect()];
  return own.top < number.top + number.height / 2 && own.left > number.left;
})"""
"""Whether units stand beside their numbers."""
SIZES = """() => [...document.querySelectorAll(".slide")].flatMap((slide) => {
  const texts = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
  const scale = slide.getBoundingClientRect().width / slide.offsetWidth;
  const found = [];
  while (texts.nextNode()) {
    const parent = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !parent.checkVisibility() || parent.closest("svg, .katex, sup")) continue;
    found.push(parseFloat(getComputedStyle(parent).fontSize) * scale);
  }
  return found;
})"""


def _within_a_pixel(lengths: Iterable[int]) -> bool:
    found = set(lengths)
    return max(found) - min(found) <= 1


def specimen(folder: Path, output: str = "reveal", size: str = "16:9") -> Path:
    """The specimen deck, built in a size."""
    for file in SPECIMEN.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    deck = folder / "deck.yml"
    deck.write_text(f"size: {size}\n{deck.read_text(encoding='utf-8')}", encoding="utf-8")
    return build(str(deck), BuildOptions(folder=folder / "build", format=output, keep_record=False)).output


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("size", ["16:9", "4:3"])
def test_nothing_runs_off_and_cells_are_even(tmp_path: Path, browser: Browser, size: str, output: str) -> None:
    """Cells of a row have one top, one height and one width, the first begins at the margin, and all gaps are equal."""
    with open_deck(specimen(tmp_path, output, size), browser=browser) as deck:
        assert [str(found) for found in deck.overflows()] == []
        uneven: list[Any] = []
        for index in range(len(deck.names())):
            deck.show(index)
            for cells in deck.page.evaluate(CELLS):
                rows = [[cell for cell in cells if cell["top"] == top] for top in sorted({c["top"] for c in cells})]
                gaps = {b["left"] - a["left"] - a["width"] for row in rows for a, b in pairwise(row)}
                alike = all(_within_a_pixel(cell[key] for cell in cells) for key in ("width", "height"))
                starts = {row[0]["left"] for row in rows}
                if not _within_a_pixel(gaps) or not alike or starts != {72}:
                    uneven.append((deck.names()[index], cells))
        assert uneven == []


def test_on_an_upright_phone_all_stands_below_each_other(tmp_path: Path, browser: Browser) -> None:
    """Nothing runs off, cells are as wide as the column, units stay beside their numbers, and no text is below 12
    pixels of the phone."""
    with open_deck(specimen(tmp_path), size=(390, 844), browser=browser) as deck:
        assert [str(found) for found in deck.overflows()] == []
        for cells in deck.page.evaluate(CELLS):
            assert {cell["left"] for cell in cells} == {36}
            assert {cell["all"] - cell["width"] for cell in cells} == {72}
        units = deck.page.evaluate(UNITS)
        assert units
        assert all(units)
        assert min(deck.page.evaluate(SIZES)) >= 11


def test_units_of_large_numbers_stand_beside_them_on_a_phone(tmp_path: Path, browser: Browser) -> None:
    """On one line with the number; callouts and subtitles of charts are not as small as captions."""
    text = """
tables: {t: {source: data, rows: [{name: a, n: 1}, {name: b, n: 2}]}}
slides:
  - layout: stats
    content: |
      - **55.9 GiB** here
      - **24 GiB** there
  - "::: note\\nNothing.\\n:::\\n\\n::: tip\\nNothing.\\n:::"
  - "{{ chart('t', kind='bars', value='n', subtitle='Numbers') }}"
"""
    (tmp_path / "a.yml").write_text(text.replace("\\\\n", "\\n"), encoding="utf-8")
    built = build(str(tmp_path / "a.yml"), BuildOptions(folder=tmp_path / "build", keep_record=False)).output
    with open_deck(built, size=(390, 844), browser=browser) as deck:
        size = "(name) => [...document.querySelectorAll(name)].map((one) => parseFloat(getComputedStyle(one).fontSize))"
        units = "[...document.querySelectorAll('.stats .unit')].map((one) => getComputedStyle(one).display)"
        assert deck.page.evaluate(units) == ["inline", "inline"]
        assert len(set(deck.page.evaluate(size, ".callout"))) == 1
        assert min(deck.page.evaluate(size, ".chart-subtitle")) * 390 / 640 >= 16
