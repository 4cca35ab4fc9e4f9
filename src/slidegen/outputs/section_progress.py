"""How far a talk has come, for looks that show it: each slide says its section, and the place in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape
from itertools import chain
from typing import Final

BEGINS: Final = re.compile(r'<section\b[^<>]*\bclass="(?:[^"]* )?layout-section(?: [^"]*)?"')
HEADING: Final = re.compile(r"<h([1-6])\b[^<>]*>(?P<text>.*?)</h\1>", re.DOTALL)
TAG: Final = re.compile(r"<[^<>]*>")
SLIDE: Final = '<div class="slide"'


@dataclass(frozen=True, slots=True)
class _Section:
    title: str
    start: int
    end: int


def with_section_progress(stacks: Sequence[Sequence[str]]) -> list[list[str]]:
    """Returns the finished slides with `data-section`, the title, and custom properties: `--section` (from 1),
    `--sections` (how many there are), and `--come` (from 0 to 1, how much of the section is shown with this slide).

    A section begins at each slide with the layout `section`. Slides before the first one, and those that are not in
    slidegen's own form, stay as they are.
    """
    slides = list(chain.from_iterable(stacks))
    sections = list(_sections(slides))
    for number, section in enumerate(sections, start=1):
        for at in range(section.start, section.end):
            come = (at + 1 - section.start) / (section.end - section.start)
            style = f"--section: {number}; --sections: {len(sections)}; --come: {come:.3g}"
            attributes = f' data-section="{escape(section.title)}" style="{style}"'
            slides[at] = slides[at].replace(SLIDE, SLIDE + attributes, 1)
    rest = iter(slides)
    return [[next(rest) for _ in stack] for stack in stacks]


def _sections(slides: Sequence[str]) -> Iterator[_Section]:
    starts = [at for at, html in enumerate(slides) if BEGINS.search(html)]
    for start, end in zip(starts, [*starts, len(slides)][1:], strict=True):
        heading = HEADING.search(slides[start])
        yield _Section(" ".join(unescape(TAG.sub("", heading["text"])).split()) if heading else "", start, end)
