"""The key of a figure, for series that cannot be labelled directly: swatches in a row above the plot."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from slidegen.figures.axes import MIDDLE, SIZE
from slidegen.figures.svg import label_color, tag, text
from slidegen.figures.type import text_width

GAP, SWATCH, LINE = 28.0, 26.0, 30.0


def key_row(
    names: Mapping[int, str],
    swatch: Callable[[int, float, float], str],
    right: float,
    wide: float = SWATCH,
    start: float = 0.0,
) -> tuple[str, float]:
    """Draws the key of these series, from `start` in the first line, in as many lines as it needs.

    Returns it with its height, 0 without series. `swatch` draws the swatch of a series, `wide` pixels wide, given the
    middle of its left end.
    """
    if not names:
        return "", 0.0
    x, y = start, 16.0
    parts = []
    for index, name in names.items():
        width = wide + 8 + text_width(name, SIZE, True)
        if x > 0 and x + width > right:
            x, y = 0.0, y + LINE
        parts.append(swatch(index, x, y - MIDDLE) + text(x + wide + 8, y, name, fill=label_color(index), bold=True))
        x += width + GAP
    return tag("g", *parts), y + 22.0
