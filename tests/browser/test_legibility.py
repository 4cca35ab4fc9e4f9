"""Text that does not fit gets smaller, and text on a picture can be read: what the page measures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from slidegen.browser.deck import open_deck
from slidegen.pipeline import BuildOptions, build

pytestmark = pytest.mark.browser

ITEM = "    - words that take one line\n"
FITTING = f"""\
title: Fit
slides:
  - layout: content
    content: |
      ## Few

{ITEM.replace("    -", "      -")}
  - - |
      ## Below
    - |
      ## More

{ITEM.replace("    -", "      -") * 12}
  - |
    ## Many

{ITEM * 14}
  - |
    ## Too many

{ITEM * 25}
"""
SIZES = """() => slidegen.slides.map((slide) => {
  const item = slide.querySelector("li");
  return item ? getComputedStyle(item).fontSize : "";
})"""


def built(folder: Path, text: str, output: str) -> Path:
    """A YAML deck, built."""
    (folder / "a.yml").write_text(text, encoding="utf-8")
    return build(str(folder / "a.yml"), BuildOptions(folder=folder, format=output, keep_record=False)).output


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_text_that_does_not_fit_gets_smaller(tmp_path: Path, browser: Browser, output: str) -> None:
    """In two steps, also on slides that have not been in view; what fits stays, and what never fits is reported."""
    with open_deck(built(tmp_path, FITTING, output), browser=browser) as opened:
        assert opened.page.evaluate(SIZES) == ["28px", "", "24px", "21px", "21px"]
        assert [str(change) for change in opened.adapted()] == [
            f"slide {name}: its text has {size} px instead of 28, so that it fits"
            for name, size in zip(opened.names()[2:], (24, 21, 21), strict=True)
        ]
        assert [found.slide for found in opened.overflows()] == [opened.names()[4]]


def test_paper_has_the_same_sizes(tmp_path: Path, browser: Browser) -> None:
    """In reveal.js' print view."""
    with open_deck(built(tmp_path, FITTING, "reveal"), browser=browser, query="print-pdf") as opened:
        sizes = opened.page.evaluate("[...document.querySelectorAll('.slide')].map((slide) => slide.dataset.textStep)")
        assert sizes == ["0", "0", "1", "2", "2"]


def test_a_phone_has_room_for_all(tmp_path: Path, browser: Browser) -> None:
    """Its slides scroll, so that nothing gets smaller."""
    with open_deck(built(tmp_path, FITTING, "reveal"), size=(390, 844), browser=browser) as opened:
        assert opened.page.evaluate(SIZES) == ["28px", "", "28px", "28px", "28px"]


BACKGROUNDS = """\
title: Contrast
slides:
  - {background: dark.png, content: "## a"}
  - {background: pale.png, content: "## a"}
  - {background: half.png, content: "## a"}
  - {background: "#808080", content: "## a"}
  - {background: "linear-gradient(90deg, #fff, #000)", content: "## a"}
  - {background: "linear-gradient(90deg, #001, #013)", content: "## a"}
  - {background: {image: pale.png, dark: true}, content: "## a"}
  - {background: half.png, content: "## a", class: no-scrim}
  - "## a"
"""
CLASSES = """() => slidegen.slides.map((slide) => {
  const section = slide.matches("section") ? slide : slide.querySelector("section");
  return ["on-dark", "on-light", "scrim"].filter((name) => section.classList.contains(name)).join(" ");
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_text_on_a_background_can_be_read(tmp_path: Path, browser: Browser, output: str, scheme: str) -> None:
    """It is light or dark by what is behind it, and stands on a scrim where neither can be read."""
    for name, colors in {"dark": ("#0c1e3c",), "pale": ("#f0ebdc",), "half": ("#fff", "#000")}.items():
        picture = Image.new("RGB", (64, 36), colors[0])
        picture.paste(colors[-1], (32, 0, 64, 36))
        picture.save(tmp_path / f"{name}.png")
    page = built(tmp_path, BACKGROUNDS, output)
    with open_deck(page, "light" if scheme == "light" else "dark", browser=browser) as opened:
        assert opened.page.evaluate(CLASSES) == [
            "on-dark",
            "on-light",
            "scrim",
            "on-dark scrim",
            "on-light scrim",
            "on-dark",
            "on-dark scrim",
            "",
            "",
        ]
        opened.show(2)
        assert opened.page.evaluate(READABLE)


READABLE = """() => {
  const slide = slidegen.slides[2];
  const body = getComputedStyle(slide.querySelector(".body"));
  return body.backgroundColor !== "rgba(0, 0, 0, 0)" && slide.querySelector(".body").clientWidth < 400;
}"""


SHINING = """\
title: Contrast
slides:
  - {background: "rgba(0, 0, 0, 0.2)", content: "## a"}
  - {background: "var(--accent)", content: "## a"}
  - {background: "linear-gradient(90deg, transparent, #000)", content: "## a"}
  - "## a"
"""


@pytest.mark.parametrize(
    ("output", "light", "dark"),
    [
        ("reveal", ["on-light", "on-dark", "scrim", ""], ["on-dark", "on-light", "on-dark", ""]),
        ("marp", ["on-light", "scrim", "on-dark", ""], ["on-dark", "scrim", "on-dark", ""]),
    ],
)
def test_text_can_be_read_when_the_page_turns_dark(
    tmp_path: Path, browser: Browser, output: str, light: list[str], dark: list[str]
) -> None:
    """What shines through a background, and the theme's own colours, are others then; and on paper, which is light."""
    with open_deck(built(tmp_path, SHINING, output), "light", browser=browser) as opened:
        assert opened.page.evaluate(CLASSES) == light
        opened.page.keyboard.press("t")
        assert opened.page.evaluate(CLASSES) == dark
        opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert opened.page.evaluate(CLASSES) == light
        opened.page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert opened.page.evaluate(CLASSES) == dark


def test_the_page_forgets_what_a_slide_gave_it(tmp_path: Path, browser: Browser) -> None:
    """The slide number has the colours of the slide in view, also after the slide on which the page opened."""
    with open_deck(built(tmp_path, SHINING, "reveal"), "light", browser=browser) as opened:
        states = "[...Reveal.getViewportElement().classList].filter((name) => name.startsWith('on-'))"
        assert opened.page.evaluate(states) == ["on-light"]
        opened.page.evaluate("Reveal.slide(3)")
        assert opened.page.evaluate(states) == []


def test_a_slide_that_loses_its_background_loses_its_colours(tmp_path: Path, browser: Browser) -> None:
    """As when somebody edits it while the page is served: the page that turns dark does not remember the old one."""
    with open_deck(built(tmp_path, SHINING, "reveal"), "light", browser=browser) as opened:
        opened.page.evaluate(WITHOUT_BACKGROUND)
        opened.page.keyboard.press("t")
        assert opened.page.evaluate(CLASSES)[1:3] == ["", "on-dark"]


WITHOUT_BACKGROUND = """async () => {
  const section = slidegen.slides[1];
  section.className = "";
  delete section.dataset.backgroundColor;
  section.replaceChildren(...section.cloneNode(true).childNodes);
  delete section.querySelector(".slide").dataset.textStep;
  slidegen.renew();
  while (!slidegen.fitted) await new Promise((resolve) => setTimeout(resolve, 20));
}"""
