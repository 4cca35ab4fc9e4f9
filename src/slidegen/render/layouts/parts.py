"""Which of a slide's blocks go beside the text, below it, or to the speaker notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from markdown_it.token import Token

from slidegen.model import Layout
from slidegen.render.blocks import blocks, is_image, is_references
from slidegen.render.images import lone_image

IMAGE_LAYOUTS: Final = frozenset({"image-left", "image-right", "image-full"})


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
        if first.type == "footnote_block_open" or is_references(first):
            parts.footnotes.extend(block)
        elif first.type == "container_notes_open":
            parts.notes.extend(block[1:-1])
        elif layout in IMAGE_LAYOUTS and not parts.media and is_image(block):
            parts.media.extend(block)
            image = lone_image(block[1])
            if layout == "image-full" and image is not None and "inline" in str(image.attrGet("class")).split():
                image.attrs["preserveAspectRatio"] = "xMidYMid slice"  # the SVG equivalent of `object-fit: cover`
        else:
            parts.body.extend(block)
    return parts
