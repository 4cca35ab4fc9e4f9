"""Images of the network: refused, fetched, or shown as missing."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from tests.deck_folder import PIXEL, PIXEL_URI, DeckFolder

ANSWERS: dict[str, tuple[int, str, bytes]] = {
    "/a.png": (200, "image/png", PIXEL),
    "/page": (200, "text/html", b"<html>"),
    "/moved": (302, "/a.png", b""),
    "/file": (302, "file:///etc/hostname", b""),
}


class Handler(BaseHTTPRequestHandler):
    """Answers with ANSWERS, and counts."""

    asked: ClassVar[list[str]]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status, kind, body = ANSWERS.get(self.path, (404, "text/plain", b""))
        if self.path == "/broken":
            self.wfile.write(b"nonsense\r\n\r\n")
            return
        self.send_response(status)
        self.send_header("Location" if status == 302 else "Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine: its address, and what it was asked for."""

    class OwnHandler(Handler):
        asked: ClassVar[list[str]] = []

    with ThreadingHTTPServer(("127.0.0.1", 0), OwnHandler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}", OwnHandler.asked
        running.shutdown()


def test_without_being_asked_for_nothing_is_fetched(folder: DeckFolder, server: tuple[str, list[str]]) -> None:
    """The message names both ways out."""
    url, asked = server
    assert folder.slide_problems(f"a\n\n![x]({url}/a.png)") == [
        f"talk.yml:5: slide 1: '{url}/a.png' is on the network; --fetch-remote inlines it, "
        "--allow-remote-missing shows a placeholder"
    ]
    assert asked == []


def test_an_image_is_fetched_once_into_the_file(folder: DeckFolder, server: tuple[str, list[str]]) -> None:
    """Also through a redirection, and into a background."""
    url, asked = server
    page = folder.slide(f"![x]({url}/a.png) ![y]({url}/a.png)\n\n![z]({url}/moved)", remote="fetch-private")
    assert page.body.count(PIXEL_URI) == 3
    assert asked == ["/a.png", "/moved", "/a.png"]
    assert url not in page.html


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/nope", "could not be fetched: the server answered 404 Not Found"),
        ("/page", "is text/html, no image, video, audio or font"),
        ("/broken", "could not be fetched: nonsense"),
    ],
)
def test_what_cannot_be_fetched_is_told(
    folder: DeckFolder, server: tuple[str, list[str]], path: str, message: str
) -> None:
    """With what the server said."""
    url, _ = server
    (told,) = folder.slide_problems(f"![x]({url}{path})", remote="fetch-private")
    assert told.startswith(f"talk.yml:3: slide 1: '{url}{path}' {message}")


def test_a_redirection_does_not_reach_the_files_of_this_machine(
    folder: DeckFolder, server: tuple[str, list[str]]
) -> None:
    """Whatever the server says."""
    url, _ = server
    (told,) = folder.slide_problems(f"![x]({url}/file)", remote="fetch-private")
    assert "could not be fetched" in told


def test_a_server_that_is_not_there_is_told(folder: DeckFolder) -> None:
    """In one line."""
    (told,) = folder.slide_problems("![x](http://127.0.0.1:9/a.png)", remote="fetch-private")
    assert told.startswith("talk.yml:3: slide 1: 'http://127.0.0.1:9/a.png' could not be fetched: ")


@pytest.mark.parametrize("url", ["http://[::1/a.png", "http://x y/a.png", "http:///a.png", "http://\u00e9\u0000/a.png"])
def test_an_address_that_is_none_is_told(folder: DeckFolder, url: str) -> None:
    """Not as a crash of the network library."""
    if "\0" in url:
        url = "http://&#0;x/a.png"
    (told,) = folder.slide_problems(f"<img src='{url}'>", remote="fetch-private")
    assert "could not be fetched: " in told


def test_a_missing_image_is_shown_as_such(folder: DeckFolder) -> None:
    """With its description and address, and nothing that would be loaded; a background is crossed out."""
    page = folder.build(
        "slides:\n- content: '![a <b>](http://x/a.png) ![](//x/b.png)'\n  background: http://x/c.png\n",
        remote="placeholder",
    )
    assert (
        '<span class="placeholder" role="img" aria-label="a &lt;b&gt;">a &lt;b&gt;: not in this file (http://x/a.png)</span>'
        in page.body
    )
    assert "not in this file: //x/b.png</span>" in page.body
    assert 'src="http' not in page.slides
    assert 'data-background-image="data:image/svg+xml;base64,' in page.slides
    assert base64.b64decode(page.slides.partition("svg+xml;base64,")[2].partition('"')[0]).startswith(b"<svg ")


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_images_of_a_markdown_deck_are_fetched(folder: DeckFolder, server: tuple[str, list[str]], output: str) -> None:
    """In the text, as a background, in a directive and in a style; each address once."""
    url, asked = server
    deck = (
        f"<!-- _backgroundImage: url({url}/a.png) -->\n![]({url}/a.png)\n\n---\n\n![bg left]({url}/a.png)\n\n---\n\n"
        f"<style scoped>p {{ background: url({url}/a.png) }}</style>\n\na\n"
    )
    page = folder.build(deck, "talk.md", format=output, remote="fetch-private")
    assert page.html.count(PIXEL_URI) == 4
    assert asked == ["/a.png"]
    assert url not in page.html
