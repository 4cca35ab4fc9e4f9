"""Video, audio and frames: inside the file, and played only while their slide is shown."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.deck_folder import PIXEL, DeckFolder

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SQUARE = Path(__file__).parent / "clips/square.webm"
"""A square that moves for a second: 160 by 90 pixels, recorded from a canvas."""
PLAYER = re.compile(r"<(?:video|audio)\b[^>]*>(?:<track[^>]*>)?")


def players(html: str) -> list[str]:
    """The players in HTML, without their data."""
    return [re.sub(r'(data:[\w/]+)[^"#]*', r"\1", one) for one in PLAYER.findall(html)]


@pytest.fixture
def clips(folder: DeckFolder) -> DeckFolder:
    """A folder with a video, its poster and its captions."""
    folder.write("square.webm", SQUARE.read_bytes())
    folder.write("sound.mp3", b"ID3")
    folder.write("poster.png", PIXEL)
    folder.write("said.vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n")
    return folder


def test_a_picture_of_a_clip_is_a_player(clips: DeckFolder) -> None:
    """With the options in braces; the alternative text is its name, and a title its caption."""
    options = "poster=poster.png start=0.2 loop=true muted=true autoplay=true captions=said.vtt"
    page = clips.slide(f'![A square](square.webm "Moves"){{{options}}}')
    assert players(page.body) == [
        '<video src="data:video/webm#t=0.2" preload="metadata" poster="data:image/png" aria-label="A square" '
        'loop muted playsinline data-play><track kind="captions" default src="data:text/vtt">'
    ]
    assert "<figcaption>Moves</figcaption>" in page.body
    assert page.built.warnings == ()


def test_sound_has_controls(clips: DeckFolder) -> None:
    page = clips.slide("![A tone](sound.mp3)")
    assert players(page.body) == ['<audio src="data:audio/mpeg" preload="metadata" aria-label="A tone" controls>']


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize(
    ("name", "head"),
    [("a.md", "---\nmarp: true\n---\n"), ("b.md", "---\ndialect: reveal\n---\n"), ("a.qmd", "## A\n\n")],
)
def test_in_every_dialect(clips: DeckFolder, name: str, head: str, output: str) -> None:
    """A clip of the deck's own HTML does not start when the page is opened, but with its slide."""
    text = f'{head}![](square.webm)\n\n<video src="square.webm" autoplay poster="poster.png"></video>\n'
    page = clips.build(text, name, format=output)
    first, second = players(page.html)
    assert 'src="data:video/webm"' in first
    assert "controls" in first
    assert " autoplay" not in second
    assert "data-play" in second


def test_a_video_without_a_poster_is_told(clips: DeckFolder) -> None:
    """For paper shows an empty box."""
    (warning,) = clips.slide("text\n\n![](square.webm)").built.warnings
    assert warning.line == 5
    assert "the video has no poster" in warning.message


def test_a_local_page_is_in_a_frame_that_may_do_nothing(folder: DeckFolder) -> None:
    """It has no origin, and no right but to run scripts that the policy of the page allows."""
    folder.write("a.html", '<title>A & B</title><p class="x">Hello</p>')
    page = folder.slide('<iframe src="a.html" sandbox="allow-scripts allow-same-origin" onload="x()"></iframe>')
    (found,) = re.findall(r"<iframe[^>]*>", page.body)
    assert 'title="A &amp; B"' in found
    assert 'sandbox="allow-scripts"' in found
    assert 'srcdoc="&lt;title&gt;' in found.replace("<", "&lt;").replace(">", "&gt;")
    assert "onload" not in found
    assert "print-color-adjust:exact" in found  # its backgrounds are on paper, too
    assert 'sandbox=""' in folder.slide('<iframe src="a.html"></iframe>').body


def test_what_a_page_in_a_frame_loads_is_told(folder: DeckFolder) -> None:
    folder.write("a.html", '<script src="plot.js"></script>')
    (warning,) = folder.slide('<iframe src="a.html"></iframe>').built.warnings
    assert "what 'a.html' loads is not in this file" in warning.message


@pytest.mark.slow
@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_clip_plays_while_its_slide_is_shown(clips: DeckFolder, browser: Browser, output: str) -> None:
    """And stops when it is left. A script in a frame does not run."""
    clips.write("a.html", "<p>Hello</p><script>document.body.textContent = 'ran'</script>")
    clip = "![](square.webm){autoplay=true muted=true loop=true poster=poster.png}"
    frame = '<iframe src="a.html" sandbox="allow-scripts"></iframe>'
    page = clips.build(f"slides:\n- first\n- '{clip}'\n- '{frame}'\n", format=output)
    shown = browser.new_page()
    shown.goto(page.built.output.as_uri())
    playing = "() => document.querySelector('video').paused === {}"
    shown.wait_for_function(playing.format("true"))
    shown.keyboard.press("ArrowRight")
    shown.wait_for_function("() => document.querySelector('video').style.getPropertyValue('--ratio')")
    box = shown.locator("video").bounding_box()
    assert box is not None
    assert box["width"] / box["height"] == pytest.approx(16 / 9, rel=0.01)  # its bar is as wide as its picture
    shown.wait_for_function(
        "() => !document.querySelector('video').paused && document.querySelector('video').currentTime > 0"
    )
    shown.keyboard.press("ArrowRight")
    shown.wait_for_function(playing.format("true"))
    assert shown.frame_locator("iframe").locator("body").inner_text() == "Hello"
    shown.close()


