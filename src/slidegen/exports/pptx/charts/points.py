"""Lines and scatter plots as charts of two numeric axes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from math import hypot

from slidegen.exports.pptx.chart import Chart, ChartArea, ChartLabel, ChartLine, ChartSeries, ChartWords
from slidegen.exports.pptx.charts.bars import sorted_out
from slidegen.exports.pptx.charts.parts import chart_axis, nearest_place, notes, words
from slidegen.exports.pptx.charts.tints import of
from slidegen.figures.annotations import placed_notes
from slidegen.figures.axes import SIZE, TICK_ROOM, Plane
from slidegen.figures.labels import Box, leader_end, text_box
from slidegen.figures.lines import MOST_MARKED, Lines
from slidegen.figures.scatter import MARKER, Label, Scatter
from slidegen.figures.type import shortened, text_width
from slidegen.pictures import Frame

Part = ChartWords | ChartLine | ChartArea
Place = tuple[float, float]
STROKE = 2.5
"""How near to the middle of a line a line of the grid may come."""
DOT = 10.0
"""The size of the points of a line, in pixels."""


def _titles(plot: Plane, down: float = 0.0) -> Iterator[ChartWords]:
    """The titles of the axes: above the vertical one, and at the right end of the horizontal one."""
    if plot.y.title:
        yield words(plot.y.title, 0, down + SIZE * 0.8, tint="quiet")
    title = shortened(plot.x.title, SIZE, max(plot.area.right, plot.width))
    end = max(plot.area.right, text_width(title, SIZE))
    if title:
        yield words(title, end, down + plot.area.bottom + TICK_ROOM + SIZE, tint="quiet", anchor="end")


def _chart(plot: Plane, frame: Frame, series: list[ChartSeries], parts: list[Part], down: float = 0.0) -> Chart:
    area = plot.area
    return Chart(
        "points",
        (frame.width, frame.height),
        (area.left, area.top + down, area.right, area.bottom + down),
        tuple(series),
        chart_axis(plot.y, grid=True),
        chart_axis(plot.x, line="strong"),
        **sorted_out([*_titles(plot, down), *parts]),
    )


def line_chart(lines: Lines, frame: Frame) -> Chart:
    """Lines, each with its name at its last point."""
    plot, cloud = lines.plane(frame), lines.cloud
    paths = [[plot.point(point.x, point.y) for point in series.points] for series in cloud.series]
    segments = [(*a, *b) for path in paths for a, b in pairwise(path)]
    texts, places = lines.names(paths, plot, lines.margin(frame), segments) if lines.named else ([], [])
    found = []
    for index, (series, shade) in enumerate(zip(cloud.series, cloud.shades, strict=True)):
        label: ChartLabel | None = None
        if lines.named:
            box = text_box(*places[index], texts[index], SIZE, shade is not None)
            place, shift = nearest_place(paths[index][-1], box, DOT / 2 + 4)
            tint = "quiet" if shade is None else of("label", shade)
            fixed = texts[index] != series.name
            label = ChartLabel(
                texts[index], place, SIZE, tint, bold=shade is not None, named=not fixed, fixed=True, shift=shift
            )
        marked = shade is not None and len(series.points) <= MOST_MARKED
        tint = "context" if shade is None else of("series", shade)
        found.append(
            ChartSeries(
                series.name,
                tuple(point.y for point in series.points),
                (tint,) * len(series.points),
                (*(None,) * (len(series.points) - 1), label),
                places=tuple(point.x for point in series.points),
                names=tuple(point.label for point in series.points),
                line=3.0 if shade is None else 4.0,
                marker=0 if marked else None,
                marker_size=DOT,
            )
        )
    placed = placed_notes(lines.notes, plot, [at for path in paths for at in path], segments)
    # What is grey lies below.
    order = sorted(range(len(found)), key=lambda index: (cloud.shades[index] is not None, index))
    chart = _chart(plot, frame, [found[index] for index in order], list(notes(placed)))
    boxes = [text_box(*at, text, SIZE, True) for at, text in zip(places, texts, strict=True)]
    boxes += [note.box for note in placed]
    return replace(chart, clear=_clear(plot, [at for path in paths for at in path], DOT, paths, boxes))


def scatter_chart(scatter: Scatter, frame: Frame) -> Chart:
    """Points with their names, or with those of their series."""
    _, down = scatter.key(frame.width)
    plot = scatter.plane(frame.width, frame.height - down, frame.titled)
    labels, spots, chosen, placed = scatter.labelled(plot)
    parts: list[Part] = list(notes(placed, down))
    said: dict[tuple[int, tuple[float, float]], ChartLabel] = {}
    for label, spot in zip(labels, spots, strict=True):
        place, shift = nearest_place(label.at, spot.box, MARKER / 2 + 4)
        tint, bold = _tint(label, chosen)
        if (label.series, label.at) in said:  # a point has one label in PowerPoint
            parts.append(replace(words(label.words, spot.x, spot.y + down, tint=tint, bold=bold), over=True))
            continue
        said[label.series, label.at] = ChartLabel(label.words, place, SIZE, tint, bold, fixed=True, shift=shift)
        if spot.leader and label.shade is None:
            x, y = leader_end(spot, label.at)
            parts.append(ChartLine((label.at[0], label.at[1] + down), (x, y + down), "strong", 1.2))
    series = [
        ChartSeries(
            one.name,
            tuple(point.y for point, _ in path),
            tuple(of("series", index) if point.lit else "context" for point, _ in path),
            tuple(said.get((index, at)) for _, at in path),
            places=tuple(point.x for point, _ in path),
            names=tuple(point.label for point, _ in path),
            line=3.0 if scatter.connect else 0.0,
            marker=index,
            marker_size=MARKER,
        )
        for index, (one, path) in enumerate(zip(scatter.cloud.series, scatter.paths(plot), strict=True))
    ]
    dots = [at for path in scatter.paths(plot) for _, at in path]
    paths = [[at for _, at in path] for path in scatter.paths(plot)] if scatter.connect else []
    boxes = [spot.box for spot in spots] + [note.box for note in placed]
    clear = _clear(plot, dots, MARKER, paths, boxes, down)
    return replace(_chart(plot, frame, series, parts, down), key=bool(scatter.keys), clear=clear)


def _clear(
    plot: Plane, dots: list[Place], size: float, paths: list[list[Place]], boxes: list[Box], down: float = 0.0
) -> tuple[tuple[float, float, float, float], ...]:
    """What the lines of a grid do not cross, as boxes: points, words, and lines where they meet a line of the grid."""
    found = [*boxes, *(Box(x, y, x, y).grown(size / 2 + 1) for x, y in dots)]
    for tick in plot.y.ticks:
        y = plot.y.scale(tick)
        for (x1, y1), (x2, y2) in (pair for path in paths for pair in pairwise(path)):
            if min(y1, y2) - STROKE <= y <= max(y1, y2) + STROKE:
                share = min(1.0, max(0.0, (y - y1) / (y2 - y1))) if y1 != y2 else 0.5
                half = min(abs(x2 - x1), STROKE * hypot(x2 - x1, y2 - y1) / max(1e-6, abs(y2 - y1)))
                x = x1 + share * (x2 - x1)
                found.append(Box(x - half, y - 1, x + half, y + 1))
    return tuple((box.left - 1, box.top + down, box.right + 1, box.bottom + down) for box in found)


def _tint(label: Label, chosen: bool) -> tuple[str, bool]:
    """The colour of a point's label and whether it is bold."""
    if label.shade is not None:
        return of("label", label.shade), True
    if chosen and label.lit:
        return of("label", label.series), True
    return ("ink" if label.lit else "quiet"), False
