"""What a kind of figure is: options that pydantic checks, and a function from a table to a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from slidegen.figures.data import Reader
from slidegen.figures.svg import tag
from slidegen.pictures import Drawing, Frame, Picture
from slidegen.units import Unit


def _ratio(value: object) -> object:
    """16/9 for "16:9"; anything else as it is, for pydantic to judge."""
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
"""One column, or several."""


class FigureOptions(BaseModel):
    """The options that every kind has; an unknown one is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    caption: str | None = None
    provenance: bool = Field(True, description="Whether the line under it says where the numbers come from.")
    description: str | None = Field(None, description="For screen readers, instead of the sentence made here.")
    width: int | None = Field(None, ge=200, le=4000, description="Pixels of the slide; else that of its place.")
    height: int | None = Field(None, ge=80, le=4000, description="Pixels of the slide.")
    aspect: Ratio | None = Field(None, description="Width over height, 2.5 or 16:9, where no height is given.")
    steps: bool = Field(False, description="The parts appear one by one.")
    where: str | None = Field(None, description="An expression over a row's columns: the rows to draw.")
    sort_by: str | None = Field(None, description="A column; with - before it, the greatest first.")
    labels: dict[str, str] = Field({}, description="Other words for columns and for cells.")
    unit: Unit | None = Field(None, description="For bytes; else that of the table.")
    digits: int | None = Field(None, ge=0, le=6, description="Decimals of the numbers; else as many as matter.")


@dataclass(frozen=True, slots=True)
class FigureKind:
    """A kind of figure. `read` takes the table's numbers out and notes every mistake in the reader."""

    options: type[FigureOptions]
    read: Callable[[Reader, Any], Picture]


TITLE_LENGTH: Final = 120


def svg_drawing(
    frame: Frame, height: float, title: str, description: str, body: str, defs: str = "", note: str = ""
) -> Drawing:
    """The `<svg>` around a figure's body, with its title and description for screen readers."""
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
        font_size=18,
        fill="var(--text)",
    )
    return Drawing(svg, note)


def part(frame: Frame, *inside: str, **attributes: str | float | None) -> str:
    """A part of a figure that may appear by itself, as a fragment."""
    return tag("g", *inside, class_="fragment" if frame.steps else None, **attributes)


def listed(parts: list[str], most: int = 12) -> str:
    """Parts of a sentence, the first of them where there are many."""
    more = f"; and {len(parts) - most} more" if len(parts) > most else ""
    return "; ".join(parts[:most]) + more + "."