def test_a_page_outside_the_project_is_a_mistake(folder: DeckFolder) -> None:
    (found,) = folder.slide_problems('<iframe src="../a.html"></iframe>')
    assert found.startswith("talk.yml:3: slide 1: <iframe>: '../a.html' is outside the deck's folder")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"<html>\nnot found", "it begins with '<html>\\nnot found'"),
        (b"ftyp", "it begins with 'ftyp'"),
    ],
)
def test_what_is_no_clip_is_told(clips: DeckFolder, content: bytes, said: str) -> None:
    """A download that failed has the name of a clip, too."""
    clips.write("a.mp4", content)
    (warning,) = clips.slide("![](a.mp4){poster=poster.png}").built.warnings
    assert (warning.line, warning.message) == (3, f"slide 1: 'a.mp4' is not a video or audio: {said}")


@pytest.mark.parametrize(
    "head",
    [b"\0\0\0 ftypisom", b"\x1aE\xdf\xa3", b"OggS", b"RIFF\0\0\0\0WAVE", b"ID3", b"\xff\xfb", b"\0\0\xff\xf3", b"fLaC"],
)
def test_clips_of_all_kinds_are_known(clips: DeckFolder, head: bytes) -> None:
    """By their first bytes, whatever their names say: browsers look at these, too."""
    clips.write("a.mp3", head)
    assert clips.slide("![](a.mp3)").built.warnings == ()


def test_part_of_a_clip(clips: DeckFolder) -> None:
    """As the W3C's Media Fragments write it."""
    page = clips.slide('<video src="square.webm#t=0.2,0.6" poster="poster.png"></video>')
    assert re.search(r'src="data:video/webm;base64,[^"#]*#t=0\.2,0\.6"', page.body)


@pytest.mark.parametrize("written", ["../a.webm", "out.webm", "https://example.org/a.webm", "//example.org/a.webm"])
@pytest.mark.parametrize("form", ["![](%s)", "<video><source src='%s'></video>", "![](square.webm){poster=%s}"])
def test_clips_come_from_the_project(
    clips: DeckFolder, tmp_path_factory: pytest.TempPathFactory, written: str, form: str
) -> None:
    """Not from beside it, not through a link, not from the network."""
    outside = tmp_path_factory.mktemp("outside") / "a.webm"
    outside.write_bytes(SQUARE.read_bytes())
    (clips.path / "out.webm").symlink_to(outside)
    (clips.path.parent / "a.webm").write_bytes(SQUARE.read_bytes())
    (found,) = clips.slide_problems(form % written, inline_media=0)
    assert found.startswith(f"talk.yml:3: slide 1: '{written}' is o")


def test_a_drawing_as_a_poster_runs_nothing(clips: DeckFolder) -> None:
    """A browser shows it as a picture, in which no script runs; it stays in the attribute."""
    clips.write("p.svg", '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    page = clips.slide("![](square.webm){poster=p.svg}")
    assert 'poster="data:image/svg+xml;base64,' in page.body
    assert "<script>alert" not in page.html


@pytest.mark.parametrize("head", ["", "---\nvars: {n: 4}\n---\n\n"])
def test_quartos_shortcodes(clips: DeckFolder, head: str) -> None:
    """A local video plays; icons are Lucide's, by its names and by those of Font Awesome. Where a deck has values,
    shortcodes are no expressions."""
    text = """\
        ## A {{< fa rocket title="Go" >}} {{< iconify lucide:cpu >}} {{< bi envelope >}}

        {{< video square.webm title="A & b" start="0.5" >}}

        {{< qrcode https://example.org width=20 height=20 >}}

        See {{< video https://youtu.be/x title="the talk" >}}
        """
    page = clips.build(head + textwrap.dedent(text), "a.qmd")
    (one,) = players(page.html)
    assert 'src="data:video/webm#t=0.5"' in one
    assert 'aria-label="A &amp; b"' in one
    assert page.slides.count('<svg class="sg-icon"') == 3
    assert 'role="img" aria-label="Go"' in page.slides
    assert 'role="img" aria-label="QR code: https://example.org"' in page.slides
    assert re.search(r'<a href="https://youtu.be/x"[^>]*>the talk</a>', page.slides)


def test_a_qr_code_of_quarto_that_is_too_long_has_its_line(folder: DeckFolder) -> None:
    (problem,) = folder.problems(f"## A\n\nb\n\n{{{{< qrcode {'x' * 1001} >}}}}\n", "b.qmd")
    assert problem == "b.qmd:5: qrcode: the text of a QR code has 1,001 bytes; at most 1,000"
