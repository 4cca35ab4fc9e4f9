"""A slope chart: a line for each row from one number to another, such as before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Final

from pydantic import Field

from slidegen.figures.axes import NUMBER, SIZE, TITLE_ROOM, padded, scale_title, top_title
from slidegen.figures.base import Columns, FigureKind, FigureOptions, listed, part, svg_drawing
from slidegen.figures.data import Measure, Numbers, Reader, check_positive
from slidegen.figures.labels import spread
from slidegen.figures.points import MOST_SERIES, shades
from slidegen.figures.rows import check_cut_series
from slidegen.figures.scales import Scale, decimals_of_all
from slidegen.figures.svg import CONTEXT, QUIET, STRONG, color, label_color, line, tag, text
from slidegen.figures.type import SEMIBOLD, shortened, text_width
from slidegen.pictures import Drawing, Frame

MOST: Final = 12
GAP: Final = 14.0
LARGEST_SHARE: Final = 0.34
"""The share of the width that the labels on one side may take."""


class SlopeOptions(FigureOptions):
    """A slope chart."""

    value: Annotated[Columns, Field(min_length=2, max_length=2)] = Field(description="The two columns, from and to.")
    label: Columns | None = Field(None, description="What names a line; else the columns that differ.")
    log: bool = Field(False, description="A logarithmic axis.")
    value_label: str | None = Field(None, description="What the numbers are.")
    highlight: str | None = Field(None, description="An expression over a row's columns: lines that stand out.")


@dataclass(frozen=True, slots=True)
class Slope:
    """The content of a slope chart: two columns of numbers, and the rows that have both."""

    title: str
    description: str | None
    measure: Measure
    ends: tuple[Numbers, ...]
    names: tuple[str, ...]
    lit: tuple[bool, ...]
    log: bool
    note: str

    @property
    def pairs(self) -> list[tuple[int, float, float]]:
        """The rows with both numbers."""
        both = enumerate(zip(self.ends[0].values, self.ends[1].values, strict=True))
        return [(row, a, b) for row, (a, b) in both if a is not None and b is not None]

    def alt_text(self) -> str:
        """The sentence for screen readers."""
        if self.description is not None:
            return self.description
        rows = [f"{self.names[row]}: {self.measure.text(a)} to {self.measure.text(b)}" for row, a, b in self.pairs]
        first, last = (column.label for column in self.ends)
        what = f" of {self.measure.title}" if self.measure.title else ""
        return f"Lines{what} from {first} to {last}. {listed(rows)}"

    def draw(self, frame: Frame) -> Drawing:
        """Draws the lines between two axes, each with its name and its numbers at the ends."""
        title = "" if frame.titled else scale_title(self.measure.title, self.log)
        top = (TITLE_ROOM if title else 0.0) + SIZE * 2.2
        most = frame.width * LARGEST_SHARE
        numbers = [[self.measure.text(pair[side]) for pair in self.pairs] for side in (1, 2)]
        left_wide = max(text_width(words, NUMBER, True) for words in numbers[0]) + GAP
        number_wide = max(text_width(words, NUMBER, True) for words in numbers[1]) + GAP
        name_wide = max(text_width(self.names[row], SIZE, True) for row, _, _ in self.pairs)
        left, right = left_wide + GAP, frame.width - min(name_wide + number_wide + GAP, most + number_wide)
        reach = [end for _, a, b in self.pairs for end in (a, b)]
        scale = Scale(*padded(reach, self.log, 0.04), frame.height - 10, top + 10, self.log)
        places = [
            spread([scale(pair[side]) for pair in self.pairs], NUMBER * 1.05, top + 8, frame.height - 8)
            for side in (1, 2)
        ]
        parts = [top_title(title)]
        for x, column, anchor in ((left, self.ends[0], "start"), (right, self.ends[1], "end")):
            parts.append(text(x, top - SIZE * 0.8, column.label, fill=QUIET, anchor=anchor))
            parts.append(line(x, top, x, frame.height, STRONG, 1.5))
        colors = shades(self.lit) if len(self.pairs) <= MOST_SERIES or not all(self.lit) else [0] * len(self.names)
        for index, (row, a, b) in enumerate(self.pairs):
            shade = colors[row]
            stroke = CONTEXT if shade is None else color(shade)
            fill = QUIET if shade is None else label_color(shade)
            bold = shade is not None
            heights = scale(a), scale(b)
            dots = [
                tag("circle", cx=x, cy=y, r=6, fill=stroke, data_value=repr(column.raw[row]))
                for x, y, column in zip((left, right), heights, self.ends, strict=True)
            ]
            y_left, y_right = (side[index] for side in places)
            name = shortened(self.names[row], SIZE * SEMIBOLD, most)
            parts.append(
                part(
                    frame,
                    line(left, heights[0], right, heights[1], stroke, 4 if bold else 3),
                    *dots,
                    text(left - GAP, y_left + NUMBER * 0.35, numbers[0][index], NUMBER, fill, "end", bold),
                    text(right + GAP, y_right + NUMBER * 0.35, numbers[1][index], NUMBER, fill, bold=bold),
                    text(right + number_wide + GAP, y_right + SIZE * 0.38, name, fill=fill, bold=bold),
                )
            )
        return svg_drawing(frame, frame.height, self.title, self.alt_text(), "".join(parts), "", self.note)


def read(reader: Reader, options: SlopeOptions) -> Slope:
    """Reads the lines of a table, one for each row with both numbers."""
    measure, columns = reader.numbers("value", options.value, options.value_label)
    if measure.digits is None:
        measure = replace(measure, digits=decimals_of_all([value for one in columns for value in one.known]))
    names = [" · ".join(parts) for parts in reader.bar_names("label", options.label)]
    if len(names) > MOST:
        reader.problem("table", f"{len(names)} lines; at most {MOST} have room; choose rows with where")
    check_cut_series(reader, "label", names, LARGEST_SHARE)
    if options.log:
        check_positive(reader, "log", columns)
    lit = tuple(reader.rule("highlight", options.highlight))
    missing = [
        name for row, name in enumerate(names) if any(one.values[row] is None for one in columns)
    ]  # fmt: skip
    if len(missing) == len(names) and not reader.problems:
        reader.problem("value", "no row has both numbers")
    note = f"Without a number, not drawn: {', '.join(missing)}." if missing else ""
    title = options.heading(" to ".join(column.label for column in columns))
    return Slope(title, options.description, measure, tuple(columns), tuple(names), lit, options.log, note)


SLOPE: Final = FigureKind(SlopeOptions, read)
