"""How real numbers are mapped to integers and back: the real line above, the integer grid below, a line for each value.

The table has a row for each value: the number (`value`), its integer (`code`), the step of the grid (`scale`), the
integer that stands for 0 (`zero_point`), and the group of the row (such as `method`). Each group has a panel; all
panels share one real axis, so that they can be compared. The ends of the grid come from the option `codes`, else from
the columns `lowest` and `highest` if they exist, and include all codes that occur.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic import Field

from slidegen.figures.axes import SIZE, SMALL
from slidegen.figures.base import FigureKind, FigureOptions, listed, part, svg_drawing
from slidegen.figures.data import Reader
from slidegen.figures.groups import grouped
from slidegen.figures.scales import Scale, linear_ticks, shown, significant, tick_texts
from slidegen.figures.svg import INK, PAGE, QUIET, STRONG, color, line, number, tag, text
from slidegen.figures.type import text_width
from slidegen.pictures import Drawing, Frame

MOST_PANELS, MOST_CODES = 3, 1024
SIDES: Final = " · real numbers above, integers below"
LOWEST: Final = 150.0
HEAD: Final = 36.0
FOOT: Final = 42.0
"""The least height of a panel, and the heights of its heading, and of the codes under its grid."""


class MappingOptions(FigureOptions):
    """The real line and the integer grid."""

    value: str = Field("value", description="The column of the real numbers.")
    code: str = Field("code", description="The column of their integers.")
    scale: str = Field("scale", description="The column of the grid's step.")
    zero_point: str = Field("zero_point", description="The column of the integer that stands for 0.")
    group: str | None = Field(None, description="The column that divides the rows into panels.")
    codes: tuple[int, int] | None = Field(None, description="The least and the greatest integer.")


@dataclass(frozen=True, slots=True)
class Panel:
    """The values of one quantization: pairs (value, code), the step, the code of 0, the ends of the grid."""

    name: str
    values: tuple[tuple[float, int], ...]
    scale: float
    zero_point: int
    lowest: int
    highest: int

    def place(self, code: int) -> float:
        """The real number that a code stands for (Jacob et al. 2018, equation 1): scale x (code - zero point)."""
        return self.scale * (code - self.zero_point)

    @property
    def reach(self) -> tuple[float, float]:
        """The least and greatest number in the panel."""
        ends = (self.place(self.lowest), self.place(self.highest), *(value for value, _ in self.values), 0.0)
        return min(ends), max(ends)


@dataclass(frozen=True, slots=True)
class Mapping:
    """The content of the figure."""

    title: str
    description: str | None
    panels: tuple[Panel, ...]

    def alt_text(self) -> str:
        """The sentence for screen readers."""
        if self.description is not None:
            return self.description
        sentences = []
        for panel in self.panels:
            name = f"{panel.name}, " if panel.name else ""
            pairs = ", ".join(f"{significant(value)} to {shown(code, 0)}" for value, code in panel.values[:12])
            sentences.append(f"{name}scale {significant(panel.scale)}, zero point {panel.zero_point}: {pairs}")
        return f"Real numbers and their integers. {listed(sentences)}"

    def draw(self, frame: Frame) -> Drawing:
        """Draws the panels one below the other, on one real axis."""
        low = min(panel.reach[0] for panel in self.panels)
        high = max(panel.reach[1] for panel in self.panels)
        margin = 26.0
        scale = Scale(low, high if high > low else low + 1, margin, frame.width - margin)
        height = max(frame.height / len(self.panels), LOWEST)
        parts = [_panel(frame, panel, scale, index, index * height, height) for index, panel in enumerate(self.panels)]
        return svg_drawing(frame, height * len(self.panels), self.title, self.alt_text(), "".join(parts))


def _panel(frame: Frame, panel: Panel, scale: Scale, series: int, top: float, height: float) -> str:
    """The lines of a panel, and its arrows, which may be a fragment."""
    upper, lower = top + HEAD + 46, top + height - FOOT - 8
    head = f"scale {significant(panel.scale)}, zero point {shown(panel.zero_point, 0)}"
    room = frame.width - text_width(panel.name, SIZE, True) - 14
    if series == 0 and text_width(head + SIDES, SIZE) <= room:
        head += SIDES
    name = text(0, top + SIZE, panel.name, bold=True) if panel.name else ""
    after = text_width(panel.name, SIZE, True) + 14 if panel.name else 0
    arrows = (_arrow(panel, scale, series, value, code, upper, lower) for value, code in panel.values)
    return tag(
        "g",
        *[
            name + text(after, top + SIZE, head, fill=QUIET),
            _real_line(scale, upper),
            _grid(panel, scale, lower),
            line(scale(0), upper, scale(0), lower, STRONG, 1.5, stroke_dasharray="3 4"),
            part(frame, *arrows),
        ],
    )


def _real_line(scale: Scale, y: float) -> str:
    ticks = linear_ticks(scale.low, scale.high, max(3, round((scale.end - scale.start) / 110)))
    drawn = [line(scale.start - 22, y, scale.end + 22, y, STRONG, 1.5)]
    for tick, words in zip(ticks, tick_texts(ticks), strict=True):
        drawn.append(line(scale(tick), y - 6, scale(tick), y, STRONG))
        drawn.append(text(scale(tick), y - 16, words, fill=QUIET, anchor="middle"))
    return tag("g", *drawn)


def _grid(panel: Panel, scale: Scale, y: float) -> str:
    """The codes at the numbers that they stand for. If they are dense, only some are labelled, including that of 0."""
    codes = range(panel.lowest, panel.highest + 1)
    step = abs(scale(panel.place(1)) - scale(panel.place(0)))
    widest = max(text_width(shown(code, 0), SMALL) for code in (panel.lowest, panel.highest)) + 8
    every = next((n for n in (1, 2, 5, 10, 16, 20, 32, 50, 64, 128, 256, 512) if n * step >= widest), len(codes))
    written = {code for code in codes if (code - panel.zero_point) % every == 0}
    drawn = [line(scale(panel.place(panel.lowest)), y, scale(panel.place(panel.highest)), y, STRONG, 1.5)]
    path = "".join(f"M{number(scale(panel.place(code)))} {number(y)}v{9 if code in written else 5}" for code in codes)
    drawn.append(tag("path", d=path, stroke=STRONG, stroke_width=1.5 if step > 3 else 0.6, data_codes=str(len(codes))))
    for code in codes:
        x = scale(panel.place(code))
        if code in written:
            zero = code == panel.zero_point
            drawn.append(text(x, y + 9 + SMALL, shown(code, 0), size=SMALL, fill=INK if zero else QUIET,
                              anchor="middle", bold=zero))  # fmt: skip
    return tag("g", *drawn)


def _arrow(panel: Panel, scale: Scale, series: int, value: float, code: int, upper: float, lower: float) -> str:
    x, end = scale(value), scale(panel.place(code))
    title = tag("title", f"{significant(value)} → {shown(code, 0)} → {significant(panel.place(code))}")
    return tag(
        "g",
        title,
        line(x, upper, end, lower, color(series), 2),
        tag("circle", cx=x, cy=upper, r=5.5, fill=color(series), stroke=PAGE, stroke_width=1.5),
        tag("circle", cx=end, cy=lower, r=4, fill=PAGE, stroke=color(series), stroke_width=2),
        data_value=repr(value),
        data_code=str(code),
    )


def read(reader: Reader, options: MappingOptions) -> Mapping:
    """Reads the panels of a table, one for each group."""
    _, values = reader.one("value", options.value)
    _, codes = reader.one("code", options.code)
    _, scales = reader.one("scale", options.scale)
    _, zeros = reader.one("zero_point", options.zero_point)
    panels = []
    for name, rows in (grouped(reader, "group", options.group) if not reader.problems else {}).items():
        pairs = [
            (float(value), int(code))
            for row in rows
            if (value := values.raw[row]) is not None and (code := codes.raw[row]) is not None
        ]
        steps, points = ({column.raw[row] for row in rows} for column in (scales, zeros))
        if not pairs or len(steps) != 1 or len(points) != 1 or None in steps | points:
            what = f"group {name!r}" if name else f"table {reader.name!r}"
            reader.problem("group", f"{what} needs values, one {options.scale} and one {options.zero_point}")
            continue
        step, zero = float(steps.pop() or 0), int(points.pop() or 0)
        if step <= 0:
            reader.problem("scale", f"{options.scale} is {step:g}; the step of a grid is above 0")
            continue
        low, high = _ends(reader, rows, options, [zero, *(code for _, code in pairs)])
        if high - low > MOST_CODES:
            reader.problem("codes", f"{high - low + 1} codes; at most {MOST_CODES} can be drawn")
        panels.append(Panel(name, tuple(pairs), step, zero, low, high))
    if len(panels) > MOST_PANELS:
        reader.problem("table", f"{len(panels)} groups; at most {MOST_PANELS} have room; choose rows with where")
    return Mapping(options.heading("Real numbers and their integers"), options.description, tuple(panels))


def _ends(reader: Reader, rows: list[int], options: MappingOptions, codes: list[int]) -> tuple[int, int]:
    if options.codes is not None:
        return min(*options.codes, *codes), max(*options.codes, *codes)
    for key in ("lowest", "highest"):
        if reader.has(key):
            codes = [*codes, *(int(cell) for row in rows if isinstance(cell := reader.cells(key)[row], int | float))]
    return min(codes), max(codes)


MAPPING: Final = FigureKind(MappingOptions, read)
