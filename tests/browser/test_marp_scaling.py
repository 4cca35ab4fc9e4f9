"""What Marp fits to the slide in the browser: headings, code and formulas that are too wide."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from slidegen.browser.deck import open_deck
from slidegen.pipeline import BuildOptions, build

pytestmark = pytest.mark.browser

CODE = "value = " + " + ".join(f"term_{n}" for n in range(18))
MATH = " + ".join(f"x_{{{n}}}" for n in range(34))
DECK = f"""---
marp: true
theme: THEME
---

# <!-- fit --> Short

---

```python
{CODE}
```

---

$$ {MATH} $$

---

```python
short = 1
```

---

$$
a = b
$$ {{#eq-numbered}}

@eq-numbered numbered
"""
# The share of the slide's width that the first line of text takes on the screen.
WIDTH = """() => {
  const slide = window.Reveal ? Reveal.getCurrentSlide() : document.querySelector(".marpit > svg.current");
  const shown = slide.querySelector("h1, marp-h1, pre code, marp-pre code, .katex-html");
  const range = document.createRange();
  range.selectNodeContents(shown);
  const frame = slide.querySelector("section, marp-section").getBoundingClientRect();
  return range.getBoundingClientRect().width / frame.width;
}"""

# The sizes to which Marp scales, of each heading, code and formula.
SCALED = """() => [...document.querySelectorAll("[data-auto-scaling]")].map((element) =>
  element.shadowRoot.querySelector("marp-auto-scaling").shadowRoot.querySelector("svg").getAttribute("viewBox")
    .split(" ").map((side) => Math.round(side)))"""

# How far the number of a formula is from what it numbers, in pixels.
APART = """() => {
  const shown = document.querySelector(".katex-html:has(> .katex-tag)");
  const parts = [...shown.querySelectorAll(":scope > .katex-base")];
  const ends = parts.map((part) => part.getBoundingClientRect().right);
  return shown.querySelector(":scope > .katex-tag .mord").getBoundingClientRect().left - Math.max(...ends);
}"""


@pytest.mark.parametrize("theme", ["default", "gaia", "uncover"])
@pytest.mark.parametrize("output", ["marp", "reveal"])
def test_what_is_too_wide_is_scaled_to_the_slide(tmp_path: Path, browser: Browser, output: str, theme: str) -> None:
    """A fit heading fills the slide, wide code and formulas shrink into it, and short code stays as it is; on paper,
    which has slides that were never in view, as well. The number of a formula stands beside it."""
    path = tmp_path / "talk.md"
    path.write_text(DECK.replace("THEME", theme), encoding="utf-8")
    with open_deck(build(str(path), BuildOptions(folder=tmp_path, format=output)).output, browser=browser) as deck:
        printed = [page.extract_text() for page in PdfReader(BytesIO(deck.page.pdf(prefer_css_page_size=True))).pages]
        on_paper = deck.page.evaluate(SCALED)
        widths, on_screen = [], []
        for index in range(len(deck.slides)):
            deck.show(index)
            widths.append(deck.page.evaluate(WIDTH))
            on_screen.append(deck.page.evaluate(SCALED)[index])
        apart = deck.page.evaluate(APART)
        assert [str(found) for found in deck.overflows()] == []
    expected = ("Short", "term_17", "33", "short", "numbered")
    assert [word in text for word, text in zip(expected, printed, strict=True)] == [True] * 5
    assert on_paper == on_screen
    heading, code, formula, short, _ = widths
    assert heading > 0.8
    assert 0.8 < code < 1
    assert 0.8 < formula < 1
    assert short < 0.3
    assert apart > 5
