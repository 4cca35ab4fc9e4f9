"""How far a talk has come, for looks that show it: each slide says its section, and the place in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape
from itertools import chain
from typing import Final

BEGINS: Final = re.compile(r'<section\b[^<>]*\bclass="(?:[^"]* )?layout-section(?: [^"]*)?"')
LEAD: Final = re.compile(r'<(?:marp-)?section\b[^<>]*\bclass="(?:[^"]* )?lead(?: [^"]*)?"')
OF_MARP: Final = re.compile(r'(?P<head><(?:marp-)?section\b[^<>]*? style=")(?P<style>--paginate|--class|--theme)')
"""A slide of marp-core, which has a style of its own."""
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

    A section begins at each slide with the layout `section`, in a deck in Marp's dialect at each slide of the class
    `lead` after the first slide. Slides before the first one stay as they are.
    """
    slides = list(chain.from_iterable(stacks))
    sections = list(_sections(slides))
    for number, section in enumerate(sections, start=1):
        for at in range(section.start, section.end):
            come = (at + 1 - section.start) / (section.end - section.start)
            style = f"--section: {number}; --sections: {len(sections)}; --come: {come:.3g}"
            slides[at] = _told(slides[at], section.title, style)
    rest = iter(slides)
    return [[next(rest) for _ in stack] for stack in stacks]


def _begins(html: str, first: bool) -> bool:
    return bool(BEGINS.search(html)) if SLIDE in html else not first and bool(LEAD.search(html))


def _told(html: str, title: str, style: str) -> str:
    """A slide that says its section."""
    told = f'data-section="{escape(title)}"'
    if SLIDE in html:
        return html.replace(SLIDE, f'{SLIDE} {told} style="{style}"', 1)

    def marked(found: re.Match[str]) -> str:
        head = found["head"].removesuffix('style="')
        return f'{head}{told} style="{style}; {found["style"]}'

    return OF_MARP.sub(marked, html, count=1)


def _sections(slides: Sequence[str]) -> Iterator[_Section]:
    starts = [at for at, html in enumerate(slides) if _begins(html, at == 0)]
    for start, end in zip(starts, [*starts, len(slides)][1:], strict=True):
        heading = HEADING.search(slides[start])
        yield _Section(" ".join(unescape(TAG.sub("", heading["text"])).split()) if heading else "", start, end)
