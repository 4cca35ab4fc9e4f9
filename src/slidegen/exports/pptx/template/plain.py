"""Takes out of a text what the template gives it: font, colour and size of all that is not emphasized."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import Final

from slidegen.exports.pptx.scene import Box, Color, Look, Paragraph, Run, TextShape
from slidegen.exports.pptx.writing.text import Level

SAME: Final = (0.8, 1.25)
"""Type of a size between these shares of its text's size is ordinary."""
STEPS: Final = tuple(share / 100 for share in range(100, 35, -5))
"""How much smaller text gets so that it fits: PowerPoint's own steps are like these."""
LEADING: Final = 1.25
GAP: Final = 0.25
"""The gap above a paragraph, as a share of its size of type."""


def plain_text(shape: TextShape, levels: Sequence[Level], look: Look, usual: Color, *, colored: bool) -> TextShape:
    """The same text with the sizes of the levels; where these are 0, with its own. A `colored` one, which stands on
    another ground than the template's, keeps its colours."""
    runs = [run for paragraph in shape.paragraphs for run in paragraph.runs]
    main = _main(runs, look, usual, headed=shape.role in ("title", "subtitle"))
    if colored:
        main = replace(main, color=None)
    dropped = set() if colored else {color for color in (look.colors.get("text"), usual, main.color) if color}
    if not colored and shape.role not in ("body", "second", "text"):
        dropped |= {color for color in (look.colors.get("quiet"),) if color}
    paragraphs = tuple(_paragraph(paragraph, levels, main, look, dropped) for paragraph in shape.paragraphs)
    return replace(shape, paragraphs=paragraphs)


def _main(runs: Sequence[Run], look: Look, usual: Color, *, headed: bool) -> Run:
    """What most of the text looks like; in a body, what text looks like in the deck."""
    if not headed or not runs:
        size = max((run.size for run in runs), key=lambda size: _letters(runs, size), default=28.0)
        return Run("", size, look.text_font, usual)
    counted: Counter[tuple[str, Color | None, bool, bool, float]] = Counter()
    for run in runs:
        counted[run.font, run.color, run.bold, run.italic, run.size] += len(run.text)
    font, color, bold, italic, size = counted.most_common(1)[0][0]
    return Run("", size, font, color, bold, italic)


def _letters(runs: Sequence[Run], size: float) -> int:
    return sum(len(run.text) for run in runs if abs(run.size - size) < 0.5)


def _paragraph(paragraph: Paragraph, levels: Sequence[Level], main: Run, look: Look, dropped: set[Color]) -> Paragraph:
    size = levels[min(paragraph.level, len(levels) - 1)].size

    def plain(run: Run) -> Run:
        share = run.size / main.size
        ordinary = SAME[0] <= share <= SAME[1] or run.code or (paragraph.level > 0 and share < 1)
        own = run.size if not size else size if ordinary else round(size * share, 1)
        font = "" if run.font in (main.font, look.text_font, look.heading_font) else run.font
        color = None if run.link is not None or run.color in dropped else run.color
        return replace(
            run,
            size=own,
            font=font,
            color=color,
            bold=run.bold and not main.bold,
            italic=run.italic and not main.italic,
            spacing=0.0,
        )

    return replace(paragraph, runs=tuple(plain(run) for run in paragraph.runs))


def shrunk(shape: TextShape, levels: Sequence[Level], box: Box, padding: tuple[float, float, float, float]) -> float:
    """The share of its size in which a text fits its placeholder, estimated from its lines in the browser."""
    top, right, bottom, left = padding
    width, height = box.width - left - right, box.height - top - bottom
    return next((share for share in STEPS if _height(shape, levels, width, share) <= height), STEPS[-1])


def _height(shape: TextShape, levels: Sequence[Level], width: float, share: float) -> float:
    used = 0.0
    for index, paragraph in enumerate(shape.paragraphs):
        level = levels[min(paragraph.level, len(levels) - 1)]
        size = level.size * share
        whole = paragraph.extent * paragraph.lines * size / (paragraph.size or size)
        room = max(size, width - (level.indent if paragraph.marker else 0.0))
        lines = max(ceil(whole / room), 1 + sum(run.text == "\n" for run in paragraph.runs))
        used += lines * size * LEADING + (GAP * size if index else 0.0)
    return used
