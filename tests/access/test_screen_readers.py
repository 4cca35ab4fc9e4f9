"""What a screen reader meets: landmarks, one announcement a move, names, and the deck as text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from selectolax.lexbor import LexborHTMLParser

from slidegen.browser.deck import open_deck
from slidegen.outputs.transcript import text_of
from slidegen.pipeline import BuildOptions, build

pytestmark = pytest.mark.browser

DECK = """\
title: A talk
slides:
  - "# One"
  - |
    ## Two $x^2$

    - first {.fragment}
    - second {.fragment}

    ::: notes
    Only for the speaker
    :::
  - "## Three\\n\\n```python {1|2}\\na = 1\\nb = 2\\n```"
  - "No heading here"
"""
LIVE = """() => [...document.querySelectorAll("[aria-live], [role=status], [role=alert]")]
  .filter((one) => one.checkVisibility()).map((one) => one.textContent.trim()).filter(Boolean)"""


@pytest.fixture(params=["reveal", "marp"], scope="module")
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Page]:
    """A deck of four slides in a window."""
    folder = tmp_path_factory.mktemp("access")
    (folder / "a.yml").write_text(DECK, encoding="utf-8")
    options = BuildOptions(folder=folder / "build", format=request.param, offline=True, keep_record=False)
    with open_deck(build(str(folder / "a.yml"), options).output, browser=browser) as deck:
        yield deck.page


def test_each_move_is_said_once(page: Page) -> None:
    """A slide by number and title, a fragment by its text, lit lines by their step; nothing at first or going back."""
    said = []
    for index, step in ((0, 0), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (3, 0)):
        page.evaluate("([index, step]) => slidegen.show(index, step)", [index, step])
        said.append(page.evaluate(LIVE))
    assert said[1:] == [
        ["Slide 2 / 4: Two x2"], ["first"], ["second"], ["Slide 3 / 4: Three"], ["1"], ["Slide 4 / 4"],
    ]  # fmt: skip


def test_slides_can_be_read_line_by_line(page: Page) -> None:
    """The slides are the main landmark, and no application, in which a screen reader gives all keys to the page."""
    expect(page.get_by_role("main")).to_have_count(1)
    assert page.locator("[role=application]").count() == 0


def test_the_deck_can_be_read_as_text(page: Page) -> None:
    """The first stop of the Tab key opens all slides as text, without notes; Esc closes it, X opens it again."""
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    button = page.get_by_role("button", name="Read the deck as text")
    expect(button).to_be_focused()
    box = button.bounding_box()
    assert box is not None
    assert box["width"] > 100
    for key in ("Enter", "x"):
        page.keyboard.press(key)
        dialog = page.get_by_role("dialog", name="A talk")
        titles = ["1. One", "2. Two x2", "3. Three", "4"]
        assert dialog.locator("h3").all_text_contents() == titles
        assert "a = 1\nb = 2" in dialog.inner_text()
        assert "Only for the speaker" not in dialog.inner_text()
        page.keyboard.press("Escape")
        expect(page.locator(".sg-transcript")).to_have_count(1)  # it goes a moment after it is hidden


def test_the_text_is_no_part_of_the_page_until_it_is_opened(page: Page, tmp_path: Path) -> None:
    """It is not printed, and a screen reader meets each slide once."""
    assert page.locator(".sg-transcript").is_hidden()
    page.emulate_media(media="print")
    assert page.locator(".sg-transcript, .sg-skip").evaluate_all("all => all.filter((e) => e.checkVisibility())") == []
    page.emulate_media(media="screen")


@pytest.mark.parametrize(
    ("html", "heading", "text"),
    [
        ("<h2>A</h2><p class='x'>b <strong>c</strong></p>", "A", "<p>b c</p>"),
        ("<h1>A</h1><h2>B</h2>", "A", "<h4>B</h4>"),
        ('<p><img src="a.png" alt="a &lt;cat&gt;"></p>', "", "<p> <em>[a &lt;cat&gt;]</em> </p>"),
        ('<p><img src="a.png" alt=""></p>', "", ""),
        ('<svg role="img"><title>T</title><desc>D</desc><g><text>9</text></g></svg>', "", "<em>[T. D]</em>"),
        ('<aside class="notes">n</aside><div class="phone-chart">c</div><i aria-hidden="true">h</i>', "", ""),
        (
            "<table><thead><tr><th></th><th>b</th></tr></thead><tbody><tr><th>c</th><td>1</td></tr></tbody></table>",
            "",
            '<div class="sg-scroll" role="group" aria-label="Table" tabindex="0"><table><thead><tr><th role="cell">'
            '</th><th scope="col">b</th></tr></thead><tbody><tr><th>c</th><td>1</td></tr></tbody></table></div>',
        ),
        (
            '<span class="katex"><math><mi>x</mi><annotation>x</annotation></math><i aria-hidden="true">x</i></span>',
            "",
            "<math><mi>x</mi></math>",
        ),
        (
            '<a href="https://a.example" onclick="x()">a</a> <a href="#2">b</a>',
            "",
            '<a href="https://a.example">a</a> b',
        ),
        ("<pre><code>a\n  b</code></pre>", "", "<pre><code>a\n  b</code></pre>"),
        (
            "<blockquote><p>q</p><footer>who</footer></blockquote><aside>side</aside><header>head</header>",
            "",
            "<blockquote><p>q</p><div>who</div></blockquote><div>side</div><div>head</div>",
        ),
        (
            '<section data-footer="f" data-header="h"><header>h</header><p>a</p><footer>own</footer>'
            "<footer>f</footer></section>",
            "",
            "<div><p>a</p><div>own</div></div>",
        ),
        (
            '<p><button>Go</button> <input value="a"> <input type="radio" checked> <input type="hidden" value="h">'
            "<select><option>b<option selected>c</select> <textarea>d</textarea></p>",
            "",
            "<p>Go a ☑  b, c d</p>",
        ),
        ('<iframe title="A map" src="https://a.example"></iframe>', "", "<em>[A map]</em>"),
        (
            '<div lang="he" dir="rtl"><h2>A</h2><p dir="ltr">b <b lang="fr">c</b></p></div>',
            '<span lang="he" dir="rtl">A</span>',
            '<div lang="he" dir="rtl"><p dir="ltr">b <span lang="fr">c</span></p></div>',
        ),
    ],
)
def test_what_stands_in_the_text(html: str, heading: str, text: str) -> None:
    """Elements of text without their looks; what pictures and charts say; formulas once; no notes."""
    assert text_of(html) == (heading, text)


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_slide_keeps_its_language_in_the_text(tmp_path: Path, output: Literal["reveal", "marp"]) -> None:
    """A screen reader speaks the slide's text, its heading too, in the slide's own language."""
    (tmp_path / "a.yml").write_text(
        'slides: [{content: "# A\\n\\nb", lang: de}, {content: "c", lang: he}]\n', encoding="utf-8"
    )
    options = BuildOptions(folder=tmp_path / "build", format=output, offline=True, keep_record=False)
    page = LexborHTMLParser(build(str(tmp_path / "a.yml"), options).output.read_text(encoding="utf-8"))
    text = " ".join(
        one.text()
        for one in page.css(
            '.sg-transcript :is(h3, p)[lang="de"], .sg-transcript [lang="de"] :is(h3, p), h3 [lang="de"]'
        )
    )
    assert text.replace("1. ", "").split() == ["A", "b"]
    assert page.css('.sg-transcript [lang="he"]')[0].attributes["dir"] == "rtl"
