"""The key of a figure, for series that cannot be labelled directly: swatches in a row above the plot."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from slidegen.figures.axes import MIDDLE, SIZE
from slidegen.figures.svg import tag, text
from slidegen.figures.type import text_width

GAP, SWATCH, LINE = 28.0, 26.0, 28.0


def key_row(
    names: Sequence[str], swatch: Callable[[int, float, float], str], right: float, wide: float = SWATCH
) -> tuple[str, float]:
    """Draws the key from the left edge to `right` in as many lines as it needs. Returns it with its height. `swatch`
    draws the swatch of a series, `wide` pixels wide, given the middle of its left end."""
    x, y = 0.0, 15.0
    parts = []
    for index, name in enumerate(names):
        width = wide + 8 + text_width(name, SIZE)
        if x > 0 and x + width > right:
            x, y = 0.0, y + LINE
        parts.append(swatch(index, x, y - MIDDLE) + text(x + wide + 8, y, name))
        x += width + GAP
    return tag("g", *parts), y + 20.0
