"""What can be read on the slides of a deck, and the file that holds it: a digit is small in a picture, but not here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path

from slidegen.browser.deck import OpenDeck

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
NAME = "text.txt"
"""The file of a deck beside its pictures."""


def text_on(deck: OpenDeck) -> str:
    """The text of the slide that a deck shows, as the browser has it: tables, drawings and the slide's number too."""
    return "\n".join(deck.page.evaluate(SCRIPT))


def as_file(slides: Mapping[str, str]) -> str:
    """The texts of a deck's slides by their names, for people to read."""
    return "\n\n".join(f"--- slide {name} ---\n{text}" for name, text in slides.items()) + "\n"


def by_slide(text: str) -> dict[str, str]:
    """What `as_file` wrote, by the names of the slides."""
    parts = re.split(r"^--- slide (.+) ---\n", text, flags=re.MULTILINE)
    return {name: part.rstrip("\n") for name, part in zip(parts[1::2], parts[2::2], strict=True)}


def text_differences(slides: Mapping[str, str], expected: Path) -> list[str]:
    """The lines that are not as in the baseline; none if all are."""
    if not expected.is_file():
        return [f"{expected.name}: there is no baseline"]
    old, new = expected.read_text(encoding="utf-8").splitlines(), as_file(slides).splitlines()
    return list(unified_diff(old, new, "the baseline", "the deck", lineterm="", n=1))
