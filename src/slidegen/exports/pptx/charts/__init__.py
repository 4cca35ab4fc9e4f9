"""Figures of kinds that PowerPoint has, as its charts: the pictures of a scene become charts with their numbers.

The numbers come from the figures of the resolved deck. A kind of figure is a line in `KINDS` and a function that lays
it out as a neutral `Chart`; `writing/charts.py` writes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from slidegen.exports.deck import ExportedSlide
from slidegen.exports.pptx.chart import Chart
from slidegen.exports.pptx.scene import ChartShape, Loss, PictureShape, Scene, Shape, Slide
from slidegen.figures.bars import Bars
from slidegen.figures.histogram import Histogram
from slidegen.figures.lines import Lines
from slidegen.figures.scatter import Scatter
from slidegen.figures.stacked_bars import StackedBars
from slidegen.pictures import Frame, Picture
from slidegen.resolved import PlacedFigure

Maker = Callable[[Any, Frame], Chart | None]


def _makers() -> dict[type[Picture], Maker]:
    from slidegen.exports.pptx.charts.bars import bar_chart, stack_chart
    from slidegen.exports.pptx.charts.histogram import histogram_chart
    from slidegen.exports.pptx.charts.points import line_chart, scatter_chart

    return {
        Bars: bar_chart,
        Histogram: histogram_chart,
        Lines: line_chart,
        Scatter: scatter_chart,
        StackedBars: stack_chart,
    }


def with_charts(scene: Scene, slides: Sequence[ExportedSlide], *, steps: bool) -> Scene:
    """The scene with charts in the place of pictures of figures. With `steps` a figure whose parts appear one by one
    stays a picture, which shows its state."""
    makers = _makers()
    return replace(
        scene, slides=tuple(_slide(one, slides[one.number - 1].figures, makers, steps) for one in scene.slides)
    )


def _slide(slide: Slide, figures: Sequence[PlacedFigure], makers: dict[type[Picture], Maker], steps: bool) -> Slide:
    """A slide with its charts. A figure is found by its name, and by how often that stands on the slide before it."""
    seen: Counter[str] = Counter()
    shapes: list[Shape] = []
    losses = list(slide.losses)
    for shape in slide.shapes:
        if not isinstance(shape, PictureShape) or not shape.figure or shape.link:
            shapes.append(shape)
            continue
        named = [figure for figure in figures if figure.name == shape.figure]
        place = seen[shape.figure]
        seen[shape.figure] += 1
        figure = named[place] if place < len(named) and named[place].kind == shape.figure_kind else None
        chart = None if figure is None or (steps and figure.steps) else _chart(figure, shape, makers)
        if figure is None or chart is None:
            shapes.append(shape)
            continue
        shapes.append(
            ChartShape("chart", shape.box, chart, shape.tints, shape.alt, shape.figure, shape.step)
        )  # fmt: skip
        if figure.steps:
            element = f"the chart {shape.figure!r}"
            losses.append(Loss(element, "appears as a whole: its parts do not appear one by one"))
    return replace(slide, shapes=tuple(shapes), losses=tuple(losses))


def _chart(figure: PlacedFigure, shape: PictureShape, makers: dict[type[Picture], Maker]) -> Chart | None:
    """The chart of a figure in the box of its picture; None if it stays a picture."""
    maker = makers.get(type(figure.picture))
    frame = Frame(shape.box.width, shape.box.height, "", titled=figure.subtitle is not None)
    return maker(figure.picture, frame) if maker else None
