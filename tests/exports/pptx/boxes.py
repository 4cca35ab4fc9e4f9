"""Where the shapes of a presentation stand, as python-pptx reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

PIXEL = 9525  # EMU, at 96 pixels to the inch


def misplaced(file: Any) -> Iterator[str]:
    """The texts, tables and pictures that run off their slide or stand on another one. Panels are grounds, and the
    numbers of lines stand on that of their code."""
    for number, slide in enumerate(file.slides, start=1):
        shapes = [one for one in slide.shapes if not one.name.startswith(("Panel", "Code line numbers"))]
        for index, one in enumerate(shapes):
            right, bottom = one.left + one.width, one.top + one.height
            if min(one.left, one.top) < 0 or right > file.slide_width + PIXEL or bottom > file.slide_height + PIXEL:
                yield f"slide {number}: {one.name} runs off"
            for other in shapes[index + 1 :]:
                across = min(right, other.left + other.width) - max(one.left, other.left)
                down = min(bottom, other.top + other.height) - max(one.top, other.top)
                if across >= 2 * PIXEL and down >= 2 * PIXEL:
                    yield f"slide {number}: {one.name} stands on {other.name}"
