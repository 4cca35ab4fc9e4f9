"""The rule `overlap`: no two texts stand on each other, and none on a picture or a chart that is not its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slidegen.checks.rule import Finding, Rule, quoted
from slidegen.checks.scene import Box, Part, Scene, Text

FAINT: Final = 0.35
"""Text below this opacity is an ornament."""
SHARE: Final = 0.15
"""The share of the smaller text that may be on the other one."""
LEAST: Final = 3.0
"""The pixels by which two texts overlap at least, across and down."""


def _find(scene: Scene) -> Iterator[Finding]:
    # The text on what covers another one is seen where that is not, so that pixels do not tell that it is hidden.
    texts = [
        text
        for text in scene.texts
        if not (text.quiet or text.kind == "furniture" or text.opacity < FAINT)
        and all(point.how == "covered" for point in text.hidden)
    ]
    lines = sorted(
        ((_letters(rect, text), text) for text in texts for rect in text.rects), key=lambda one: (one[0].y, one[0].x)
    )
    seen: set[frozenset[int]] = set()
    for (one, first), (other, second) in _near(lines):
        pair = frozenset((first.block, second.block))
        if len(pair) < 2 or pair in seen or (first.hidden and second.hidden):
            continue
        shared = one.shared(other)
        if min(shared.width, shared.height) < LEAST or shared.area < SHARE * min(one.area, other.area):
            continue
        seen.add(pair)
        yield Finding(
            f"{quoted(first.text)} and {quoted(second.text)} stand on each other; move one of them", second.text
        )
    for part in scene.media:
        for text in texts:
            if not text.hidden and _stands_on(text, part):
                what = f"the picture or chart {quoted(part.name, 60)}" if part.name else "a picture"
                yield Finding(f"{quoted(text.text)} stands on {what}; move one of them", text.text)
                break


def _stands_on(text: Text, part: Part) -> bool:
    """Whether a line of a text is on a picture in front of which the deck did not place it."""
    if part.full or text.drawing == part.id or text.positioned or part.positioned:
        return False
    if text.stack != 0 and text.stack == part.stack:
        return False
    for rect in text.rects:
        letters = _letters(rect, text)
        shared = letters.shared(part.rect)
        if min(shared.width, shared.height) >= LEAST and shared.area >= SHARE * letters.area:
            return True
    return False


def _near(lines: list[tuple[Box, Text]]) -> Iterator[tuple[tuple[Box, Text], tuple[Box, Text]]]:
    """The pairs of lines that share some height."""
    for at, first in enumerate(lines):
        for second in lines[at + 1 :]:
            if second[0].y >= first[0].bottom:
                break
            yield first, second


def _letters(rect: Box, text: Text) -> Box:
    """The part of a line's box that its small letters fill."""
    if text.kind == "math":
        return Box(rect.x, rect.y + 0.4 * rect.height, rect.width, 0.2 * rect.height)
    return Box(rect.x, rect.y + 0.35 * rect.height, rect.width, 0.43 * rect.height)


RULE: Final = Rule("overlap", "mistake", "two texts stand on each other, or one on a picture or chart", _find)
