"""Chooses a slide's layout, and which of its blocks go beside the text, below it, or to the speaker notes."""

from __future__ import annotations

from dataclasses import dataclass

from markdown_it.token import Token

from slidegen.marks import PLACED
from slidegen.model import Layout
from slidegen.render.images import lone_image
from slidegen.resolved import PlacedFigure, PlacedTable, ResolvedText

OUTSIDE_BODY = frozenset({"container_notes_open", "footnote_block_open"})
"""Blocks that are not shown among the others."""
IMAGE_LAYOUTS = frozenset({"image-left", "image-right", "image-full"})


@dataclass(frozen=True, slots=True)
class Parts:
    """The tokens of a slide, grouped by where they go."""

    body: list[Token]
    media: list[Token]
    notes: list[Token]
    footnotes: list[Token]


def split(tokens: list[Token], layout: Layout | None) -> Parts:
    """Separates footnotes, notes and, in the image layouts, the first lone image from the body."""
    parts = Parts([], [], [], [])
    for block in blocks(tokens):
        first = block[0]
        if first.type == "footnote_block_open":
            parts.footnotes.extend(block)
        elif first.type == "container_notes_open":
            parts.notes.extend(block[1:-1])
        elif layout in IMAGE_LAYOUTS and not parts.media and _is_image(block):
            parts.media.extend(block)
            image = lone_image(block[1])
            if layout == "image-full" and image is not None and "inline" in str(image.attrGet("class")).split():
                image.attrs["preserveAspectRatio"] = "xMidYMid slice"  # the SVG equivalent of `object-fit: cover`
        else:
            parts.body.extend(block)
    return parts


def choose(tokens: list[Token], text: ResolvedText, first: bool) -> Layout:
    """Chooses the layout of a slide that does not name one, from the kinds of its blocks."""
    found = [block for block in blocks(tokens) if block[0].type not in OUTSIDE_BODY]
    kinds = [_kind(block, text) for block in found]
    rest = [kind for kind in kinds if kind != "heading"]
    headings = [block[0].tag for block in found if block[0].type == "heading_open"]
    if headings == ["h1"] and kinds[0] == "heading" and len(rest) <= 2 and set(rest) <= {"text"}:
        return "title" if first else "section"
    if headings and not rest:
        return "section"
    for kind, layout in (("columns", "two-columns"), ("table", "table"), ("chart", "chart"), ("code", "code")):
        if kind in rest:
            return layout  # type: ignore[return-value]
    if rest == ["quote"] and not headings:
        return "quote"
    return "content"


def _kind(block: list[Token], text: ResolvedText) -> str:
    first = block[0]
    kinds = {
        "heading_open": "heading",
        "container_columns_open": "columns",
        "table_open": "table",
        "fence": "code",
        "code_block": "code",
        "blockquote_open": "quote",
    }
    if first.type in kinds:
        return kinds[first.type]
    if first.type == "paragraph_open":
        mark = PLACED.pattern.fullmatch(block[1].content.strip())
        placed = text.placed[int(mark[1])] if mark else None
        return "table" if isinstance(placed, PlacedTable) else "chart" if isinstance(placed, PlacedFigure) else "text"
    return first.type


def _is_image(block: list[Token]) -> bool:
    return len(block) == 3 and block[1].type == "inline" and lone_image(block[1]) is not None


def blocks(tokens: list[Token]) -> list[list[Token]]:
    """The top-level blocks, each with all its tokens."""
    found: list[list[Token]] = []
    depth = 0
    for token in tokens:
        if depth == 0:
            found.append([])
        found[-1].append(token)
        depth += token.nesting
    return found
