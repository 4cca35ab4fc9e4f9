"""Every example deck opens from an empty folder with the network cut off, and asks for nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

from slidegen.browser.deck import READY, SHOW, SLIDES, open_deck
from slidegen.pipeline import BuildOptions, build
from tests.browser.conftest import EXAMPLES, ROOT


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_built_example_asks_for_nothing_but_itself(name: str, output: str, browser: Browser, tmp_path: Path) -> None:
    """No request, no console message, on any slide, with every request but the file's own refused."""
    options = BuildOptions(folder=tmp_path / "built", format=output, mode="frozen", offline=True, keep_record=False)
    built = build(str(ROOT / "slides" / name), options)
    alone = tmp_path / "empty"
    alone.mkdir()
    file = alone / "deck.html"
    shutil.copy(built.output, file)
    requests: list[str] = []
    messages: list[str] = []

    def refuse(route: Route) -> None:
        requests.append(route.request.url)
        if route.request.url == file.as_uri():
            route.continue_()
        else:
            route.abort()

    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    context.route("**/*", refuse)
    page = context.new_page()
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.goto(file.as_uri())
    page.wait_for_function(READY)
    for slide in page.evaluate(SLIDES):
        page.evaluate(SHOW, [slide["h"], slide["v"]])
    context.close()
    assert requests == [file.as_uri()]
    assert messages == []


ONLINE = """\
---
marp: true
style: "@import url(https://fonts.example/front.css); p { color: red }"
---

# Web font

<style>
@import url('https://fonts.example/css?family=Lora:400;700&display=swap');
</style>

<link rel="preconnect" href="https://fonts.example"> <link rel="stylesheet" href="//fonts.example/a.css">

<iframe data-src="https://fonts.example/"></iframe> <script src="https://fonts.example/a.js"></script>
"""


@pytest.mark.parametrize("scripts", [False, True])
@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_what_a_deck_names_on_the_network_is_not_asked_for(
    output: str, scripts: bool, browser: Browser, tmp_path: Path
) -> None:
    """Sheets, scripts and pages are left out of the file, and each is told with its line."""
    (tmp_path / "talk.md").write_text(ONLINE, encoding="utf-8")
    options = BuildOptions(folder=tmp_path, format=output, keep_record=False, allow_scripts=scripts)
    built = build(str(tmp_path / "talk.md"), options)
    assert [warning.line for warning in built.warnings] == [3, 9, 12, 12, 14, 14]
    with open_deck(built.output, browser=browser) as deck:
        assert [url for url in deck.requests if "fonts.example" in url] == []
        assert deck.console == []


def test_the_example_is_under_one_megabyte_without_its_raster_images(example: Path) -> None:
    """The goal of the issue, on the file itself: data URIs of PNG, JPEG, GIF and WebP taken out."""
    import re

    html = example.read_text(encoding="utf-8")
    assert "http-equiv" in html
    assert len(re.sub(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+", "", html).encode()) < 1_000_000


def test_only_the_fonts_in_use_are_inlined(example: Path) -> None:
    """Cyrillic and Greek stay out of an English deck; KaTeX's Fraktur stays out of one without Fraktur."""
    html = example.read_text(encoding="utf-8")
    assert 'font-family:"Source Sans 3"' in html
    assert "U+0400" not in html
    assert "KaTeX_Fraktur;" not in html.replace(" ", "").split("<body>")[0].split("@font-face")[-1]
    assert "@font-face{font-display:block;font-family:KaTeX_Fraktur" not in html
