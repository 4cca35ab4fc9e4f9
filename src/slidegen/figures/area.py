"""Stacked areas over a numeric axis: how the parts of a whole change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic import Field

from slidegen.figures.axes import MIDDLE, SIZE, AxisPlan, Plane, plane
from slidegen.figures.base import Columns, FigureKind, FigureOptions, part, svg_drawing
from slidegen.figures.data import Reader
from slidegen.figures.labels import spread
from slidegen.figures.lines import check_places, in_order
from slidegen.figures.points import Cloud, cloud
from slidegen.figures.rows import check_cut_series
from slidegen.figures.svg import CONTEXT, INK, INSIDE, PAGE, QUIET, Fills, inside_color, label_color, number, tag, text
from slidegen.figures.type import SEMIBOLD, shortened, text_width
from slidegen.pictures import Drawing, Frame

LARGEST_SHARE: Final = 0.28
"""The share of the width that the names on the right may take."""
STEPS: Final = 60
"""At how many places a name is tried."""


class AreaOptions(FigureOptions):
    """Stacked areas."""

    x: str = Field(description="The column of the horizontal axis.")
    y: Columns = Field(description="The column of the vertical axis; several are an area each.")
    series: str | None = Field(None, description="A column: an area for each of its values.")
    value_label: str | None = Field(None, description="The title of the vertical axis.")
    highlight: str | None = Field(None, description="An expression over a row's columns: areas that stand out.")


@dataclass(frozen=True, slots=True)
class Band:
    """An area between two lines of heights at the same places, in the figure's units."""

    name: str
    places: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    def at(self, x: float) -> tuple[float, float]:
        """Its lower and upper end at a place, between the nearest two."""
        after = next((index for index, place in enumerate(self.places) if place >= x), len(self.places) - 1)
        before = max(after - 1, 0)
        width = self.places[after] - self.places[before]
        share = (x - self.places[before]) / width if width else 0.0
        low, high = (ends[before] + share * (ends[after] - ends[before]) for ends in (self.low, self.high))
        return low, high


@dataclass(frozen=True, slots=True)
class Area:
    """The content of stacked areas, from the lowest to the highest."""

    title: str
    description: str | None
    cloud: Cloud

    @property
    def bands(self) -> list[Band]:
        """The areas, each on the ones before it."""
        found: list[Band] = []
        for series in self.cloud.series:
            places = tuple(point.x for point in series.points)
            low = found[-1].high if found else (0.0,) * len(places)
            high = tuple(below + point.y for below, point in zip(low, series.points, strict=True))
            found.append(Band(series.name, places, low, high))
        return found

    def alt_text(self) -> str:
        """The sentence for screen readers: where each area begins and ends."""
        if self.description is not None:
            return self.description
        return f"Stacked areas of {self.cloud.y.title} over {self.cloud.x.title}. {self.cloud.ends()}."

    def draw(self, frame: Frame) -> Drawing:
        """Draws the areas with their names inside, or beside their right ends if they are too thin."""
        bands, fills = self.bands, Fills(frame.prefix, frame.patterns)
        plot = self._plane(frame, bands, 16.0)
        inside = [_place(band, plot) for band in bands]
        outside = [band.name for band, place in zip(bands, inside, strict=True) if place is None]
        margin = 0.0
        if outside:
            margin = min(max(text_width(name, SIZE, True) for name in outside), frame.width * LARGEST_SHARE)
            plot = self._plane(frame, bands, margin + 16)
            inside = [place and _place(band, plot) for band, place in zip(bands, inside, strict=True)]
        beside = [index for index, place in enumerate(inside) if place is None]
        middles = [sum(map(plot.y.scale, (bands[index].low[-1], bands[index].high[-1]))) / 2 for index in beside]
        rows = dict(zip(beside, spread(middles, SIZE * 1.2, plot.area.top, plot.area.bottom), strict=True))
        left = plot.x.scale(bands[0].places[-1]) + 10
        parts = []
        for index, (band, shade) in enumerate(zip(bands, self.cloud.shades, strict=True)):
            shape = _outline(band, plot)
            raw = repr(self.cloud.series[index].points[-1].raw[1])
            drawn = tag("path", d=shape, fill=CONTEXT, data_value=raw) if shade is None else fills.shape(
                shade, shape, data_value=raw
            )  # fmt: skip
            if index:  # a line in the colour of the page between areas
                drawn += tag("path", d=_edge(bands[index - 1], plot), fill="none", stroke=PAGE, stroke_width=2)
            place = inside[index]
            if place is not None:
                x, y = place
                wide = text_width(band.name, SIZE, True)
                clear = fills.clear(shade, x - wide / 2 - 4, y - SIZE * 0.95, wide + 8, SIZE * 1.25) if shade else ""
                fill = INK if shade is None else inside_color(shade)
                drawn += clear + text(x, y, band.name, fill=fill, anchor="middle", bold=True, class_=INSIDE)
            else:
                fill = QUIET if shade is None else label_color(shade)
                name = shortened(band.name, SIZE * SEMIBOLD, margin)
                drawn += text(left, rows[index] + MIDDLE, name, fill=fill, bold=shade is not None)
            parts.append(part(frame, drawn, data_series=band.name))
        body = plot.draw() + "".join(parts)
        return svg_drawing(frame, frame.height, self.title, self.alt_text(), body, fills.defs)

    def _plane(self, frame: Frame, bands: list[Band], right: float) -> Plane:
        x = AxisPlan(self.cloud.x, bands[0].places, at_values=True)
        y = AxisPlan(self.cloud.y, (0.0, *bands[-1].high), zero=True)
        return plane(frame.width, frame.height, x, y, right, frame.titled, flush=True)


