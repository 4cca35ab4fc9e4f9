"""Reads the info line of a fence in pandoc's Markdown: a language, attributes, a raw format, or an engine."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from slidegen.pandoc.attributes import read_attributes

RAW: Final = re.compile(r"\s*\{=\s*(?P<format>[\w-]+)\s*\}\s*$")
HTML: Final = frozenset({"html", "html5", "html4", "revealjs"})
"""Raw formats that pandoc keeps in a page of reveal.js."""
STEPS: Final = re.compile(r"\{(?P<lines>(?:[\d\s,|*-]|all)+)\}")
"""The lines of slidegen's steps, ``{1|3-5}``, which pandoc's attributes do not have."""
CLASS: Final = re.compile(r"\s*\.?(?P<language>[^\s{}.=]+)\s*")


@dataclass(frozen=True, slots=True)
class Fence:
    """The language of a block, its other classes, its attributes, and the steps of its lines."""

    language: str = ""
    classes: tuple[str, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    steps: str = ""


def raw_format(info: str) -> str | None:
    """Returns the format of a raw block; None for another block."""
    match = RAW.match(info)
    return None if match is None else match["format"].lower()


def left_out_format(info: str) -> str | None:
    """Returns the format of a raw block that cannot be shown on a slide; None for any other block."""
    kind = raw_format(info)
    return None if kind in HTML else kind


def read_info(info: str) -> Fence:
    """Reads ``{.python #id key=value}``, ``python`` or ``python {key=value}``; words after a language are dropped."""
    start = info.find("{")
    word = CLASS.match(info) if start != 0 else None
    read = read_attributes(info, start) if start >= 0 else None
    attributes = {} if read is None else dict(read[0])
    classes = attributes.pop("class", "").split()
    if word is not None:
        classes.insert(0, word["language"])
    steps = STEPS.search(info)
    return Fence(classes[0] if classes else "", tuple(classes[1:]), attributes, "" if steps is None else steps["lines"])
