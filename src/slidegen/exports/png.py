"""Pictures: a PNG for each slide, in an exact size."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from slidegen.exports.base import MADE, Export, ExportJob, text
from slidegen.outputs.target import HEAD_BYTES
from slidegen.progress import Step
from slidegen.rendered import OutputFile

HEADER_BYTES: Final = 33
"""The signature of a PNG and its first chunk, IHDR (PNG specification, 5.2 and 11.2.1)."""
STYLE: Final = """
.progress, .progress-line, .reveal .controls { display: none !important; }
details::details-content { content-visibility: visible !important; }
"""
# The backgrounds of the theme go, those that a slide has of its own stay.
TRANSPARENT: Final = """
html, body, .reveal-viewport,
.marpit :is(section, marp-section):not([style*=";background-color:"], [style*="background-image:url"]) {
  background: transparent !important;
}
"""


def make(job: ExportJob) -> Iterator[OutputFile]:
    """Takes a picture of each chosen slide, with all its fragments. Raises SlidegenError if the browser stops."""
    from playwright.sync_api import Error

    from slidegen.browser.deck import open_deck

    options, deck = job.options, job.deck
    chosen = job.chosen()
    digits = max(3, len(str(len(deck.slides))))
    width = deck.size[0]
    scale = (options.width or width) / width
    browser = job.open_browser()
    try:
        with open_deck(deck.page, size=deck.size, browser=browser, scale=scale) as opened:
            opened.page.add_style_tag(content=STYLE + text("whole.css") + (TRANSPARENT if options.transparent else ""))
            for done, number in enumerate(chosen):
                job.progress(Step("" if done else "taking pictures", deck.name, done, len(chosen)))
                picture = opened.screenshot(number - 1, transparent=options.transparent)
                yield OutputFile(str(job.name / f"{number:0{digits}}.png"), _signed(picture), MADE.encode())
            job.progress(Step("", deck.name, len(chosen), len(chosen)))
    except Error as error:
        raise job.failed(error) from None


def _signed(picture: bytes) -> bytes:
    """The picture with a text chunk that names slidegen (PNG specification, 11.3.3.2)."""
    body = b"tEXt" + b"Software\0" + MADE.encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return picture[:HEADER_BYTES] + chunk + picture[HEADER_BYTES:]


def outdated(job: ExportJob) -> Iterator[Path]:
    """The pictures of slides that the deck no longer has, if slidegen made them."""
    for path in sorted(Path(job.name).glob("*.png")):
        number = re.fullmatch(r"(\d{3,7})\.png", path.name, re.ASCII)
        if number and int(number[1]) > len(job.deck.slides) and path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if MADE.encode() in file.read(HEAD_BYTES):
                    yield path


PNG: Final = Export("png", "-png", make, takes=frozenset({"width", "transparent"}), outdated=outdated)
