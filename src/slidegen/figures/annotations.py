"""Words in a figure: at a point, at a threshold, at a range. A deck gives them as `annotate`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from slidegen.figures.axes import SIZE, SMALL, AxisPlan, Plane
from slidegen.figures.data import Reader
from slidegen.figures.labels import Box, freest, place_labels, staggered, text_box
from slidegen.figures.scales import Scale
from slidegen.figures.svg import FAINT, INK, PAGE, QUIET, line, rect, tag, text
from slidegen.figures.type import LINE, text_width

Words = Annotated[str, Field(min_length=1, max_length=80)]
Place = float | tuple[float, float]
PHONE: Final = 420.0
"""The width of the drawing for an upright phone."""
BETWEEN: Final = 12.0
"""The space between words that stand beside each other."""


class Note(BaseModel):
    """Words in a figure. In bars: at the bar called `row`, or at a `value` of the axis. In a plot of two axes: at a
    point (`x` and `y`), or at one of them. A single number is a line, two are a range."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    text: Words
    row: str | None = Field(None, description="The name of a bar.")
    value: Place | None = Field(None, description="A number of the bars' axis: a line; two numbers: a range.")
    x: Place | None = Field(None, description="A number of the horizontal axis, or two: a range.")
    y: Place | None = Field(None, description="A number of the vertical axis, or two: a range.")
    claim: Annotated[int, Field(strict=True, ge=0)] | Words | list[str] | None = Field(
        None,
        description="The bars that end at or before the line, or in the range: all, none, how many, or their names.",
    )


Notes = Annotated[tuple[Note, ...], Field(description="Words at points, at lines and at ranges.", max_length=12)]
"""The option `annotate`."""


def ends(place: Place) -> tuple[float, float]:
    """The two ends of a range, the lesser first; those of a line are equal."""
    return (min(place), max(place)) if isinstance(place, tuple) else (place, place)


def check_bar_notes(reader: Reader, notes: Sequence[Note], names: Sequence[tuple[str, ...]], log: bool) -> None:
    """Reports words that belong to no bar, or to a number that the axis does not have."""
    called = {part for name in names for part in (*name, " · ".join(name))}
    for note in notes:
        if note.x is not None or note.y is not None or (note.row is None) == (note.value is None):
            reader.problem("annotate", f"{note.text!r} at bars needs row or value, one of the two")
        elif note.row is not None and note.row not in called:
            known = ", ".join(" · ".join(name) for name in names)
            reader.problem("annotate", f"no bar is called {note.row!r}; bars: {known}", code="unknown-row")
        elif note.value is not None:
            _check_positive(reader, note.text, note.value, log)


def check_plane_notes(reader: Reader, notes: Sequence[Note], logs: tuple[bool, bool]) -> None:
    """Reports words without a place, or at a number that an axis does not have."""
    for note in notes:
        given = [place for place in (note.x, note.y) if place is not None]
        two = len(given) == 2
        if note.row or note.value or not given or (two and any(isinstance(place, tuple) for place in given)):
            reader.problem("annotate", f"{note.text!r} needs x and y, a point; or one of them, a number or a range")
        for place, log in zip((note.x, note.y), logs, strict=True):
            if place is not None:
                _check_positive(reader, note.text, place, log)


def _check_positive(reader: Reader, words: str, place: Place, log: bool) -> None:
    if log and ends(place)[0] <= 0:
        reader.problem("annotate", f"{words!r} is at {ends(place)[0]:g}; a log axis takes numbers above 0")