def _place(band: Band, plot: Plane) -> tuple[float, float] | None:
    """The middle and the baseline of a name in its area, where the area is highest; None if it has no space."""
    wide = text_width(band.name, SIZE, True) + 12
    first, last = plot.x.scale(band.places[0]), plot.x.scale(band.places[-1])
    best: tuple[float, float, float] | None = None
    for step in range(STEPS + 1):
        x = first + wide / 2 + (last - first - wide) * step / STEPS
        if last - first < wide:
            return None
        ends = [band.at(_value(plot, x + wide * share)) for share in (-0.5, -0.25, 0.0, 0.25, 0.5)]
        top = max(plot.y.scale(high) for _, high in ends)
        bottom = min(plot.y.scale(low) for low, _ in ends)
        if bottom - top > SIZE * 1.2 and (best is None or bottom - top > best[2] + 0.01):
            best = x, (top + bottom) / 2 + SIZE * 0.35, bottom - top
    return None if best is None else best[:2]


def _value(plot: Plane, x: float) -> float:
    scale = plot.x.scale
    return scale.low + (x - scale.start) / (scale.end - scale.start) * (scale.high - scale.low)


def _edge(band: Band, plot: Plane) -> str:
    points = [plot.point(x, y) for x, y in zip(band.places, band.high, strict=True)]
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def _outline(band: Band, plot: Plane) -> str:
    under = [plot.point(x, y) for x, y in zip(band.places, band.low, strict=True)]
    return _edge(band, plot) + "L" + "L".join(f"{number(x)} {number(y)}" for x, y in reversed(under)) + "Z"


def read(reader: Reader, options: AreaOptions) -> Area:
    """Reads the areas of a table. Every area needs a number at every place."""
    points = cloud(
        reader, options.x, options.y, options.series, None, (False, False), options.value_label, options.highlight
    )
    for series in points.series:
        check_places(reader, "series", options.x, series, f"area {series.name!r}")
    check_cut_series(reader, "series", [series.name for series in points.series], LARGEST_SHARE)
    if points.missing:
        reader.problem("y", f"no number: {', '.join(points.missing)}; areas need one at every place")
    points = in_order(points)
    places = sorted({point.x for point in points.points})
    for series in points.series:
        own = [point.x for point in series.points]
        if own != places:
            lacks = next((place for place in places if place not in own), places[0])
            where = f"{options.x} {points.x.text(lacks)}"
            reader.problem("series", f"area {series.name!r} has no number at {where}; areas need one at every place")
        if any(point.y < 0 for point in series.points):
            reader.problem("y", f"area {series.name!r} has a negative number; parts of a sum are not negative")
    if len(places) == 1:
        reader.problem("x", f"column {options.x!r} has one place; areas need two or more")
    title = options.heading(f"{points.y.label or 'Values'} over {points.x.label}")
    return Area(title, options.description, points)


AREA: Final = FigureKind(AreaOptions, read)
