"""Lines over a numeric axis, named at their right ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from pydantic import Field

from slidegen.figures.annotations import (
    Note,
    Notes,
    Segment,
    check_plane_notes,
    drawn_notes,
    placed_notes,
    said,
    with_notes,
)
from slidegen.figures.axes import MIDDLE, SIZE, AxisPlan, Plane, plane
from slidegen.figures.base import Columns, FigureKind, FigureOptions, part, svg_drawing
from slidegen.figures.data import Reader
from slidegen.figures.labels import place_labels, spread
from slidegen.figures.points import Cloud, Series, cloud
from slidegen.figures.rows import check_cut_series
from slidegen.figures.svg import CONTEXT, DASHES, QUIET, color, label_color, number, tag, text
from slidegen.figures.type import SEMIBOLD, shortened, text_width
from slidegen.pictures import Drawing, Frame

Place = tuple[float, float]
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
    highlight: str | None = Field(None, description="An expression over a row's columns: lines that stand out.")
    annotate: Notes = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """The content of a line chart."""

    title: str
    description: str | None
    cloud: Cloud
    log_x: bool
    log_y: bool
    zero: bool
    notes: tuple[Note, ...] = ()

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
        return f"Lines of {y.title} over {x.title}. {'; '.join(sentences)}.{said(self.notes)}"

    @property
    def named(self) -> bool:
        """Whether the lines have their names."""
        return len(self.cloud.series) > 1

    def margin(self, frame: Frame) -> float:
        """The room for the names, right of the plot."""
        widest = max((text_width(series.name, SIZE, True) for series in self.cloud.series), default=0.0)
        return min(widest, frame.width * LARGEST_SHARE) if self.named else 0.0

    def plane(self, frame: Frame) -> Plane:
        """The plot with its axes."""
        points = self.cloud.points
        x = AxisPlan(self.cloud.x, tuple(point.x for point in points), self.log_x, at_values=True)
        y = AxisPlan(self.cloud.y, tuple(point.y for point in points), self.log_y, self.zero)
        return plane(
            frame.width,
            frame.height,
            with_notes(x, [note.x for note in self.notes]),
            with_notes(y, [note.y for note in self.notes]),
            right=self.margin(frame) + 18 if self.named else 16.0,
            titled=frame.titled,
        )

    def draw(self, frame: Frame) -> Drawing:
        """Draws the lines, named at their right ends."""
        named, margin, plot = self.named, self.margin(frame), self.plane(frame)
        paths = [[plot.point(point.x, point.y) for point in series.points] for series in self.cloud.series]
        segments = [(*a, *b) for path in paths for a, b in pairwise(path)]
        under, over = drawn_notes(placed_notes(self.notes, plot, [at for path in paths for at in path], segments))
        shades = self.cloud.shades
        names = self._names(paths, plot, margin, segments) if named else [""] * len(paths)
        order = sorted(range(len(paths)), key=lambda index: (shades[index] is not None, index))  # grey lies below
        if frame.steps:
            order = list(range(len(paths)))
        parts = [
            part(
                frame,
                _path(shades[index], self.cloud.series[index], paths[index], frame.patterns),
                names[index],
                data_series=self.cloud.series[index].name if named else None,
            )
            for index in order
        ]
        body = under + plot.draw() + "".join(parts) + over
        return svg_drawing(frame, frame.height, self.title, self.alt_text(), body, "", self.cloud.note)

    def _names(self, paths: list[list[Place]], plot: Plane, room: float, segments: list[Segment]) -> list[str]:
        """The names in the colours of their lines."""
        texts, places = self.names(paths, plot, room, segments)
        return [
            text(x, y, words, fill=QUIET if shade is None else label_color(shade), bold=shade is not None, halo=True)
            for (x, y), words, shade in zip(places, texts, self.cloud.shades, strict=True)
        ]

    def names(
        self, paths: list[list[Place]], plot: Plane, room: float, segments: list[Segment]
    ) -> tuple[list[str], list[Place]]:
        """The names of lines and where their baselines begin: beside the last points, or if lines end earlier, near
        these."""
        ends = [path[-1] for path in paths]
        texts = [shortened(series.name, SIZE * SEMIBOLD, room) for series in self.cloud.series]
        left = max(x for x, _ in ends)
        if min(x for x, _ in ends) > left - 1:
            rows = spread([y for _, y in ends], SIZE * 1.2, plot.area.top + 6, plot.area.bottom - 4)
            return texts, [(left + 14, y + MIDDLE) for y in rows]
        area = replace(plot.area, right=plot.area.right + room + 18, top=plot.area.top - SIZE)
        others = [at for path in paths for at in path[:-1]]
        spots = place_labels(ends, texts, SIZE, area, others, segments, bold=True)
        return texts, [(spot.x, spot.y) for spot in spots]


def _path(shade: int | None, series: Series, points: list[Place], dashed: bool) -> str:
    d = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
    stroke = CONTEXT if shade is None else color(shade)
    path = tag("path", d=d, fill="none", stroke=stroke, stroke_width=3 if shade is None else 4, stroke_linejoin="round",
               stroke_dasharray=DASHES[shade % len(DASHES)] if dashed and shade else None)  # fmt: skip
    if shade is None or len(points) > MOST_MARKED:
        return path
    return path + "".join(
        tag("circle", cx=x, cy=y, r=5, fill=stroke, data_x=repr(point.raw[0]), data_y=repr(point.raw[1]))
        for (x, y), point in zip(points, series.points, strict=True)
    )


def read(reader: Reader, options: LineOptions) -> Lines:
    """Reads the lines of a table, with their points from left to right."""
    points = cloud(
        reader,
        options.x,
        options.y,
        options.series,
        None,
        (options.log_x, options.log_y),
        options.value_label,
        options.highlight,
    )
    check_plane_notes(reader, options.annotate, (options.log_x, options.log_y))
    for series in points.series:
        name = f"line {series.name!r}" if options.series else "the line"
        check_places(reader, "series", options.x, series, name)
    check_cut_series(reader, "series", [series.name for series in points.series], LARGEST_SHARE)
    whole = in_order(points)
    title = options.heading(f"{points.y.label or 'Values'} over {points.x.label}")
    return Lines(title, options.description, whole, options.log_x, options.log_y, options.zero, options.annotate)


def in_order(points: Cloud) -> Cloud:
    """The same points, those of each series from left to right."""
    ordered = tuple(replace(one, points=tuple(sorted(one.points, key=lambda point: point.x))) for one in points.series)
    return replace(points, series=ordered)


def check_places(reader: Reader, option: str, x: str, series: Series, name: str) -> None:
    """Reports a place where a line would have two values, because it mixes the rows of several lines."""
    heights: dict[float, float] = {}
    for point in series.points:
        if heights.setdefault(point.raw[0], point.raw[1]) != point.raw[1]:
            reader.problem(
                option,
                f"{name} has several values at {x} {point.raw[0]:g}: {point.label}; give the column that "
                f"tells them apart as {option}, or choose rows with where",
            )
            return


LINE: Final = FigureKind(LineOptions, read)
