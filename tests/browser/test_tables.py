"""Tables in a browser: as wide as their content, aligned, readable on every ground, on paper and on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from slidegen.browser.deck import open_deck
from slidegen.model import Scheme
from slidegen.pipeline import BuildOptions, build

CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
GAPS = """
() => [...document.querySelectorAll("section.present table")].map((table) => {
  const range = document.createRange();
  const rows = [...table.rows].map((row) => [...row.cells].map((cell) => {
    range.selectNodeContents(cell);
    return range.getBoundingClientRect();
  }));
  const widest = rows[0].map((_, at) => ({
    left: Math.min(...rows.map((row) => row[at].left)), right: Math.max(...rows.map((row) => row[at].right)),
  }));
  return widest.slice(1).map((column, at) => Math.round(column.left - widest[at].right));
})
"""
"""For each table of a slide, the space between each column's widest content and the next one's, in pixels."""
POINTS = """
() => [...document.querySelectorAll("td.numeric")].map((cell) => {
  const text = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT).nextNode();
  const range = document.createRange();
  const point = text.data.indexOf(".");
  range.setStart(text, 0);
  range.setEnd(text, point < 0 ? text.data.match(/^[^0-9]*[0-9]+/)[0].length : point);
  return Math.round(range.getBoundingClientRect().right);
})
"""
"""Where the whole part of each number ends."""

DECK = """
tables:
  t:
    source: data
    rows:
      - {kind: small, name: one, a: 0.5, b: 12, c: 1200.25}
      - {kind: small, name: two, a: 0.25, b: 100, c: 3}
      - {kind: large, name: three, a: 0.75, b: 1, c: 45.5}
      - {kind: large, name: four, a: 1.0, b: 33, c: 0.125}
    kinds: {a: percent, c: significant}
    columns: [name, a, b, c]
  h:
    source: data
    rows: [{x: 0}, {x: 1}, {x: 2}, {x: 3}, {x: 4}, {x: 5}, {x: 6}]
    heat: [x]
    footnotes: [{when: x >= 0, column: x, text: a note}]
slides:
  - '{{ table("t") }}'
  - '{{ table("t", group="kind", stripes=true, heat=["a", "b", "c"], total={"columns": ["b"], "groups": true}) }}'
  - '{{ table("t", bars=["a", "b"], spanners={"Both": ["a", "b"]}, footnotes={"a": "a note"}, compact=true) }}'
  - |
    | a | b | c |
    |---|---|---|
    | one | 1.25 | 3 % |
    | two | 112 | 0.5 % |
  - '{{ table("h") }}'
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The deck, built."""
    folder = tmp_path_factory.mktemp("tables")
    (folder / "a.yml").write_text(DECK, encoding="utf-8")
    return build(str(folder / "a.yml"), BuildOptions(folder=folder)).output


def test_gaps_are_equal(tables: Path, browser: Browser) -> None:
    """Between all columns of a table, which is not stretched."""
    with open_deck(tables, browser=browser) as deck:
        gaps: list[Any] = []
        for index in (0, 3):
            deck.show(index)
            gaps += deck.page.evaluate(GAPS)
    assert [max(gap) - min(gap) <= 1 for gap in gaps] == [True, True], gaps
    assert [gap[0] for gap in gaps] == [40, 40]


def test_a_table_alone_on_its_slide_is_not_stretched(tables: Path, browser: Browser) -> None:
    """A written one in large type: its gaps are equal, too, and its rules end where its text ends."""
    with open_deck(tables, browser=browser) as deck:
        deck.show(3)
        wide = deck.page.evaluate("document.querySelector('section.present table').offsetWidth")
        assert wide < 700


def test_points_of_numbers_stand_below_each_other(tables: Path, browser: Browser) -> None:
    """Of computed and of written ones."""
    with open_deck(tables, browser=browser) as deck:
        deck.show(3)
        written = deck.page.evaluate(POINTS.replace("td.numeric", "section.present td.numeric"))
        assert written[0] == written[2]
        assert written[1] == written[3]
        deck.show(0)
        computed = deck.page.evaluate(POINTS.replace("td.numeric", "section.present td.numeric:last-child"))
        assert max(computed) - min(computed) <= 1, computed  # they are rounded to pixels


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_numbers_can_be_read_on_every_ground(tables: Path, browser: Browser, scheme: Scheme) -> None:
    """Those of heat and of stripes."""
    low: list[Any] = []
    with open_deck(tables, scheme, browser=browser) as deck:
        for index in range(len(deck.slides)):
            deck.show(index)
            low += deck.page.evaluate(CONTRAST)
        grounds = (
            "[...document.querySelectorAll('[class*=heat-]')].map((cell) => getComputedStyle(cell).backgroundColor)"
        )
        assert len(set(deck.page.evaluate(grounds))) == 7
    assert low == []


def test_what_is_drawn_is_seen_on_paper(tables: Path, browser: Browser) -> None:
    """Browsers leave out grounds unless they are told not to."""
    with open_deck(tables, browser=browser, query="print-pdf") as deck:
        deck.page.emulate_media(media="print")
        kept = "(name) => getComputedStyle(document.querySelector(name)).printColorAdjust"
        assert [deck.page.evaluate(kept, name) for name in (".bar", "td.heat-7")] == ["exact", "exact"]


def test_no_table_runs_off_a_phone(tables: Path, browser: Browser) -> None:
    """It fits, or scrolls by itself."""
    with open_deck(tables, browser=browser, size=(390, 844)) as deck:
        right = "[...document.querySelectorAll('table')].map((one) => one.getBoundingClientRect().right)"
        assert all(edge <= 390 for edge in deck.page.evaluate(right))


@pytest.mark.parametrize("letters", [4, 7, 9, 11])
def test_a_table_that_is_said_to_fit_fits(tmp_path: Path, browser: Browser, letters: int) -> None:
    """The build measures text by a table of widths; the browser sets it."""
    word = "mMwWiIlLtTa"[:letters]
    head = "| " + " | ".join(f"Heading{n}" for n in range(9)) + " |\n    " + "|---" * 9 + "|\n"
    (tmp_path / "a.yml").write_text(f"slides:\n  - |\n    {head}    | {' | '.join([word] * 9)} |\n", encoding="utf-8")
    built = build(str(tmp_path / "a.yml"), BuildOptions(folder=tmp_path))
    with open_deck(built.output, browser=browser) as deck:
        assert [str(one) for one in deck.overflows()] == []
    assert built.warnings == ()
