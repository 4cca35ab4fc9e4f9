"""What scatter plots and line charts share: rows of two numbers, grouped in series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slidegen.figures.data import STAR, Measure, Reader, check_positive

MOST_SERIES, MOST_POINTS = 6, 400


@dataclass(frozen=True, slots=True)
class Point:
    """A row: its position in the figure's units, its label, and its numbers as in the table."""

    x: float
    y: float
    label: str
    raw: tuple[float, float]
    lit: bool = True


@dataclass(frozen=True, slots=True)
class Series:
    """Points that belong together."""

    name: str
    points: tuple[Point, ...]

    @property
    def lit(self) -> bool:
        """Whether any of its points is highlighted."""
        return any(point.lit for point in self.points)


@dataclass(frozen=True, slots=True)
class Cloud:
    """All series of a figure, and the measures of its axes. `missing` names the rows that lack a number."""

    x: Measure
    y: Measure
    series: tuple[Series, ...]
    missing: tuple[str, ...]

    @property
    def points(self) -> list[Point]:
        """The points of all series."""
        return [point for series in self.series for point in series.points]

    @property
    def shades(self) -> list[int | None]:
        """The number of the colour of each series: the highlighted ones have the first colours, the others None."""
        return shades([series.lit for series in self.series])

    def ends(self) -> str:
        """Where each series begins and ends, for screen readers."""
        x, y = self.x, self.y
        return "; ".join(
            f"{one.name}: from {y.text(first.y)} at {x.text(first.x)} to {y.text(last.y)} at {x.text(last.x)}"
            for one in self.series
            for first, last in [(one.points[0], one.points[-1])]
        )

    @property
    def note(self) -> str:
        """The note on rows that could not be drawn."""
        return f"Without a number, not drawn: {', '.join(self.missing)}." if self.missing else ""


def shades(lit: Sequence[bool]) -> list[int | None]:
    """The number of the colour of each series, by whether it is highlighted; None for grey."""
    count = iter(range(len(lit)))
    return [next(count) if one else None for one in lit]


def cloud(
    reader: Reader,
    x: str,
    ys: Sequence[str],
    series: str | None,
    label: Sequence[str] | None,
    logs: tuple[bool, bool],
    y_label: str | None = None,
    highlight: str | None = None,
    most: int = MOST_SERIES,
) -> Cloud:
    """Reads the points of a table: one for each row and column of `ys`, in the series that column `series` names.

    If `ys` has several columns, each is a series. Rows with a number that is n/a are left out and named in `missing`.
    """
    x_measure, x_numbers = reader.one("x", x)
    y_measure, y_columns = reader.numbers("y", ys, y_label)
    if series is not None and len(ys) > 1:
        reader.problem("series", "series and several columns of y exclude each other; give one of the two")
    kinds = reader.names("series", series) if series is not None else None
    labels = [" · ".join(parts) for parts in reader.row_labels("label", label)]
    if logs[0]:
        check_positive(reader, "log_x", [x_numbers])
    if logs[1]:
        check_positive(reader, "log_y", y_columns)
    caveats, lit = reader.caveats(), reader.rule("highlight", highlight)
    found: dict[str, list[Point]] = {}
    starred: set[str] = set()
    missing: list[str] = []
    for column in y_columns if not reader.problems else ():
        for row, (a, b) in enumerate(zip(x_numbers.values, column.values, strict=True)):
            raw = x_numbers.raw[row], column.raw[row]
            if a is None or b is None or raw[0] is None or raw[1] is None:
                missing.append(labels[row] if len(y_columns) == 1 else f"{labels[row]} ({column.label})")
                continue
            name = kinds[row] if kinds is not None else column.label
            found.setdefault(name, []).append(Point(a, b, labels[row], (raw[0], raw[1]), lit[row]))
            starred |= {name} if caveats[row] else set()
    if len(found) > most:
        reader.problem("series" if series else "y", f"{len(found)} series; at most {most} can be told apart")
    count = sum(map(len, found.values()))
    if count > MOST_POINTS:
        reader.problem("table", f"{count} points; at most {MOST_POINTS} can be seen; choose rows with where")
    if not count and not reader.problems:
        reader.problem("table", "no row has both numbers")
    whole = tuple(Series(f"{name}{STAR}" if name in starred else name, tuple(points)) for name, points in found.items())
    return Cloud(x_measure, y_measure, whole, tuple(missing))
