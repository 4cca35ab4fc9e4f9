"""Lines over a numeric axis, named at their right ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic import Field

from slidegen.figures.axes import MIDDLE, SIZE, AxisPlan, Plane, plane
from slidegen.figures.base import Columns, FigureKind, FigureOptions, part, svg_drawing
from slidegen.figures.data import Reader
from slidegen.figures.labels import spread
from slidegen.figures.points import Cloud, Series, cloud
from slidegen.figures.svg import DASHES, STRONG, color, line, marker, number, tag, text
from slidegen.figures.type import shortened, text_width
from slidegen.pictures import Drawing, Frame

MARKER: Final = 11.0
MOST_MARKED: Final = 30
"""A line with more points than this has no markers."""
LARGEST_SHARE: Final = 0.28


class LineOptions(FigureOptions):
    """Lines."""

    x: str = Field(description="The column of the horizontal axis.")
    y: Columns = Field(description="The column of the vertical axis; several are a line each.")
    series: str | None = Field(None, description="A column: a line for each of its values.")
    log_x: bool = False
    log_y: bool = False
    zero: bool = Field(False, description="The vertical axis begins at zero.")
    value_label: str | None = Field(None, description="The title of the vertical axis.")


@dataclass(frozen=True, slots=True)
class Lines:
    """The content of a line chart."""

    title: str
    description: str | None
    cloud: Cloud
    log_x: bool
    log_y: bool
    zero: bool

    def alt_text(self) -> str:
        """The sentence for screen readers: where each line begins and ends."""
        if self.description is not None:
            return self.description
        x, y = self.cloud.x, self.cloud.y
        sentences = []
        for series in self.cloud.series:
            first, last = series.points[0], series.points[-1]
            begins = f"from {y.text(first.y)} at {x.text(first.x)}"
            sentences.append(f"{series.name or y.label}: {begins} to {y.text(last.y)} at {x.text(last.x)}")
        return f"Lines of {y.title} over {x.title}. {'; '.join(sentences)}."

    def draw(self, frame: Frame) -> Drawing:
        """Draws the lines with their names in the right margin."""
        named = len(self.cloud.series) > 1
        widest = max((text_width(series.name, SIZE) for series in self.cloud.series), default=0.0) if named else 0.0
        margin = min(widest, frame.width * LARGEST_SHARE)
        points = self.cloud.points
        plot = plane(
            frame.width,
            frame.height,
            AxisPlan(self.cloud.x, tuple(point.x for point in points), self.log_x, at_values=True),
            AxisPlan(self.cloud.y, tuple(point.y for point in points), self.log_y, self.zero),
            right=margin + 38 if named else 16.0,
        )
        names = self._names(plot, margin) if named else [""] * len(self.cloud.series)
        parts = [
            part(frame, _path(index, series, plot), name, data_series=series.name if named else None)
            for index, (series, name) in enumerate(zip(self.cloud.series, names, strict=True))
        ]
        return svg_drawing(
            frame, frame.height, self.title, self.alt_text(), plot.draw() + "".join(parts), "", self.cloud.note
        )

    def _names(self, plot: Plane, room: float) -> list[str]:
        ends = [plot.point(series.points[-1].x, series.points[-1].y) for series in self.cloud.series]
        places = spread([y for _, y in ends], SIZE * 1.2, plot.area.top + 6, plot.area.bottom - 4)
        left = plot.area.right + 34
        drawn = []
        for index, ((x, y), place, series) in enumerate(zip(ends, places, self.cloud.series, strict=True)):
            leader = line(x + 8, y, left - 20, place, STRONG, 1.2) if abs(place - y) > 3 or left - x > 50 else ""
            sign = marker(index, left - 12, place, MARKER)
            drawn.append(leader + sign + text(left, place + MIDDLE, shortened(series.name, SIZE, room)))
        return drawn


def _path(index: int, series: Series, plot: Plane) -> str:
    points = [plot.point(point.x, point.y) for point in series.points]
    d = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
    path = tag("path", d=d, fill="none", stroke=color(index), stroke_width=3, stroke_linejoin="round",
               stroke_dasharray=DASHES[index % len(DASHES)])  # fmt: skip
    if len(points) > MOST_MARKED:
        return path
    return path + "".join(
        marker(index, x, y, MARKER, data_x=repr(point.raw[0]), data_y=repr(point.raw[1]))
        for (x, y), point in zip(points, series.points, strict=True)
    )


def read(reader: Reader, options: LineOptions) -> Lines:
    """Reads the lines of a table, with their points from left to right."""
    points = cloud(
        reader, options.x, options.y, options.series, None, (options.log_x, options.log_y), options.value_label
    )
    for series in points.series:
        _check_places(reader, options, series)
    ordered = tuple(
        Series(series.name, tuple(sorted(series.points, key=lambda point: point.x))) for series in points.series
    )
    title = options.caption or f"{points.y.label or 'Values'} over {points.x.label}"
    whole = Cloud(points.x, points.y, ordered, points.missing)
    return Lines(title, options.description, whole, options.log_x, options.log_y, options.zero)


def _check_places(reader: Reader, options: LineOptions, series: Series) -> None:
    """Reports a place where a line would have two values, because it mixes the rows of several lines."""
    heights: dict[float, float] = {}
    for point in series.points:
        if heights.setdefault(point.raw[0], point.raw[1]) != point.raw[1]:
            which = f"line {series.name!r}" if options.series else "the line"
            reader.problem(
                "series",
                f"{which} has several values at {options.x} {point.raw[0]:g}: {point.label}; give the column that "
                "tells them apart as series, or choose rows with where",
            )
            return


LINE: Final = FigureKind(LineOptions, read)
