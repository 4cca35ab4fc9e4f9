"""A scatter plot: a point for each row, labelled directly."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from pydantic import Field

from slidegen.figures.annotations import (
    Note,
    Notes,
    PlacedNote,
    check_plane_notes,
    drawn_notes,
    placed_notes,
    said,
    with_notes,
)
from slidegen.figures.axes import SIZE, AxisPlan, Plane, plane
from slidegen.figures.base import Columns, FigureKind, FigureOptions, listed, part, svg_drawing
from slidegen.figures.data import Reader
from slidegen.figures.keys import key_row
from slidegen.figures.labels import Spot, leader_end, place_labels
from slidegen.figures.points import Cloud, Point, cloud
from slidegen.figures.svg import CONTEXT, DASHES, QUIET, STRONG, color, label_color, line, marker, number, tag, text
from slidegen.pictures import Drawing, Frame

MARKER: Final = 13.0
MOST_LABELS: Final = 40
TWINS: Final = 40.0
"""Points with the same name, one above the other and closer than this, share one label."""

Place = tuple[float, float]


class ScatterOptions(FigureOptions):
    """A scatter plot."""

    x: str = Field(description="The column of the horizontal axis.")
    y: str = Field(description="The column of the vertical axis.")
    label: Columns | None = Field(None, description="What names a point; else the columns that differ.")
    series: str | None = Field(None, description="A column: its values have a colour and a sign each.")
    connect: bool = Field(False, description="Lines from point to point of a series, from left to right.")
    log_x: bool = False
    log_y: bool = False
    zero: bool = Field(False, description="The vertical axis begins at zero.")
    highlight: str | None = Field(None, description="An expression over a row's columns: points that stand out.")
    annotate: Notes = ()


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a point of a series. The name of a series has its colour, `shade`."""

    series: int
    at: Place
    words: str
    shade: int | None
    lit: bool


