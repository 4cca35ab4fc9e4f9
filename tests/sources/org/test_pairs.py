"""Org and the Markdown that it is translated to, pair by pair (`pairs/*.txt`, written by hand)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sources.org.translating import content, notes, translated

PAIRS = Path(__file__).parent / "pairs"


def pairs(name: str) -> Iterator[tuple[str, str, str]]:
    """The pairs of a file: what each is about, the org, the Markdown."""
    text = (PAIRS / name).read_text(encoding="utf-8")
    for pair in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]:
        about, _, rest = pair.partition("\n")
        org, markdown = re.split(r"^---[ ]?\n", rest, maxsplit=1, flags=re.MULTILINE)
        yield about, org, markdown.removesuffix("\n")


def cases(*names: str) -> list[object]:
    """The pairs of some files as parameters of a test."""
    return [pytest.param(org, markdown, id=about) for name in names for about, org, markdown in pairs(name)]


@pytest.mark.parametrize(("org", "markdown"), cases("words.txt", "blocks.txt"))
def test_what_stands_on_a_slide(org: str, markdown: str) -> None:
    """The Markdown below the heading; nothing is lost."""
    deck = translated(f"#+OPTIONS: toc:nil num:nil\n* Slide\n{org}")
    assert content(deck.stacks[-1][-1]).removeprefix("## Slide").strip("\n") == markdown.strip("\n")
    assert deck.losses == ()


@pytest.mark.parametrize(("org", "markdown"), cases("slides.txt"))
def test_what_slides_a_file_has(org: str, markdown: str) -> None:
    """All slides: `-----` begins a stack, `- - -` the slide below, `Note:` the notes; options stand in a first line."""
    deck = translated(org)
    shown = []
    for stack in deck.stacks:
        slides = []
        for slide in stack:
            options = f"{dict(slide.options)}\n" if slide.options else ""
            said = f"\nNote:\n{notes(slide)}" if slide.notes else ""
            slides.append(f"{options}{content(slide)}{said}".strip("\n"))
        shown.append("\n- - -\n".join(slides))
    assert "\n-----\n".join(shown) == markdown.strip("\n")
