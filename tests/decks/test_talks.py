"""What the talk on quantization promises: no result is typed into it, and it is as long as a talk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

TALK = Path(__file__).parents[2] / "slides" / "quantization.yml"
NOT_TYPED = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}"  # asked of the tables
    r"|^\[\^\w+\]:[^\n]*"  # a footnote: where a paper says what
    r"|\$\$.*?\$\$|```.*?```|https?://\S+|\{[^{}]*\}",  # formulas, code, addresses, attributes
    re.DOTALL | re.MULTILINE,
)
RESULT = re.compile(r"\d+[.,]\d+|\d+ ?%|\d+ ?[GM]i?B\b")
ALLOWED = {"4.5": "the budget that a sentence asks about", "48 GB": "the card of the QLoRA paper"}


def slides(node: Any) -> Iterator[dict[str, Any]]:
    """All slides, those of vertical stacks too."""
    for slide in node:
        if isinstance(slide, list):
            yield from slides(slide)
        else:
            yield {"content": slide} if isinstance(slide, str) else slide


def test_no_result_is_typed_into_the_talk() -> None:
    """Neither on a slide nor in the notes; a decimal, a percentage or a size is what a result looks like."""
    found = []
    for slide in slides(yaml.safe_load(TALK.read_text(encoding="utf-8"))["slides"]):
        for text in (slide["content"], slide.get("notes", "")):
            found += [number for number in RESULT.findall(NOT_TYPED.sub("", text)) if number not in ALLOWED]
    assert found == []


def test_the_talk_has_more_than_twenty_slides_with_notes() -> None:
    """A speaker is not left alone on any."""
    talk = list(slides(yaml.safe_load(TALK.read_text(encoding="utf-8"))["slides"]))
    assert len(talk) >= 20
    assert all(slide.get("notes", "").strip() for slide in talk)
