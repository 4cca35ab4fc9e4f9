"""Videos behind slides, and the spellings of other programs for what plays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.deck_folder import DeckFolder
from tests.media.test_clips import SQUARE, players

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REVEAL = (
    '# A\n\n---\n<!-- .slide: data-background-video="square.webm" data-background-video-loop '
    'data-background-video-muted data-background-size="contain" -->\n## B\n'
)
DECKS = {
    "a.md": REVEAL,
    "b.md": "---\nmarp: true\n---\n# A\n\n---\n## B\n\n![bg contain](square.webm)\n",
    "c.md": "---\nmarp: true\n---\n# A\n\n---\n<!--\nbackgroundImage: url(square.webm)\nbackgroundSize: contain\n-->\n"
    "## B\n",
    "d.qmd": "## A\n\n## B {background-video=square.webm background-video-loop=true background-video-muted=true "
    "background-size=contain}\n",
    "e.yml": "slides:\n- '# A'\n- content: '## B'\n  attributes: {data-background-video: square.webm, "
    "data-background-size: contain, data-background-video-loop: true, data-background-video-muted: true}\n",
    "f.org": "#+OPTIONS: toc:nil num:nil title:nil\n* A\n* B\n:PROPERTIES:\n:reveal_background_video: square.webm\n"
    ":reveal_background_size: contain\n:END:\n",
}


@pytest.fixture
def square(folder: DeckFolder) -> DeckFolder:
    folder.write("square.webm", SQUARE.read_bytes())
    folder.write("poster.png", b"\x89PNG\r\n\x1a\n")
    return folder


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("name", DECKS)
def test_a_video_is_the_background_of_a_slide(square: DeckFolder, name: str, output: str) -> None:
    """It plays while the slide is shown, and screen readers skip it. reveal.js itself would take a data: URI for a list
    of files."""
    page = square.build(DECKS[name], name, format=output)
    (one,) = players(page.html)
    assert one.startswith('<video class="sg-background" src="data:video/webm" ')
    assert 'aria-hidden="true"' in one
    assert "data-play" in one
    assert "controls" not in one
    assert ("object-fit:contain" in one) == (not (output == "marp" and name == "e.yml"))
    assert ("loop muted" in one) == (name != "f.org" or output == "marp")
    assert not re.search(r"url\([^)]*webm|data-background-video=", page.html)


def test_a_large_background_stands_beside_the_page(square: DeckFolder) -> None:
    for name in ("a.md", "b.md"):
        page = square.build(DECKS[name], name, inline_media=0)
        assert len(page.built.beside) == 1
        assert "it goes into the folder" in page.built.warnings[0].message


def test_reveals_attributes_of_players(square: DeckFolder) -> None:
    """They load and play by themselves in both outputs."""
    (one,) = players(square.slide('<video data-src="square.webm" data-autoplay poster="poster.png"></video>').body)
    assert one.startswith('<video data-play="" src="data:video/webm"') or 'src="data:video/webm"' in one
    assert "data-play" in one
    assert "data-src" not in one


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_slidevs_components(square: DeckFolder, output: str) -> None:
    """A local video plays; what is on the network becomes a link, with a warning. What follows them stays."""
    video = '<SlidevVideo src="square.webm" poster="poster.png" autoplay />'
    text = f'# A\n\n{video}\n\n<Youtube id="a&b" />\n\n<Tweet id="20" />\n\nend\n'
    page = square.build(text, "a.md", format=output)
    (one,) = players(page.html)
    assert "data-play" in one
    assert '<a href="https://www.youtube.com/watch?v=a%26b"' in page.html
    assert '<a href="https://x.com/i/status/20"' in page.html
    assert "end</p>" in page.html
    told = [(one.line, one.message.split(": ")[1]) for one in page.built.warnings if "network" in one.message]
    what = "shows a page of the network, which a single file cannot; it is a link"
    assert told == [(5, f"<Youtube> {what}"), (7, f"<Tweet> {what}")]


def test_org_plays_a_file_and_links_what_has_words(square: DeckFolder) -> None:
    text = "* A\n#+ATTR_HTML: :poster poster.png :loop true\n[[file:square.webm]]\n* B\n[[https://example.org/a.mp4]]\n"
    page = square.build(text, "a.org")
    (one,) = players(page.html)
    assert 'poster="data:image/png"' in one
    assert " loop" in one
    assert '<a href="https://example.org/a.mp4"' in page.html


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.md", "b.md"])
@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_background_fills_the_slide_and_plays_on_it_alone(
    square: DeckFolder, browser: Browser, name: str, output: str
) -> None:
    page = square.build(DECKS[name], name, format=output)
    shown = browser.new_page(viewport={"width": 1280, "height": 720})
    shown.goto(page.built.output.as_uri())
    shown.wait_for_function("() => document.querySelector('video').readyState > 1")
    assert shown.evaluate("document.querySelector('video').paused")
    shown.keyboard.press("ArrowRight")
    shown.wait_for_function("() => !document.querySelector('video').paused")
    box = shown.locator("video").bounding_box()
    assert box is not None
    assert [round(box[side]) for side in ("x", "y", "width", "height")] == [0, 0, 1280, 720]
    assert shown.get_by_role("heading", name="B").is_visible()
    if name == "a.md":  # slidegen's own look: no single picture says which colour can be read on a video
        shown.wait_for_function("() => document.querySelector('.scrim h2') !== null")
    shown.close()
