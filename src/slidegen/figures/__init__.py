"""Kinds of figures: every one is a module here, and a line in the registry. A figure draws a table of the deck as SVG.

Nothing here knows colours, only the names of the theme's: one drawing serves every theme. Text is real text in the
slide's own face, whose widths are known, so neither a browser nor a plotting library takes part.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from slidegen.errors import nearest
from slidegen.figures.bars import BARS
from slidegen.figures.base import FigureKind, FigureOptions
from slidegen.figures.bit_layout import BIT_LAYOUT
from slidegen.figures.data import Reader
from slidegen.figures.histogram import HISTOGRAM
from slidegen.figures.levels import LEVELS
from slidegen.figures.lines import LINE
from slidegen.figures.mapping import MAPPING
from slidegen.figures.scatter import SCATTER
from slidegen.figures.stacked_bars import STACKED_BARS
from slidegen.pictures import Picture
from slidegen.validation import Words, mistakes

FIGURES: Final[dict[str, FigureKind]] = {
    "bars": BARS,
    "bit-layout": BIT_LAYOUT,
    "histogram": HISTOGRAM,
    "levels": LEVELS,
    "line": LINE,
    "mapping": MAPPING,
    "scatter": SCATTER,
    "stacked-bars": STACKED_BARS,
}


class FigureError(Exception):
    """Mistakes in a figure: for each the option that it is about, and what is wrong."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("; ".join(message for _, message in self.problems))


def check_options(kind: str, options: Mapping[str, Any]) -> FigureOptions:
    """The options of a kind of figure, checked.

    Raises:
        FigureError: an unknown kind, or every option that is unknown, missing or not allowed.
    """
    if kind not in FIGURES:
        raise FigureError([("kind", f"unknown kind {kind!r}; {nearest(kind, FIGURES)}")])
    model = FIGURES[kind].options
    try:
        return model.model_validate(dict(options))
    except ValidationError as error:
        found = mistakes(error, model, dict(options), Words(kind, "option", f"{kind}: "))
        raise FigureError([(str(one.path[0]) if one.path else "kind", one.message) for one in found]) from None


def read_picture(kind: str, reader: Reader, options: FigureOptions) -> Picture:
    """The picture that a table gives.

    Raises:
        FigureError: with every mistake: columns that are missing or of the wrong kind, rows that cannot be drawn.
    """
    if not reader.table.rows:
        raise FigureError([("table", f"table {reader.name!r} has no rows to draw")])
    picture = FIGURES[kind].read(reader, options)
    if reader.problems:
        raise FigureError(reader.problems)
    return picture
