"""Which cells stand on which slide: by the slide types of the cells, as nbconvert's slides have them, or else by
headings and rulers, as in plain Markdown decks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from slidegen.scan import block_tokens
from slidegen.sources.notebook.cells import joined, trimmed, wrapped
from slidegen.sources.notebook.format import Cell
from slidegen.sources.plain import DEEPEST
from slidegen.sources.translation import Line
from slidegen.sources.translation.words import attribute

TYPES: Final = ("slide", "subslide", "fragment", "skip", "notes")
HEADINGS: Final = frozenset(f"h{level}" for level in range(1, DEEPEST + 1))

ANCHOR: Final = re.compile(r"[ ]{0,3}(?:<a\s[^<>]*\b(?:id|name)\s*=[^<>]*>\s*</a>\s*)+(?:<br\s*/?>\s*)?", re.IGNORECASE)
"""A line that only gives the next heading a name."""

Shown = tuple[Cell, list[Line]]
"""A cell and its lines."""


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of a cell or of a fragment; `split` says that they take half of the slide's width."""

    lines: list[Line]
    split: bool = False


@dataclass(slots=True)
class Part:
    """A slide in the making: its `blocks`, the speaker's notes, and the attributes that its first cell gives it."""

    line: int
    below: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    notes: list[list[Line]] = field(default_factory=list)

    @property
    def content(self) -> list[Line]:
        """All of its blocks, those that RISE splits the slide for two by two beside each other."""
        found: list[list[Line]] = []
        left: list[Line] = []
        for block in filter(lambda one: one.lines, self.blocks):
            if left and block.split:
                found[-1] = wrapped(joined([wrapped(left, "column"), wrapped(block.lines, "column")]), "columns")
                left = []
            else:
                found.append(block.lines)
                left = block.lines if block.split else []
        return joined(found)


def slide_type(cell: Cell) -> str:
    """The slide type of a cell; "-" if it goes on with the slide before it."""
    kind = cell.mapping("slideshow").get("slide_type")
    return kind if kind in TYPES else "-"


def by_types(shown: Sequence[Shown]) -> list[list[Part]]:
    """The stacks of a notebook whose cells have slide types: the first cell that is seen begins a slide, whatever its
    type; a fragment goes on until the next one or the slide's end; notes before the first slide are its notes."""
    stacks: list[list[Part]] = []
    early: list[list[Line]] = []
    fragment: list[Block] | None = None
    attributes = ""

    def close() -> None:
        nonlocal fragment
        if fragment is not None and (lines := joined([block.lines for block in fragment])):
            split = all(block.split for block in fragment)
            stacks[-1][-1].blocks.append(Block(wrapped(lines, "fragment", attributes), split))
        fragment = None

    for cell, lines in shown:
        kind = slide_type(cell)
        if kind == "skip":
            continue
        if kind == "notes":
            (stacks[-1][-1].notes if stacks else early).append(lines)
            continue
        if not stacks or kind in ("slide", "subslide"):
            close()
            part = Part(cell.line, kind == "subslide" and bool(stacks), _data(cell), [], early)
            early = []
            if part.below:
                stacks[-1].append(part)
            else:
                stacks.append([part])
        elif kind == "fragment":
            close()
            fragment, attributes = [], _attributes(_data(cell))
        block = Block(lines, cell.metadata.get("cell_style") == "split")
        (stacks[-1][-1].blocks if fragment is None else fragment).append(block)
    close()
    return stacks


def by_headings(shown: Sequence[Shown]) -> list[list[Part]]:
    """The stacks of a notebook without slide types, one slide each: rulers begin slides, or else headings do."""
    ruled = any(cell.kind == "markdown" and any(tag == "hr" for tag, *_ in _marks(lines)) for cell, lines in shown)
    part = Part(shown[0][0].line if shown else 1)
    parts = [part]
    for cell, lines in shown:
        at = 0
        for tag, start, end in _marks(lines) if cell.kind == "markdown" else ():
            if ruled == (tag != "hr"):
                continue
            if not ruled:
                start = _before_anchors(lines, at, start)
            part.blocks.append(Block(trimmed(lines[at:start])))
            at = end if ruled else start
            anchors = [] if ruled else _taken_anchors(part)
            if ruled or part.content:
                part = Part(lines[at].number if at < len(lines) else cell.last)
                parts.append(part)
            part.blocks += anchors
        part.blocks.append(Block(trimmed(lines[at:])))
    return [[part] for part in parts if part.content]


def _before_anchors(lines: Sequence[Line], first: int, start: int) -> int:
    """Where a heading begins with the anchors right above it, which links to it name."""
    at = start
    while at > first and (not lines[at - 1].text.strip() or ANCHOR.fullmatch(lines[at - 1].text)):
        at -= 1
    return at if any(line.text.strip() for line in lines[at:start]) else start


def _taken_anchors(part: Part) -> list[Block]:
    """The last blocks of a slide that only hold anchors, taken from it."""
    at = len(part.blocks)
    while at and all(ANCHOR.fullmatch(line.text) or not line.text.strip() for line in part.blocks[at - 1].lines):
        at -= 1
    taken = part.blocks[at:]
    del part.blocks[at:]
    return [block for block in taken if block.lines]


def _marks(lines: Sequence[Line]) -> Iterator[tuple[str, int, int]]:
    """The rulers and the headings on the top level that may begin a slide, with their rows."""
    text = "\n".join(line.text for line in lines)
    for token in block_tokens(text):
        of_slides = token.nesting >= 0 and (token.type == "hr" or token.tag in HEADINGS)
        if of_slides and token.level == 0 and token.map is not None:
            yield token.tag, token.map[0], token.map[1]


def _data(cell: Cell) -> Mapping[str, Any]:
    """The attributes that nbconvert gives to the slide or the fragment of a cell."""
    found = cell.mapping("slideshow").get("data")
    if not isinstance(found, dict):
        return {}
    return {key.replace("_", "-"): value for key, value in found.items() if isinstance(value, (str, int, float))}


def _attributes(data: Mapping[str, Any]) -> str:
    """The attributes of a fragment in braces."""
    given = [f"data-{key}={attribute(str(value))}" for key, value in data.items() if _is_name(key)]
    return f" {{{' '.join(given)}}}" if given else ""


def _is_name(key: str) -> bool:
    return key.replace("-", "").isalnum() and key.isascii()


def slide_options(data: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a slide whose cell has these attributes."""
    background = {
        key.removeprefix("background-"): value
        for key, value in data.items()
        if key.removeprefix("background-") in ("color", "gradient", "image", "size", "position", "repeat", "opacity")
        and key.startswith("background-")
    }
    found: dict[str, Any] = {"background": background} if background else {}
    if isinstance(data.get("transition"), str):
        found["transition"] = data["transition"]
    if "auto-animate" in data:
        found["auto_animate"] = str(data["auto-animate"]).lower() != "false"
    taken = {"transition", "auto-animate", *(f"background-{key}" for key in background)}
    rest = {f"data-{key.lower()}": value for key, value in data.items() if key not in taken and _is_name(key)}
    return found | ({"attributes": rest} if rest else {})