@dataclass(frozen=True, slots=True)
class Scatter:
    """The content of a scatter plot."""

    title: str
    description: str | None
    cloud: Cloud
    named_by_series: bool
    connect: bool
    log_x: bool
    log_y: bool
    zero: bool
    notes: tuple[Note, ...] = ()

    def alt_text(self) -> str:
        """The sentence for screen readers."""
        if self.description is not None:
            return self.description
        x, y = self.cloud.x, self.cloud.y
        points = [
            (f"{series.name}, " if self._keyed and not self.named_by_series else "")
            + f"{point.label}: {x.text(point.x)}, {y.text(point.y)}"
            for series in self.cloud.series
            for point in series.points
        ]
        return f"Points of {y.title} over {x.title}. {listed(points)}{said(self.notes)}"

    @property
    def _keyed(self) -> bool:
        return len(self.cloud.series) > 1

    @property
    def keys(self) -> dict[int, str]:
        """The names of the series that are in a key above the plot."""
        keyed = self._keyed and not self.named_by_series and not self.connect
        return {index: series.name for index, series in enumerate(self.cloud.series)} if keyed else {}

    def key(self, width: float) -> tuple[str, float]:
        """The key with its height."""
        return key_row(self.keys, lambda i, x, y: marker(i, x + MARKER / 2, y, MARKER), width, MARKER)

    def plane(self, width: float, height: float, titled: bool) -> Plane:
        """The plot with its axes in a space below the key."""
        points = self.cloud.points
        x = AxisPlan(self.cloud.x, tuple(point.x for point in points), self.log_x)
        y = AxisPlan(self.cloud.y, tuple(point.y for point in points), self.log_y, self.zero)
        return plane(
            width,
            height,
            with_notes(x, [note.x for note in self.notes]),
            with_notes(y, [note.y for note in self.notes]),
            titled=titled,
        )

    def draw(self, frame: Frame) -> Drawing:
        """Draws the plot, below the key of its series unless they are named in it."""
        key, top = self.key(frame.width)
        body = self._points(self.plane(frame.width, frame.height - top, frame.titled), frame)
        moved = tag("g", body, transform=f"translate(0 {number(top)})") if top else body
        return svg_drawing(frame, frame.height, self.title, self.alt_text(), key + moved, "", self.cloud.note)

    def _points(self, plot: Plane, frame: Frame) -> str:
        paths = self.paths(plot)
        labels, spots, chosen, notes = self.labelled(plot)
        under, over = drawn_notes(notes)
        parts = []
        for index, (series, path) in enumerate(zip(self.cloud.series, paths, strict=True)):
            inside = []
            if self.connect and len(path) > 1:
                d = "M" + "L".join(f"{number(x)} {number(y)}" for _, (x, y) in path)
                dashes = DASHES[index % len(DASHES)] if frame.patterns else None
                inside.append(tag("path", d=d, fill="none", stroke=color(index), stroke_width=3,
                                  stroke_dasharray=dashes))  # fmt: skip
            inside += [self._dot(index, point, at) for point, at in path]
            inside += [
                _label(label, spot, chosen) for label, spot in zip(labels, spots, strict=True) if label.series == index
            ]
            parts.append(part(frame, *inside, data_series=series.name if self._keyed else None))
        return under + plot.draw() + "".join(parts) + over

    def paths(self, plot: Plane) -> list[list[tuple[Point, Place]]]:
        """The points of each series with their positions, from left to right."""
        return [
            sorted(((p, plot.point(p.x, p.y)) for p in s.points), key=lambda one: one[1]) for s in self.cloud.series
        ]

    def labelled(self, plot: Plane) -> tuple[list[Label], list[Spot], bool, list[PlacedNote]]:
        """The labels with their places, whether only some points stand out, and the words of the plot."""
        paths = self.paths(plot)
        segments = [(*a[1], *b[1]) for path in paths for a, b in pairwise(path)] if self.connect else []
        notes = placed_notes(self.notes, plot, [at for path in paths for _, at in path], segments)
        labels = self._labels(paths)
        unnamed = [at for path in paths for _, at in path if at not in [label.at for label in labels]]
        ats, names = [label.at for label in labels], [label.words for label in labels]
        chosen = not all(label.lit for label in labels)
        taken = [note.box for note in notes]
        spots = place_labels(ats, names, SIZE, plot.area, unnamed, segments, taken, bold=self._keyed or chosen)
        return labels, spots, chosen, notes

    def _labels(self, paths: list[list[tuple[Point, Place]]]) -> list[Label]:
        """The labels of points, and the names of connected series at their last points."""
        found = []
        for index, point, at in self._labelled(paths):
            words = self.cloud.series[index].name if self.named_by_series else point.label
            shade = index if self.named_by_series and self._keyed else None
            found.append(Label(index, at, words, shade, point.lit))
        if self.connect and self._keyed and not self.named_by_series:
            found += [
                Label(index, path[-1][1], series.name, index, True)
                for index, (series, path) in enumerate(zip(self.cloud.series, paths, strict=True))
            ]
        return found

    def _labelled(self, paths: list[list[tuple[Point, tuple[float, float]]]]) -> list[tuple[int, Point, Place]]:
        """The points that get a label, each with the number of its series: the last point of each series if the labels
        name the series, else all points. Of points one above the other with the same label, only the first."""
        if self.named_by_series:
            return [(index, *path[-1]) for index, path in enumerate(paths) if path]
        found: list[tuple[int, Point, Place]] = []
        for index, path in enumerate(paths):
            for point, (x, y) in path:
                twins = [
                    there
                    for other, one, there in found
                    if other != index and one.label == point.label and abs(there[0] - x) < 1
                ]
                if not any(abs(there[1] - y) < TWINS for there in twins):
                    found.append((index, point, (x, y)))
        return found

    def _dot(self, index: int, point: Point, at: Place) -> str:
        x, y = self.cloud.x, self.cloud.y
        title = f"{point.label}: {x.text(point.x)} {x.unit}".rstrip() + f", {y.text(point.y)} {y.unit}".rstrip()
        grey: dict[str, Any] = {} if point.lit else {"fill": CONTEXT}
        return marker(
            index, *at, MARKER, tag("title", title), data_x=repr(point.raw[0]), data_y=repr(point.raw[1]), **grey
        )


def _label(label: Label, spot: Spot, chosen: bool) -> str:
    """The text of a label, in the colour of its series if it names one or, where some are `chosen`, is one of them."""
    leader = line(*label.at, *leader_end(spot, label.at), STRONG, 1.2) if spot.leader and label.shade is None else ""
    if label.shade is not None:
        return leader + text(spot.x, spot.y, label.words, fill=label_color(label.shade), bold=True, halo=True)
    if chosen and label.lit:
        return leader + text(spot.x, spot.y, label.words, fill=label_color(label.series), bold=True, halo=True)
    return leader + text(spot.x, spot.y, label.words, fill=None if label.lit else QUIET, halo=True)


def read(reader: Reader, options: ScatterOptions) -> Scatter:
    """Reads the points of a table."""
    points = cloud(
        reader,
        options.x,
        [options.y],
        options.series,
        options.label,
        (options.log_x, options.log_y),
        highlight=options.highlight,
    )
    check_plane_notes(reader, options.annotate, (options.log_x, options.log_y))
    named = options.series is not None and (options.label is None or options.label == (options.series,))
    labels = len(points.series) if named else len(points.points)
    if labels > MOST_LABELS:
        reader.problem(
            "label", f"{labels} labels; at most {MOST_LABELS} have room; name the series alone, or choose with where"
        )
    title = options.heading(f"{points.y.label} over {points.x.label}")
    return Scatter(
        title,
        options.description,
        points,
        named,
        options.connect,
        options.log_x,
        options.log_y,
        options.zero,
        options.annotate,
    )


SCATTER: Final = FigureKind(ScatterOptions, read)
