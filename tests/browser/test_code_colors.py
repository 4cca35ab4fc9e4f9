"""Code that is lit step by step has the colours of the same code without steps, in every theme and both outputs."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from slidegen.browser.deck import open_deck
from slidegen.model import Scheme
from slidegen.pipeline import BuildOptions, build

pytestmark = pytest.mark.browser

CODE = "x = compute(a, b)\ny = 'text' + \"more\"  # why\nz = x"
INFOS = ("python", "python {1|2|3}", "python {all|1-2} numbers")
TEXT = "plain words\nmore of them"
TEXT_INFOS = ("text", "text {1|2}")

COLORS = """() => {
  const slide = window.Reveal ? Reveal.getCurrentSlide() : document.querySelector(".marpit > svg.current");
  const walker = document.createTreeWalker(slide.querySelector("pre code, marp-pre code"), NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    // A line that is not talked about has one quiet colour.
    const dim = getComputedStyle(node.parentElement).getPropertyValue("--dim");
    if (dim && node.parentElement.closest(".sg-stepped .sg-line")) continue;
    if (node.data.trim()) found.push([node.data.trim(), getComputedStyle(node.parentElement).color]);
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("theme", ["yaml", "light", "default", "gaia", "uncover"])
def test_steps_change_no_colour(tmp_path: Path, browser: Browser, theme: str, output: str, scheme: Scheme) -> None:
    """Every piece of text in lines that are lit: the fragments are all shown, so they are those of the last step."""
    slides = [f"```{info}\n{CODE}\n```" for info in INFOS] + [f"```{info}\n{TEXT}\n```" for info in TEXT_INFOS]
    if theme == "yaml":
        source = tmp_path / "a.yml"
        text = "slides:\n" + "".join("  - |\n    " + slide.replace("\n", "\n    ") + "\n" for slide in slides)
    else:
        source = tmp_path / "a.md"
        text = f"---\nmarp: true\ntheme: {theme}\n---\n\n" + "\n\n---\n\n".join(slides)
    source.write_text(text, encoding="utf-8")
    colors = []
    with open_deck(
        build(str(source), BuildOptions(folder=tmp_path, format=output)).output, scheme, browser=browser
    ) as deck:
        for index in range(len(deck.slides)):
            deck.show(index)
            colors.append(deck.page.evaluate(COLORS))
    pieces = dict(colors[0])
    assert pieces["x"] != pieces["# why"] != pieces["'text'"]
    assert all(colors)
    assert [pieces | dict(found) for found in colors[1:3]] == [pieces, pieces]
    assert {color for found in colors[3:] for _, color in found} == {colors[3][0][1]}
