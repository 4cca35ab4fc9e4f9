"""The size of a Markdown deck's slides: the presets of each theme, slidegen's own sizes, and a name that is none.

The expected widths and heights are those that marp-cli 4 lays the same decks out in.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from slidegen.browser.deck import open_deck
from tests.deck_folder import DeckFolder
from tests.marp.dom import OUTPUTS

PAPER = """/* @theme paper */
/* @size a4 297mm 210mm */
/* @size square 800px 800px */
section { width: 1000px; height: 600px; padding: 40px; }
"""
CHILD = "/* @theme child */\n/* @size square false */\n@import 'paper';\nsection { color: navy; }\n"
LONG = "A sentence that is long enough to reach the right border of a slide and has to go on in the line below it."

LAID_OUT = """() => [...document.querySelectorAll(".marpit > svg")].map((svg) => {
  const { width, height } = getComputedStyle(svg.querySelector("section, marp-section"));
  return [svg.viewBox.baseVal, { width: parseFloat(width), height: parseFloat(height) }].map(
    (box) => `${Math.round(box.width)}x${Math.round(box.height)}`);
})"""


def build(folder: DeckFolder, head: str, output: str, body: str = "") -> tuple[str, list[str]]:
    """The path of a deck with two themes beside it, and the warnings of its build."""
    folder.write("paper.css", PAPER)
    folder.write("child.css", CHILD)
    page = folder.build(f"---\n{head}\n---\n\n{body}{LONG}\n\n---\n\n# b\n", "talk.md", format=output)
    warnings = [str(warning).replace(f"{folder.path}/", "") for warning in page.built.warnings]
    return str(page.built.output), warnings


@pytest.mark.browser
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize(
    ("head", "body", "size"),
    [
        ("marp: true\nsize: 4:3", "", "960x720"),
        ("theme: gaia\nsize: 4:3", "", "960x720"),
        ("theme: uncover\nsize: '4:3'", "", "960x720"),
        ("marp: true", "<!-- size: 4:3 -->\n\n", "960x720"),
        ("theme: paper\nsize: a4", "", "1123x794"),
        ("theme: child\nsize: a4", "", "1123x794"),
        ("theme: child\nsize: square", "", "1000x600"),
        ("theme: light\nsize: 4:3", "", "960x720"),
        ("theme: dark\nsize: 1600x900", "", "1600x900"),
    ],
)
def test_slides_are_laid_out_in_the_size_they_name(
    folder: DeckFolder, browser: Browser, head: str, body: str, size: str, output: str
) -> None:
    """The slide's frame and the style agree, on every slide, so that nothing is cut."""
    build(folder, head, output, body)
    (path,) = folder.path.glob("build/*.html")
    with open_deck(path, browser=browser) as deck:
        assert deck.page.evaluate(LAID_OUT) == [[size, size], [size, size]]
        assert [str(found) for found in deck.overflows()] == []


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize(
    ("head", "body", "message"),
    [
        ("marp: true\nsize: 5:4", "",
         "talk.md:3: size '5:4' is not a preset of the theme 'default', {}; available: 16:9, 4:3"),
        ("theme: gaia", "a\n\n<!--\nsize: a4\n-->\n\n",
         "talk.md:8: size 'a4' is not a preset of the theme 'gaia', {}; available: 16:9, 4:3"),
        ("marp: true", "```\n<!-- size: a4 -->\n```\n\n<!-- size: a4 -->\n\n`<!-- size: a4 -->`\n\n",
         "talk.md:9: size 'a4' is not a preset of the theme 'default', {}; available: 16:9, 4:3"),
        ("theme: paper\nsize: a3", "",
         "talk.md:3: size 'a3' is not a preset of the theme 'paper', {}; available: a4, square"),
        ("theme: child\nsize: square", "",
         "talk.md:3: size 'square' is not a preset of the theme 'child', {}; available: a4"),
        ("theme: light\nsize: 90x90", "", "talk.md:3: size '90x90' is not a preset of slidegen's themes, {}; "
         "allowed: 16:9, 4:3, WIDTHxHEIGHT in pixels, 200 to 4000 each"),
        ("marp: true\nsize: 4:3", "", None),
        ("theme: light\nsize: 900x900", "", None),
        ("marp: true", "```yaml\nsize: big\n```\n\n", None),
    ],
)  # fmt: skip
def test_a_size_that_the_theme_lacks_is_told(
    folder: DeckFolder, head: str, body: str, message: str | None, output: str
) -> None:
    """marp-core takes the theme's own size then; the deck is built, with a warning that has the line."""
    _, warnings = build(folder, head, output, body)
    assert warnings == ([] if message is None else [message.format("so the slides have the default size")])


@pytest.mark.parametrize(("size", "width"), [("16:9", 1123), ("4:3", 803), ("wide", 1443)])
def test_a_figure_is_drawn_for_the_size(folder: DeckFolder, size: str, width: int) -> None:
    """It has the width between the margins of Marp's default theme, 78.5 px each, so that its text keeps its size."""
    folder.write("wide.css", "/* @theme wide */\n/* @size wide 1600px 900px */\n/* @size 4:3 960px 720px */\n"
                             "/* @size 16:9 1280px 720px */\nsection { width: 1280px; height: 720px; }\n")  # fmt: skip
    head = f"theme: wide\nsize: {size}\ntables:\n  t: {{source: data, rows: [{{n: a, v: 1}}, {{n: b, v: 2}}]}}\n"
    head += "figures:\n  f: {kind: bars, table: t, value: v}\n"
    shown = "```\nsize: 4:3\n<!-- size: 4:3 -->\n```"  # code means nothing
    page = folder.build(f"---\n{head}---\n\n{shown}\n\n---\n\n{{{{ chart('f') }}}}\n", "talk.md")
    (drawn,) = re.findall(r'<svg class="chart[^>]*? width="(\d+)', page.html)
    assert int(drawn) == width
