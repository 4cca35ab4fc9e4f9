"""The levels of number formats on one axis, with a strip of strokes for each format.

The table has a row for each level: its number, and the format that it belongs to (`title`, `method`, `name` or
`format`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from slidegen.figures.axes import BOTTOM_ROOM, MIDDLE, SIZE, axis, bottom_axis
from slidegen.figures.base import FigureKind, FigureOptions, listed, part, svg_drawing
from slidegen.figures.data import Measure, Reader
from slidegen.figures.groups import grouped
from slidegen.figures.rows import RowNames
from slidegen.figures.scales import Scale, significant
from slidegen.figures.svg import FAINT, QUIET, STRONG, color, line, number, tag, text
from slidegen.figures.type import text_width
from slidegen.pictures import Drawing, Frame

MOST_STRIPS, MOST_LEVELS = 8, 1024
THINNEST: Final = 40.0


class LevelsOptions(FigureOptions):
    """Levels on an axis."""

    level: str = Field("level", description="The column of the levels.")
    group: str | None = Field(None, description="The column that says what a level belongs to.")


@dataclass(frozen=True, slots=True)
class Strip:
    """The levels of one format, in ascending order."""

    name: str
    levels: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Levels:
    """The content of the figure."""

    title: str
    description: str | None
    measure: Measure
    strips: tuple[Strip, ...]

    def alt_text(self) -> str:
        """The sentence for screen readers."""
        if self.description is not None:
            return self.description
        sentences = [
            f"{strip.name or 'The table'}: {len(strip.levels)} levels from {significant(strip.levels[0])} to "
            f"{significant(strip.levels[-1])}"
            for strip in self.strips
        ]
        return f"Levels on one axis. {listed(sentences)}"

    def draw(self, frame: Frame) -> Drawing:
        """Draws the strips above their axis."""
        names = RowNames.of([(strip.name,) for strip in self.strips], frame.width)
        counts = [f"{len(strip.levels)} levels" for strip in self.strips]
        left = names.width + 6
        right = frame.width - max(text_width(count, SIZE) for count in counts) - 22
        values = [level for strip in self.strips for level in strip.levels]
        low, high = min(values), max(values)
        scale = Scale(low, high if high > low else low + 1, left, right)
        band = max((frame.height - BOTTOM_ROOM - 8) / len(self.strips), THINNEST)
        bottom = band * len(self.strips) + 8
        below = axis(scale, self.measure.title, max(3, min(11, round((right - left) / 90))), self.measure.lang)
        zero = line(scale(0), 0, scale(0), bottom, STRONG, 1, stroke_dasharray="3 4") if low < 0 < high else ""
        parts = [bottom_axis(below, bottom, left, right), zero]
        for index, (strip, count) in enumerate(zip(self.strips, counts, strict=True)):
            middle = band * (index + 0.5)
            parts.append(
                part(
                    frame,
                    names.draw(index, middle),
                    line(left, middle, right, middle, FAINT),
                    strokes(strip, scale, middle, min(band * 0.6, 90.0), index),
                    text(frame.width, middle + MIDDLE, count, fill=QUIET, anchor="end"),
                )
            )
        return svg_drawing(frame, bottom + BOTTOM_ROOM, self.title, self.alt_text(), "".join(parts))


def strokes(strip: Strip, scale: Scale, middle: float, height: float, series: int) -> str:
    """A stroke for each level. Many levels have thinner strokes."""
    gap = abs(scale.end - scale.start) / max(1, len(strip.levels))
    width = 4.0 if gap > 14 else 2.0 if gap > 5 else 1.0
    top = number(middle - height / 2)
    path = "".join(f"M{number(scale(level))} {top}v{number(height)}" for level in strip.levels)
    return tag("path", d=path, stroke=color(series), stroke_width=width, data_levels=str(len(strip.levels)))


def read_strips(reader: Reader, option: str, key: str, group: str | None) -> tuple[Measure, tuple[Strip, ...]]:
    """Reads the levels of a table by group."""
    measure, numbers = reader.one(option, key)
    models_of = [reader.cells(column.key) for column in reader.table.columns if column.kind == "model"]
    strips = []
    for name, rows in grouped(reader, "group", group).items():
        values = [numbers.values[row] for row in rows if row < len(numbers.values)]
        models = {cells[row] for cells in models_of for row in rows}
        if len(models) > 1:
            reader.problem(
                "group", f"{name or 'the table'!r} has levels of several models; choose one with where, or give group"
            )
        # A set, because formats with a signed zero list it twice.
        levels = sorted({level for level in values if level is not None})
        if levels:
            strips.append(Strip(name, tuple(levels)))
    if any(len(strip.levels) > MOST_LEVELS for strip in strips):
        reader.problem(option, f"more than {MOST_LEVELS} levels in a group cannot be told apart; choose with where")
    return measure, tuple(strips)


def read(reader: Reader, options: LevelsOptions) -> Levels:
    """Reads the levels of a table."""
    measure, strips = read_strips(reader, "level", options.level, options.group)
    if len(strips) > MOST_STRIPS:
        reader.problem("table", f"{len(strips)} groups; at most {MOST_STRIPS} have room; choose rows with where")
    return Levels(options.heading(_title(strips)), options.description, measure, strips)


def _title(strips: Sequence[Strip]) -> str:
    return f"Levels of {', '.join(strip.name for strip in strips)}" if any(s.name for s in strips) else "Levels"


LEVELS: Final = FigureKind(LevelsOptions, read)
