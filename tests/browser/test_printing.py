"""Paper: one slide a page, whole, with its number in its place, whichever way a deck is printed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PageObject, PdfReader

from slidegen.browser.deck import open_deck
from slidegen.browser.session import find_browser
from slidegen.pipeline import BuildOptions, build
from tests.deck_folder import PIXEL

pytestmark = pytest.mark.browser

YAML = """\
title: Paper
footer: Foot
theme: dark
tables:
  t: {source: data, rows: [{n: alpha, v: 1}, {n: beta, v: 2}]}
figures:
  f: {kind: bars, table: t, value: v}
slides:
  - "# First"
  - - |
      ## Above

      - one {.fragment}
      - two {.fragment .fade-up}
    - "## Below"
  - "## Chart\\n\\n{{ chart('f') }}"
  - background: "#101820"
    content: "## Night"
  - slide_number: false
    content: "## Unnumbered\\n\\nSome text"
  - "```python {1|2}\\nfirst_line = 1\\nlast_line = 2\\n```"
"""
YAML_PAGES = ["First", "Above", "one", "two", "Below", "alpha", "Night", "Unnumbered", "first_line", "last_line"]
YAML_ON = [1, 2, 2, 2, 3, 4, 5, 6, 7, 7]
YAML_NUMBERS = ["1 / 7", "2 / 7", "3 / 7", "4 / 7", "5 / 7", None, "7 / 7"]
MARP = """\
---
marp: true
theme: {theme}
size: 4:3
paginate: true
---

# First

---

<!-- _backgroundColor: '#123456' -->

* one
* two

---

![bg left:40%](a.png)

```python {{1|2}}
first_line = 1
last_line = 2
```
"""
MARP_PAGES = ["First", "one", "two", "first_line", "last_line"]
MARP_ON = [1, 2, 2, 3, 3]
DECKS: dict[str, tuple[str, Sequence[str], Sequence[int], Sequence[str | None], tuple[int, int]]] = {
    "a.yml": (YAML, YAML_PAGES, YAML_ON, YAML_NUMBERS, (1280, 720)),
    "gaia.md": (MARP.format(theme="gaia"), MARP_PAGES, MARP_ON, ["1", "2", "3"], (960, 720)),
    "own.md": (MARP.format(theme="dark"), MARP_PAGES, MARP_ON, ["1 / 3", "2 / 3", "3 / 3"], (960, 720)),
}


def built(folder: Path, name: str, output: str) -> Path:
    """One of the decks, built."""
    (folder / name).write_text(DECKS[name][0], encoding="utf-8")
    (folder / "a.png").write_bytes(PIXEL)
    options = BuildOptions(folder=folder / "build", format=output, offline=True, keep_record=False)
    return build(str(folder / name), options).output


def printed(path: Path, browser: Browser, way: str, target: Path, window: tuple[int, int] = (1280, 720)) -> PdfReader:
    """A deck on paper: by a window's own print, by `?print-pdf`, or by a browser without a window in one go."""
    query = "print-pdf" if "print-pdf" in way else ""
    if way.startswith("command"):
        with_browser = browser.browser_type.executable_path
        program = find_browser(with_browser) or with_browser
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        url = path.as_uri() + (f"?{query}" if query else "")
        command = [program, "--headless", *root, "--virtual-time-budget=10000", "--no-pdf-header-footer"]
        subprocess.run([*command, f"--print-to-pdf={target}", url], check=True, capture_output=True, timeout=120)
        return PdfReader(target)
    with open_deck(path, size=window, browser=browser, query=query) as deck:
        if query and deck.page.evaluate("Boolean(window.Reveal)"):
            deck.page.wait_for_selector(".pdf-page", state="attached")
        deck.page.pdf(path=target, prefer_css_page_size=True)
    return PdfReader(target)


def corner(page: PageObject) -> str:
    """The text in the right bottom corner of a page: 200 by 60 pixels."""
    width = float(page.mediabox.width)
    found: list[str] = []

    def visit(text: str, cm: list[float], tm: list[float], *_: object) -> None:
        x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        if x > width - 150 and y < 45:
            found.append(text)

    page.extract_text(visitor_text=visit)
    return " ".join("".join(found).split())


def cases() -> Iterator[object]:
    """Each deck in both outputs in each way. One deck in every run is printed by a browser of its own, which prints
    what a window prints."""
    for name, output, way in product(
        DECKS, ("reveal", "marp"), ("window", "print-pdf", "command", "command print-pdf")
    ):
        slow = way.startswith("command") and name != "a.yml"
        yield pytest.param(name, output, way, marks=pytest.mark.slow if slow else (), id=f"{name}-{output}-{way}")


