"""The kinds of figures, which draw a table of the deck as SVG. Each is a module here and a line in the registry.

The code uses the names of the theme's colours, so that one drawing serves every theme. Text is real text in the
slide's typeface, whose character widths are known, so that neither a browser nor a plotting library is needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from slidegen.errors import DeckError, Problem
from slidegen.figures.base import FigureKind, FigureOptions
from slidegen.figures.data import Reader
from slidegen.pictures import Picture
from slidegen.registry import Registry
from slidegen.validation import Words, mistakes

FIGURES: Final = Registry(
    "slidegen.figures",
    FigureKind,
    {
        "area": "slidegen.figures.area:AREA",
        "bars": "slidegen.figures.bars:BARS",
        "bit-layout": "slidegen.figures.bit_layout:BIT_LAYOUT",
        "dot-plot": "slidegen.figures.dot_plot:DOT_PLOT",
        "heat-map": "slidegen.figures.heat_map:HEAT_MAP",
        "histogram": "slidegen.figures.histogram:HISTOGRAM",
        "levels": "slidegen.figures.levels:LEVELS",
        "line": "slidegen.figures.lines:LINE",
        "mapping": "slidegen.figures.mapping:MAPPING",
        "multiples": "slidegen.figures.multiples:MULTIPLES",
        "scatter": "slidegen.figures.scatter:SCATTER",
        "slope": "slidegen.figures.slope:SLOPE",
        "stacked-bars": "slidegen.figures.stacked_bars:STACKED_BARS",
        "waffle": "slidegen.figures.waffle:WAFFLE",
    },
    "kind of figure",
    "kind",
)
"""The kinds of figures, by the name that a deck gives as `kind`."""


class FigureError(Exception):
    """A figure has mistakes: `problems` holds each with the option that it is about."""

    def __init__(self, problems: Sequence[tuple[str, Problem]]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("; ".join(problem.message for _, problem in self.problems))


def check_options(kind: str, options: Mapping[str, Any]) -> FigureOptions:
    """Checks the options of a kind of figure.

    Raises:
        FigureError: the kind is unknown, or options are unknown, missing or not allowed; the error holds all of them.
    """
    try:
        model = FIGURES.find(kind).options
    except DeckError as error:
        raise FigureError([("kind", problem) for problem in error.problems]) from None
    try:
        return model.model_validate(dict(options))
    except ValidationError as error:
        found = mistakes(error, model, dict(options), Words(kind, "option", f"{kind}: "))
        raise FigureError([(str(one.path[0]) if one.path else "kind", one.problem()) for one in found]) from None


def read_picture(kind: str, reader: Reader, options: FigureOptions) -> Picture:
    """Makes a picture from a table.

    Raises:
        FigureError: columns are missing or of the wrong kind, or rows cannot be drawn; the error holds all mistakes.
    """
    if not reader.table.rows:
        raise FigureError([("table", Problem(f"table {reader.name!r} has no rows to draw", code="figure"))])
    picture = FIGURES.find(kind).read(reader, options)
    if reader.problems:
        raise FigureError(reader.problems)
    return picture
