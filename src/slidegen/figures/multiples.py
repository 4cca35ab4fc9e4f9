"""Small multiples: a small line chart for each series. All share both axes, and each shows the others in grey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic import Field

from slidegen.figures.axes import (
    BOTTOM_ROOM,
    MIDDLE,
    NEAR_ZERO,
    SIZE,
    TICK_ROOM,
    TITLE_ROOM,
    Axis,
    axis,
    padded,
    scale_title,
    top_title,
)
from slidegen.figures.base import FigureKind, FigureOptions, part, svg_drawing
from slidegen.figures.data import Reader
from slidegen.figures.lines import check_places, in_order
from slidegen.figures.points import Cloud, Series, cloud
from slidegen.figures.scales import Scale
from slidegen.figures.svg import CONTEXT, FAINT, INK, QUIET, STRONG, color, label_color, line, number, tag, text
from slidegen.figures.type import SEMIBOLD, shortened, text_width
from slidegen.pictures import Drawing, Frame

MOST, LEAST_WIDTH, LEAST_HEIGHT = 12, 170.0, 110.0
"""The most panels, and the least size of one, in pixels."""
GUTTER: Final = 26.0
HEAD, BETWEEN = 30.0, 24.0
"""The height of a panel's name, and the space between panels."""


class MultiplesOptions(FigureOptions):
    """Small multiples."""

    x: str = Field(description="The column of the horizontal axis.")
    y: str = Field(description="The column of the vertical axis.")
    panel: str = Field(description="A column: a panel for each of its values.")
    log_x: bool = False
    log_y: bool = False
    zero: bool = Field(False, description="The vertical axis begins at zero.")
    value_label: str | None = Field(None, description="What the numbers are.")
    highlight: str | None = Field(None, description="An expression over a row's columns: panels that stand out.")


@dataclass(frozen=True, slots=True)
class Multiples:
    """The content of small multiples: the lines of all panels, and the options of the axes that they share."""

    title: str
    description: str | None
    cloud: Cloud
    log_x: bool
    log_y: bool
    zero: bool

    def alt_text(self) -> str:
        """The sentence for screen readers: where the line of each panel begins and ends."""
        if self.description is not None:
            return self.description
        title = f"{self.cloud.y.title} over {self.cloud.x.title}"
        return f"Lines of {title}, a panel each, on one scale. {self.cloud.ends()}."

    def draw(self, frame: Frame) -> Drawing:
        """Draws the panels in rows; the axes are written at the left and at the bottom."""
        count = len(self.cloud.series)
        title = "" if frame.titled else scale_title(self.cloud.y.title, self.log_y)
        above = TITLE_ROOM if title else 0.0
        columns = _columns(count, frame.width, frame.height - above)
        rows = -(-count // columns)
        points = self.cloud.points
        low, high = padded([point.y for point in points], self.log_y, near=1.0 if self.zero else NEAR_ZERO)
        high_panel = max((frame.height - above - BOTTOM_ROOM + BETWEEN) / rows, LEAST_HEIGHT)
        most = max(2, min(5, round(high_panel / 60)))
        y_axis = axis(Scale(low, high, high_panel - BETWEEN, HEAD + 8, self.log_y), "", most, self.cloud.y.lang)
        left = y_axis.width + 14
        wide = (frame.width - left - GUTTER * (columns - 1)) / columns
        ends = padded([point.x for point in points], self.log_x, 0.03)
        shades = self.cloud.shades
        all_lit = None not in shades
        parts = [top_title(title)]
        for index, series in enumerate(self.cloud.series):
            at = left + index % columns * (wide + GUTTER), above + index // columns * high_panel
            last = index + columns >= count
            x_axis = Scale(*ends, at[0], at[0] + wide, self.log_x)
            inside = [
                self._ground(y_axis, x_axis, at[1], index % columns == 0, last),
                *(_path(one, x_axis, y_axis.scale, at[1], CONTEXT, 2) for one in self.cloud.series if one != series),
            ]
            shade = 0 if all_lit or shades[index] is not None else None
            stroke, fill = (INK, INK) if shade is None else (color(0), label_color(0))
            inside.append(_path(series, x_axis, y_axis.scale, at[1], stroke, 4))
            name = shortened(series.name, SIZE * SEMIBOLD, wide)
            inside.append(text(at[0], at[1] + SIZE, name, fill=fill, bold=True))
            parts.append(part(frame, *inside, data_series=series.name))
        foot = above + rows * high_panel - BETWEEN
        x_title = shortened(scale_title(self.cloud.x.title, self.log_x), SIZE, frame.width)
        parts.append(text(frame.width, foot + TICK_ROOM + SIZE, x_title, fill=QUIET, anchor="end"))
        height = foot + BOTTOM_ROOM
        return svg_drawing(frame, height, self.title, self.alt_text(), "".join(parts), "", self.cloud.note)

    def _ground(self, y: Axis, x: Scale, top: float, first: bool, last: bool) -> str:
        """The lines of a panel, with numbers at the left if it is the `first` of a row, and below if it is the `last`
        of a column: those at both ends of the horizontal axis."""
        drawn = []
        for tick, words in zip(y.ticks, y.texts, strict=True):
            at = top + y.scale(tick)
            drawn.append(line(x.start, at, x.end, at, FAINT))
            if first:
                drawn.append(text(x.start - 10, at + MIDDLE, words, fill=QUIET, anchor="end"))
        foot = top + y.scale.start
        drawn.append(line(x.start, foot, x.end, foot, STRONG))
        if last:
            values = sorted({point.x for point in self.cloud.points})
            both = [self.cloud.x.text(value) for value in (values[0], values[-1])]
            drawn.append(text(x.start, foot + 8 + SIZE, both[0], fill=QUIET))
            if sum(text_width(one, SIZE) for one in both) < x.end - x.start - 16:
                drawn.append(text(x.end, foot + 8 + SIZE, both[1], fill=QUIET, anchor="end"))
        return tag("g", *drawn)


def _columns(count: int, width: float, height: float) -> int:
    """How many panels stand beside each other: as many as make the panels nearest to 3:2."""
    most = max(1, min(count, int(width // LEAST_WIDTH)))

    def distance(columns: int) -> float:
        rows = -(-count // columns)
        return abs(width / columns / (height / rows) - 1.5) + (0.2 if count % columns else 0)

    return min(range(1, most + 1), key=distance)


def _path(series: Series, x: Scale, y: Scale, top: float, stroke: str, width: float) -> str:
    d = "M" + "L".join(f"{number(x(point.x))} {number(top + y(point.y))}" for point in series.points)
    return tag("path", d=d, fill="none", stroke=stroke, stroke_width=width, stroke_linejoin="round")


def read(reader: Reader, options: MultiplesOptions) -> Multiples:
    """Reads the panels of a table, with the points of each from left to right."""
    logs = options.log_x, options.log_y
    points = cloud(
        reader, options.x, [options.y], options.panel, None, logs, options.value_label, options.highlight, most=MOST
    )
    for series in points.series:
        check_places(reader, "panel", options.x, series, f"panel {series.name!r}")
    title = options.heading(f"{points.y.label or 'Values'} over {points.x.label}")
    return Multiples(title, options.description, in_order(points), *logs, options.zero)


MULTIPLES: Final = FigureKind(MultiplesOptions, read)