@pytest.mark.parametrize(("name", "output", "way"), list(cases()))
def test_every_slide_is_one_page(tmp_path: Path, browser: Browser, name: str, output: str, way: str) -> None:
    """All of its text with all fragments, on paper of the slide's shape; charts once; no blank page; the numbers."""
    pdf = printed(built(tmp_path, name, output), browser, way, tmp_path / "a.pdf")
    _, words, places, numbers, (width, height) = DECKS[name]
    texts = [page.extract_text() for page in pdf.pages]
    assert len(texts) == max(places)
    assert [[at for at, text in enumerate(texts, start=1) if word in text] for word in words] == [[at] for at in places]
    assert sum(text.count("alpha") for text in texts) == words.count("alpha")
    assert {(round(p.mediabox.width / 0.75), round(p.mediabox.height / 0.75)) for p in pdf.pages} == {(width, height)}
    assert [corner(page) or None for page in pdf.pages] == list(numbers)


def test_a_phone_prints_the_slides_as_it_shows_them(tmp_path: Path, browser: Browser) -> None:
    """Upright pages, each slide once, also in vertical stacks; and then it scrolls on."""
    path = built(tmp_path, "a.yml", "reveal")
    pdf = printed(path, browser, "window", tmp_path / "a.pdf", (390, 844))
    texts = [page.extract_text() for page in pdf.pages]
    found = [[at for at, text in enumerate(texts, start=1) if word in text] for word in YAML_PAGES]
    assert (len(texts), found) == (7, [[at] for at in YAML_ON])
    assert all(page.mediabox.height > page.mediabox.width for page in pdf.pages)
    with open_deck(path, size=(390, 844), browser=browser) as deck:
        deck.page.pdf(prefer_css_page_size=True)
        assert deck.page.locator("html.flow").count() == 1
        assert deck.page.locator(".printed-background").count() == 0


PAPER = """() => {
  window.dispatchEvent(new Event("beforeprint"));
  const color = (element, name) => getComputedStyle(element)[name];
  const headings = [...document.querySelectorAll(".slides h2, .marpit h2")];
  return [color(document.body, "backgroundColor"), ...headings.map((heading) => color(heading, "color"))];
}"""


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_paper_is_white_and_text_black(tmp_path: Path, browser: Browser, output: str) -> None:
    """Of a dark deck too; only a slide with a dark background of its own has light text, and its background."""
    with open_deck(built(tmp_path, "a.yml", output), browser=browser) as deck:
        deck.page.emulate_media(media="print")
        paper, *headings = deck.page.evaluate(PAPER)
        assert paper in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
        assert headings == ["rgb(0, 0, 0)"] * 3 + ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
        night = deck.page.locator("section", has_text="Night").last
        if output == "reveal":
            night = night.locator(".printed-background")
        assert night.evaluate("element => getComputedStyle(element).backgroundColor") == "rgb(16, 24, 32)"


def test_the_background_of_the_slide_in_view_is_below_its_text(tmp_path: Path, browser: Browser) -> None:
    """reveal.js raises that of the slide in view; on paper it would cover the slide."""
    with open_deck(built(tmp_path, "a.yml", "reveal"), browser=browser) as deck:
        deck.page.emulate_media(media="print")
        deck.page.evaluate("() => { Reveal.slide(3); window.dispatchEvent(new Event('beforeprint')); }")
        background = deck.page.locator("section.present .printed-background")
        assert background.evaluate("element => getComputedStyle(element).zIndex") == "-1"


def test_a_coloured_slide_does_not_colour_the_others(tmp_path: Path, browser: Browser) -> None:
    """In the look `bold` the first slide, which is in view when a PDF is made, is all colour."""
    deck = tmp_path / "a.yml"
    deck.write_text('theme: bold\nscheme: light\nslides: ["# One", "## Two"]\n', encoding="utf-8")
    path = build(str(deck), BuildOptions(folder=tmp_path / "build", offline=True, keep_record=False)).output
    with open_deck(path, browser=browser, query="print-pdf") as opened:
        opened.page.wait_for_selector(".pdf-page", state="attached")
        ground = opened.page.locator(".reveal-viewport").evaluate("e => getComputedStyle(e).backgroundColor")
    assert ground == "rgb(255, 255, 255)"


@pytest.mark.parametrize("way", ["window", "print-pdf"])
@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("theme", ["dark", "gaia"])
def test_what_is_closed_is_printed(tmp_path: Path, browser: Browser, theme: str, output: str, way: str) -> None:
    """Nobody can open it on paper; one that is open stays so."""
    text = "<details><summary>More</summary>\n\nInside it.\n\n</details>\n\n<details open>\n\nBelow.\n\n</details>\n"
    deck = tmp_path / "a.md"
    deck.write_text(f"---\nmarp: true\ntheme: {theme}\n---\n\n# One\n\n{text}", encoding="utf-8")
    options = BuildOptions(folder=tmp_path / "build", format=output, offline=True, keep_record=False)
    pdf = printed(build(str(deck), options).output, browser, way, tmp_path / "a.pdf")
    (page,) = pdf.pages
    assert [word for word in ("More", "Inside it.", "Below.") if word not in page.extract_text()] == []
