"""A kind of figure as another package adds it: a dot for each row, as large as a column says."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from slidegen import Drawing, FigureKind, FigureOptions, Frame, Numbers, Reader, svg_drawing


class DotsOptions(FigureOptions):
    """Dots."""

    value: str


@dataclass(frozen=True)
class Dots:
    """What a figure of dots shows."""

    title: str
    names: tuple[str, ...]
    numbers: Numbers

    def draw(self, frame: Frame) -> Drawing:
        """The dots in a row, the greatest as high as there is room."""
        step, most = frame.width / len(self.names), max(self.numbers.known) or 1
        radius = min(step, frame.height - 40) / 2
        dots = []
        for at, (name, value) in enumerate(zip(self.names, self.numbers.values, strict=True)):
            x = step * (at + 0.5)
            if value is not None:
                size = radius * (value / most) ** 0.5
                dots.append(f'<circle cx="{x:.1f}" cy="{radius:.1f}" r="{size:.1f}" fill="var(--chart-1)"/>')
            dots.append(f'<text x="{x:.1f}" y="{2 * radius + 24:.1f}" text-anchor="middle">{escape(name)}</text>')
        described = "; ".join(
            f"{name} {value:g}"
            for name, value in zip(self.names, self.numbers.values, strict=True)
            if value is not None
        )
        return svg_drawing(frame, 2 * radius + 36, self.title, described, "".join(dots))


def read(reader: Reader, options: DotsOptions) -> Dots:
    """The dots of a table; notes a number that no dot can show."""
    measure, numbers = reader.one("value", options.value)
    if any(value < 0 for value in numbers.known):
        reader.problem("value", f"column {options.value!r} has numbers below 0; a dot has none")
    names = tuple(", ".join(parts) for parts in reader.row_labels("value", None))
    return Dots(options.caption or measure.title, names, numbers)


DOTS = FigureKind(DotsOptions, read)
