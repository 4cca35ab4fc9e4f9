"""The rule `contrast`: text can be read on what is behind it, be it a colour, a gradient or a picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slidegen.checks.colors import LARGE, contrast, least_contrast, over
from slidegen.checks.rule import Finding, Rule, quoted
from slidegen.checks.scene import Hidden, Scene, Text

FAINT: Final = 0.3
"""Text below this opacity is an ornament."""
SLACK: Final = 0.05
INVISIBLE: Final = 1.2
"""Text below this contrast is not seen at all, which is another rule."""


def _find(scene: Scene) -> Iterator[Finding]:
    low: dict[int, tuple[float, Text, float]] = {}
    for text in scene.texts:
        if text.clip or text.quiet or text.opacity < FAINT:
            continue
        least = LARGE if text.dimmed else least_contrast(text.size * scene.usual, text.bold)
        ratio = text_contrast(text, scene)
        if ratio is not None and INVISIBLE <= ratio < least - SLACK:
            before = low.get(text.block)
            if before is None or ratio / least < before[0] / before[2]:
                low[text.block] = (ratio, text, least)
    for ratio, text, least in sorted(low.values(), key=lambda one: one[0] / one[2]):
        yield Finding(
            f"{quoted(text.text)} has a contrast of {ratio:.1f}:1 to what is behind it, and needs {least:g}:1; "
            "change its colour or the background, or put a darker or lighter ground behind it",
            text.text,
        )


def text_contrast(text: Text, scene: Scene) -> float | None:
    """The contrast of a text where it is worst; None if it cannot be told."""
    if text.color is None:
        return None
    color, alpha = text.color[:3], text.color[3] * text.opacity
    flat = [back for back in text.backs if back is not None]
    found = [contrast(over(color, alpha, back), back) for back in flat]
    # What is under a veil is still seen, but not in its own colour.
    veiled = [strongest_at(one, text, scene) for one in text.hidden if one.how != "clipped"]
    found += [ratio for ratio in veiled if ratio >= INVISIBLE]
    if len(flat) < len(text.backs) and not text.hidden:
        pixels = scene.pixels()
        found += [
            worst for rect in text.rects[:8] if (worst := pixels.worst(rect, color, alpha, text.shadow)) is not None
        ]
    return min(found, default=None)


def strongest_at(point: Hidden, text: Text, scene: Scene) -> float:
    """The contrast of what is seen of a text around a point of it; 1 if nothing is seen."""
    em = text.size
    return scene.pixels().strongest(point.x - 0.7 * em, point.y - 0.4 * em, 1.4 * em, 0.8 * em)


RULE: Final = Rule(
    "contrast", "warning", "text has too little contrast to what is behind it, a picture too", _find, of_colors=True
)
