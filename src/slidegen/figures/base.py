"""The kinds of figures: each has options that pydantic checks, and a function from a table to a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from slidegen.figures.axes import scale_title
from slidegen.figures.data import Reader
from slidegen.figures.svg import tag
from slidegen.pictures import Drawing, Frame, Picture
from slidegen.units import Unit


def _ratio(value: object) -> object:
    """Converts "16:9" to 16/9. Returns anything else unchanged, for pydantic to check."""
    if isinstance(value, str) and value.count(":") == 1:
        width, height = value.split(":")
        try:
            return float(width) / float(height)
        except (ValueError, ZeroDivisionError):
            return value
    return value


Ratio = Annotated[float, BeforeValidator(_ratio, json_schema_input_type=float | str), Field(ge=0.2, le=10)]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Columns = Annotated[
    tuple[str, ...], BeforeValidator(_as_list, json_schema_input_type=str | list[str]), Field(min_length=1)
]
"""One or more columns."""


Claim = Annotated[int, Field(strict=True, ge=0)] | Annotated[str, Field(min_length=1)] | list[str]
"""The rows that are claimed: all, none, how many, or their names."""


class FigureOptions(BaseModel):
    """The options that every kind has. Unknown options are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    title: str | None = Field(None, description="A sentence above the figure that says what is seen.")
    subtitle: str | None = Field(None, description="The line below the title: the quantity and its unit.")
    caption: str | None = None
    provenance: bool = Field(True, description="Whether a line below says where the numbers come from.")
    description: str | None = Field(None, description="Text for screen readers; else a generated sentence.")
    width: int | None = Field(None, ge=200, le=4000, description="Pixels of the slide; else the width of its place.")
    height: int | None = Field(None, ge=80, le=4000, description="Pixels of the slide.")
    aspect: Ratio | None = Field(None, description="Width over height, such as 2.5 or 16:9, if height is not given.")
    patterns: bool = Field(False, description="Patterns on the colours; without it they are on paper only.")
    steps: bool = Field(False, description="The parts appear one by one.")
    where: str | None = Field(None, description="An expression over a row's columns: the rows to draw.")
    claim: Claim | None = Field(None, description="The rows that `highlight` has to mark; the title says it in words.")
    sort_by: str | None = Field(None, description="A column; with - before it in descending order.")
    labels: dict[str, str] = Field({}, description="Other words for columns and for cells.")
    unit: Unit | None = Field(None, description="The unit of bytes; else the table's.")
    digits: int | None = Field(None, ge=0, le=6, description="Decimals of the numbers; else as many as matter.")

    @property
    def shown_subtitle(self) -> str | None:
        """The subtitle, which says if the numbers have a logarithmic axis: it stands for the axis' title."""
        log = getattr(self, "log", False) or getattr(self, "log_y", False)
        if self.subtitle is None or "log scale" in self.subtitle:
            return self.subtitle
        return scale_title(self.subtitle, log)

    def heading(self, otherwise: str) -> str:
        """The name of the figure for screen readers: its title or caption, if it has one."""
        return self.title or self.caption or otherwise


@dataclass(frozen=True, slots=True)
class FigureKind:
    """A kind of figure. `read` reads the table's numbers and reports every mistake to the reader."""

    options: type[FigureOptions]
    read: Callable[[Reader, Any], Picture]


TITLE_LENGTH: Final = 120


def svg_drawing(
    frame: Frame, height: float, title: str, description: str, body: str, defs: str = "", note: str = ""
) -> Drawing:
    """Wraps a figure's body in an `<svg>` with title and description for screen readers."""
    names = f"{frame.prefix}-t {frame.prefix}-d"
    svg = tag(
        "svg",
        tag("title", escape(title[:TITLE_LENGTH], quote=False), id=f"{frame.prefix}-t"),
        tag("desc", escape(description, quote=False), id=f"{frame.prefix}-d"),
        defs,
        body,
        class_="chart",
        viewBox=f"0 0 {frame.width:g} {round(height):g}",
        width=frame.width,
        height=round(height),
        preserveAspectRatio="xMinYMin",
        role="img",
        aria_labelledby=names,
        font_size=20,
        fill="var(--text)",
    )
    return Drawing(svg, note)


def part(frame: Frame, *inside: str, **attributes: str | float | None) -> str:
    """A group of elements that appears as a fragment if the figure has steps."""
    return tag("g", *inside, class_="fragment" if frame.steps else None, **attributes)


def listed(parts: list[str], most: int = 12) -> str:
    """Joins parts of a sentence: all of them, or the first `most` and the number of the others."""
    more = f"; and {len(parts) - most} more" if len(parts) > most else ""
    return "; ".join(parts[:most]) + more + "."
