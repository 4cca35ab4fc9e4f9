"""A folder in which a test writes decks and builds them, as a user would with ``slidegen build --offline``."""

from __future__ import annotations

import base64
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slidegen.errors import SlidegenError
from slidegen.pipeline import BuildOptions, Built, build

MODEL = "Qwen/Qwen2-1.5B"
"""A model of the catalogue. The EuroPython 2024 talk gives 11.50 GiB for its full fine-tuning."""

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A PNG of one pixel."""
PIXEL_URI = f"data:image/png;base64,{base64.b64encode(PIXEL).decode()}"

WAYS = ", or make a folder that holds both the root: by --root DIR, or by a slidegen.toml in that folder"
"""How a message about a file outside the deck's folder ends."""

SLIDES = re.compile(r'<div class="slides">\n(.*?)</div></div>\n<script type="application/json"', re.DOTALL)
AFTER_BODY = '<div class="media">|<ol class="footnotes[" ]|<footer class="slide-footer">|</div>\n?(?:<aside|</section>)'
BODY = re.compile(rf'<div class="body">\n(.*?)</div>\n(?:{AFTER_BODY})', re.DOTALL)
NOTES = re.compile(r'<aside class="notes">(.*?)</aside>', re.DOTALL)
PROVENANCE = re.compile(r' data-(?!value)[a-z]+="[^"]*"| title="[^"]*textbook[^"]*"')


@dataclass(frozen=True, slots=True)
class Page:
    """A built deck: the whole file, and what was written."""

    html: str
    built: Built

    @property
    def slides(self) -> str:
        """The HTML of all slides."""
        found = SLIDES.search(self.html)
        assert found is not None
        return found[1]

    @property
    def bodies(self) -> list[str]:
        """The HTML of each slide's text."""
        return [body.strip() for body in BODY.findall(self.slides)]

    @property
    def body(self) -> str:
        """The HTML of the only slide's text."""
        (body,) = self.bodies
        return body

    @property
    def notes(self) -> list[str]:
        """The HTML of each slide's notes."""
        return [notes.strip() for notes in NOTES.findall(self.slides)]


def without_icons(html: str) -> str:
    """HTML without the icons of callouts."""
    return re.sub('<svg class="callout-icon".*?</svg>', "", html)


def without_transcript(html: str) -> str:
    """A page without the deck as text, which stands before the slides."""
    return re.sub('<dialog class="sg-dialog sg-transcript".*?</dialog>', "", html, flags=re.DOTALL)


def without_provenance(html: str) -> str:
    """HTML without what every computed value says of its origin, but for its exact value."""
    return PROVENANCE.sub("", html)


class DeckFolder:
    """Builds decks in one folder, offline; messages name files relative to it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, content: str | bytes) -> Path:
        """Writes a file, with its folders."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def build(self, deck: str | bytes, name: str = "talk.yml", **options: Any) -> Page:
        """Builds a deck of this text."""
        path = self.write(name, deck if isinstance(deck, bytes) else textwrap.dedent(deck))
        options = {"offline": True, "folder": self.path / "build", **options}
        built = build(str(path), BuildOptions(**options))
        return Page(built.output.read_text(encoding="utf-8"), built)

    def slide(self, markdown: str, head: str = "", **options: Any) -> Page:
        """Builds a deck of one slide; `head` are the deck's other keys; the text starts on line 3 after them."""
        text = textwrap.indent(textwrap.dedent(markdown).strip("\n"), "    ")
        return self.build(f"{textwrap.dedent(head)}slides:\n  - |\n{text}\n", **options)

    def problems(self, deck: str | bytes, name: str = "talk.yml", **options: Any) -> list[str]:
        """The messages of a deck that must not build; nothing may have been written."""
        try:
            self.build(deck, name, **options)
        except SlidegenError as error:
            assert not (self.path / "build").exists()
            assert not list(self.path.glob("*.record.json"))
            return [str(problem).replace(f"{self.path}/", "") for problem in error.problems]
        raise AssertionError("the deck was built")

    def slide_problems(self, markdown: str, head: str = "", **options: Any) -> list[str]:
        """The messages of a deck of one slide, likewise."""
        text = textwrap.indent(textwrap.dedent(markdown).strip("\n"), "    ")
        return self.problems(f"{textwrap.dedent(head)}slides:\n  - |\n{text}\n", **options)
