"""The rule `margins`: content keeps out of the margins, the footer, the slide number and the logo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slidegen.checks.rule import Finding, Rule, quoted
from slidegen.checks.scene import FULL, Box, Scene

SLACK: Final = 8.0
"""How far content may reach into a margin, in pixels: the box of a letter is larger than the letter."""
TOUCH: Final = 3.0
"""How far content may reach into the box of the footer, the number or the logo."""


def _find(scene: Scene) -> Iterator[Finding]:
    if scene.layout in FULL:
        return
    furniture = [(text.rects, "the footer") for text in scene.texts if text.kind == "furniture"]
    furniture += [((number,), "the slide number") for number in scene.numbers]
    furniture += [((logo,), "the logo") for logo in scene.logos]
    placed: list[tuple[Box, str, bool, str]] = [
        (_inked(rect), quoted(text.text), text.positioned, text.text)
        for text in scene.texts if text.kind != "furniture" and not text.quiet
        for rect in text.rects
    ]  # fmt: skip
    placed += [
        (
            part.rect,
            f"the picture or chart {quoted(part.name)}" if part.name else "a picture",
            part.positioned,
            part.name,
        )
        for part in scene.media
        if not part.full
    ]
    found = []
    for rect, what, positioned, text in placed:
        for rects, name in furniture:
            by = max((min(one.width, one.height) for one in map(rect.shared, rects)), default=0.0)
            if by > TOUCH:
                found.append((by + 100, f"{what} stands on {name}; shorten the content or move it", text))
        if not positioned:
            by, side = max(_beyond(rect, scene.content))
            if by > SLACK and not _is_off(rect, scene):
                told = f"{what} reaches {by:.0f} px into the {side} margin; shorten the content"
                found.append((by, told, text))
    for _, message, text in sorted(found, key=lambda one: -one[0]):
        yield Finding(message, text)


def _inked(rect: Box) -> Box:
    """The part of a line's box in which its letters stand."""
    return Box(rect.x, rect.y + 0.15 * rect.height, rect.width, 0.72 * rect.height)


def _beyond(rect: Box, content: Box) -> Iterator[tuple[float, str]]:
    yield content.x - rect.x, "left"
    yield content.y - rect.y, "top"
    yield rect.right - content.right, "right"
    yield rect.bottom - content.bottom, "bottom"


def _is_off(rect: Box, scene: Scene) -> bool:
    """Whether something runs off the slide, which is another rule."""
    return rect.x < -1.5 or rect.y < -1.5 or rect.right > scene.width + 1.5 or rect.bottom > scene.height + 1.5


RULE: Final = Rule(
    "margins", "warning", "text or a picture stands in the margins, on the footer, the slide number or the logo", _find
)
