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
        told = (_message(kind, model, detail) for detail in error.errors(include_url=False))
        raise FigureError(list(told)) from None


def _message(kind: str, model: type[FigureOptions], detail: Any) -> tuple[str, str]:
    option = str(detail["loc"][0]) if detail["loc"] else "kind"
    if detail["type"] == "extra_forbidden":
        return option, f"{kind} has no option {option!r}; {nearest(option, model.model_fields)}"
    if detail["type"] == "missing":
        return option, f"{kind}: {option} is missing; {model.model_fields[option].description}"
    if detail["type"] == "literal_error":
        return option, f"{kind}: {option} is {detail['input']!r}; allowed: {detail['ctx']['expected']}"
    said = detail["msg"].removeprefix("Value error, ")
    return option, f"{kind}: {option} is {str(detail['input'])[:60]!r}; {said[:1].lower()}{said[1:]}"


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