def said(notes: Sequence[Note]) -> str:
    """The words of a plot, for screen readers."""
    return "".join(f" {note.text}." for note in notes)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A line across horizontal bars, or a range, with words above it: a bold line and perhaps a small one. An
    `optional` one is left out where its words would overlap others."""

    at: tuple[float, float]
    words: str
    small: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class PlacedThreshold:
    """A threshold in its place: its line begins at `begin`, and the bars below all words at `plot_top`. Its words have
    their `middle` and their baseline `y`; the small ones below have `minor` pixels."""

    threshold: Threshold
    x: tuple[float, float]
    begin: float
    middle: float
    y: float
    minor: float
    plot_top: float

    @property
    def name(self) -> str:
        """Its words."""
        drawn = text(self.middle, self.y, self.threshold.words, anchor="middle", bold=True, halo=True)
        if not self.threshold.small:
            return drawn
        return drawn + text(
            self.middle, self.small_y, self.threshold.small, size=self.minor, fill=QUIET, anchor="middle", halo=True
        )

    @property
    def small_y(self) -> float:
        """The baseline of the small words."""
        return self.y + self.minor * LINE

    def range(self, bottom: float) -> str:
        """The range down to the end of the bars, which lie on it; nothing for a line."""
        left, right = self.x
        return rect(left, self.begin, right - left, bottom - self.begin, FAINT, opacity=0.55) if right > left else ""

    def line(self, bottom: float) -> str:
        """The line down to the end of the bars, across them; nothing for a range. Dark bars would hide it without a rim
        in the colour of the page."""
        left, right = self.x
        if right > left:
            return ""
        rim = line(left, self.plot_top, left, bottom, PAGE, 4.5)
        return rim + line(left, self.begin, left, bottom, INK, 1.5, stroke_dasharray="5 4")


def clear_of(x: float, width: float, lines: Sequence[PlacedThreshold]) -> float:
    """Where text of this width begins that would begin at `x`: behind every line that would cross it."""
    for one in sorted(lines, key=lambda one: one.x):
        if one.x[0] == one.x[1] and x - 4 < one.x[0] < x + width + 4:
            x = one.x[0] + 8
    return x


def place_thresholds(
    thresholds: Sequence[Threshold], scale: Scale, width: float, top: float, left: float = 0.0
) -> list[PlacedThreshold]:
    """Puts the words of thresholds above the bars, between `left` and `width`, in as many rows as they need. On a phone
    smaller words would make the figure scroll."""
    minor = SIZE if width <= PHONE else SMALL
    kept: list[Threshold] = []
    spans: list[tuple[float, float]] = []
    for one in thresholds:
        half = max(text_width(one.words, SIZE, True), text_width(one.small, minor)) / 2 + 1
        middle = max(left + half, min(sum(map(scale, one.at)) / 2, width - half))
        free = all(middle + half + BETWEEN <= a or b + BETWEEN <= middle - half for a, b in spans)
        if free or not one.optional:
            kept.append(one)
            spans.append((middle - half, middle + half))
    rows = staggered(spans, BETWEEN)
    height = (SIZE + minor if any(one.small for one in kept) else SIZE) * LINE + 4
    last = max(rows, default=0)
    found = []
    for one, (start, end), row in zip(kept, spans, rows, strict=True):
        y, middle = top + (last - row) * height + SIZE * 0.9, (start + end) / 2
        below = y + 6 + (minor * LINE if one.small else 0.0)
        x = scale(one.at[0]), scale(one.at[1])
        found.append(PlacedThreshold(one, x, below, middle, y, minor, top + (last + 1) * height + 8))
    return found


def with_notes(plan: AxisPlan, places: Sequence[Place | None]) -> AxisPlan:
    """The plan of an axis that includes the places of words."""
    more = [end for place in places if place is not None for end in ends(place)]
    return replace(plan, values=(*plan.values, *more), at_values=plan.at_values and not more)


Segment = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PlacedNote:
    """Words in a plot: their box and where their baseline begins. They are at a `point`, or at a `shape`: a line if it
    has no width or no height, else a range."""

    text: str
    box: Box
    x: float
    y: float
    point: tuple[float, float] | None = None
    shape: Box | None = None

    @property
    def is_range(self) -> bool:
        """Whether they are at a range, which lies under the points."""
        return self.shape is not None and self.shape.right > self.shape.left and self.shape.bottom > self.shape.top


def placed_notes(
    notes: Sequence[Note], plot: Plane, points: Sequence[tuple[float, float]], segments: Sequence[Segment]
) -> list[PlacedNote]:
    """Places the words in a plot. They avoid the `points` and `segments`, and each other, as far as possible."""
    dots = [Box(x, y, x, y).grown(8) for x, y in points]
    found: list[PlacedNote] = []
    for note in notes:
        taken = [one.box for one in found]
        if note.x is not None and note.y is not None:
            at = plot.x.scale(ends(note.x)[0]), plot.y.scale(ends(note.y)[0])
            (spot,) = place_labels([at], [note.text], SIZE, plot.area, points, segments, taken, bold=True)
            found.append(PlacedNote(note.text, spot.box, spot.x, spot.y, point=at))
        else:
            shape, boxes = _line_or_range(note, plot)
            box = boxes[freest(boxes, [*dots, *taken], segments)]
            found.append(PlacedNote(note.text, box, box.left, box.top + SIZE * 0.76, shape=shape))
    return found


def drawn_notes(notes: Sequence[PlacedNote]) -> tuple[str, str]:
    """Placed words: what lies under the points of the plot, and what lies over them."""
    under, over = [], []
    for note in notes:
        if note.point is not None:
            x, y = note.point
            over.append(tag("circle", cx=x, cy=y, r=11, fill="none", stroke=INK, stroke_width=2))
        elif note.shape is not None:
            left, top, right, bottom = note.shape.left, note.shape.top, note.shape.right, note.shape.bottom
            if note.is_range:
                under.append(rect(left, top, right - left, bottom - top, FAINT, opacity=0.45))
            else:
                over.append(line(left, top, right, bottom, INK, 1.5, stroke_dasharray="5 4"))
        over.append(text(note.x, note.y, note.text, bold=True, halo=True))
    return "".join(under), "".join(over)


def _line_or_range(note: Note, plot: Plane) -> tuple[Box, list[Box]]:
    """The line or the range, and the possible boxes of the words, the best first."""
    area, wide = plot.area, text_width(note.text, SIZE, True)
    upright = note.x is not None
    scale = plot.x.scale if upright else plot.y.scale
    first, last = sorted(map(scale, ends(note.x if note.x is not None else note.y or 0.0)))
    if upright:
        shape = Box(first, area.top, last, area.bottom)
        tops = [area.top + SIZE, area.bottom - SIZE]
        places = [(max(area.left, min((first + last - wide) / 2, area.right - wide)), y) for y in tops]
        if first == last:
            lefts = [x for x in (first + 8, first - 8 - wide) if area.left <= x <= area.right - wide] or [area.left]
            places = [(x, y) for y in tops for x in lefts]
    else:
        shape = Box(area.left, first, area.right, last)
        rows = [first + SIZE] if first < last else [y for y in (first - 8, first + SIZE + 2) if y < area.bottom]
        places = [(x, y) for y in rows for x in (area.right - wide - 4, area.left + 4)]
    return shape, [text_box(x, y, note.text, SIZE, True) for x, y in places]
