"""SVG markup: elements, text, the markers and fills of six series. Numbers are rounded, so that output is stable."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from slidegen.figures.type import LINE

INK: Final = "var(--text)"
QUIET: Final = "var(--text-quiet)"
FAINT: Final = "var(--rule)"
STRONG: Final = "var(--rule-strong)"
PAGE: Final = "var(--background)"
CONTEXT: Final = "color-mix(in srgb, var(--rule-strong) 30%, var(--rule))"
"""The grey of what is not highlighted: lighter than every colour of the chart."""
INSIDE: Final = "inside"
"""The class of text in a shape, in the colour of the page."""
HATCHED: Final = "hatch"
"""The class of patterns. The style sheet shows them on paper."""

COLORS: Final = 6
DASHES: Final = (None, "9 5", "2 5", "14 5 2 5", "5 5", "14 4")
"""The dash patterns of six series."""

Value = str | float | None


def number(value: float) -> str:
    """A coordinate with at most two decimals, without a needless zero or sign."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def tag(name: str, *inside: str, **attributes: Value) -> str:
    """An element. ``class_`` is class and ``stroke_width`` is stroke-width; attributes that are None are left out."""
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{number(value) if isinstance(value, float | int) else escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    content = "".join(inside)
    return f"<{name}{shown}>{content}</{name}>" if content else f"<{name}{shown}/>"


def color(series: int) -> str:
    """The colour of a series, by its number from 0."""
    return f"var(--chart-{series % COLORS + 1})"


def inside_color(series: int) -> str:
    """The colour of words on the colour of a series: that of the page, if it can be read there."""
    return f"var(--on-chart-{series % COLORS + 1}, {PAGE})"


def label_color(series: int) -> str:
    """The colour of a series for text: nearer to that of the slide's text, so that its contrast is 4.5:1."""
    return f"color-mix(in srgb, {color(series)} 62%, {INK})"


def rect(x: float, y: float, width: float, height: float, fill: str, *inside: str, **attributes: Value) -> str:
    """A rectangle. One without width or height is drawn as well, so that its data attributes exist."""
    return tag("rect", *inside, x=x, y=y, width=max(width, 0.0), height=max(height, 0.0), fill=fill, **attributes)


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, width: float = 1.0, **attributes: Value) -> str:
    """A straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width, **attributes)


def text(
    x: float,
    y: float,
    words: str | Sequence[str],
    size: float | None = None,
    fill: str | None = None,
    anchor: str | None = None,
    bold: bool = False,
    halo: bool = False,
    **attributes: Value,
) -> str:
    """Text with its first baseline at `y`, one line or several.

    A `halo` in the colour of the page (a rule of the style sheet) keeps it legible where it crosses a line. The default
    size and fill are those of the figure: 20 pixels in the colour of the slide's text.
    """
    lines = [words] if isinstance(words, str) else list(words)
    given: dict[str, Value] = {
        "x": x,
        "y": y,
        "font_size": size,
        "font_weight": 600 if bold else None,
        "fill": fill,
        "text_anchor": None if anchor == "start" else anchor,
        **attributes,
    }
    if halo:
        given["class_"] = "halo"
    if len(lines) == 1:
        return tag("text", escape(lines[0], quote=False), **given)
    step = (size or 20.0) * LINE
    spans = [
        tag("tspan", escape(part, quote=False), x=x, dy=None if index == 0 else step)
        for index, part in enumerate(lines)
    ]
    return tag("text", *spans, **given)


class Fills:
    """The flat fills of a figure's series, and the patterns that lie on them on paper, where colours may be lost.

    The first series has no pattern. `defs` defines the patterns in use. `shown` shows them on the screen too.
    """

    def __init__(self, prefix: str, shown: bool = False) -> None:
        self._prefix = prefix
        self._shown = shown
        self._used: dict[int, str] = {}

    def box(self, series: int, x: float, y: float, width: float, height: float, *inside: str, **more: Value) -> str:
        """A rectangle in the colour of a series, with its pattern."""
        return rect(x, y, width, height, color(series), *inside, **more) + self._pattern(
            series, "rect", x=x, y=y, width=max(width, 0.0), height=max(height, 0.0)
        )

    def shape(self, series: int, path: str, *inside: str, **more: Value) -> str:
        """A path in the colour of a series, with its pattern."""
        return tag("path", *inside, d=path, fill=color(series), **more) + self._pattern(series, "path", d=path)

    def clear(self, series: int, x: float, y: float, width: float, height: float) -> str:
        """What covers the pattern behind words."""
        if series % COLORS == 0:
            return ""
        hidden = None if self._shown else "none"
        return rect(x, y, width, height, color(series), class_=HATCHED, display=hidden)

    def _pattern(self, series: int, name: str, **shape: Value) -> str:
        kind = series % COLORS
        if kind == 0:
            return ""
        self._used.setdefault(kind, _pattern(kind, f"{self._prefix}-p{kind + 1}"))
        hidden = None if self._shown else "none"
        return tag(name, **shape, fill=f"url(#{self._prefix}-p{kind + 1})", class_=HATCHED, display=hidden)

    @property
    def defs(self) -> str:
        """The definitions of the patterns in use."""
        return tag("defs", *(self._used[kind] for kind in sorted(self._used))) if self._used else ""


def _pattern(kind: int, name: str) -> str:
    size, turn, drawn = {
        1: (9, 45, _strokes("M0 0V9")),
        2: (9, 0, tag("circle", cx=4.5, cy=4.5, r=1.7, fill=PAGE)),
        3: (6, 135, _strokes("M0 0V6", 1.8)),
        4: (11, 45, _strokes("M0 0V11M0 0H11")),
        5: (8, 0, _strokes("M0 0H8")),
    }[kind]
    return tag(
        "pattern",
        drawn,
        id=name,
        width=size,
        height=size,
        patternUnits="userSpaceOnUse",
        patternTransform=f"rotate({turn})" if turn else None,
    )


def _strokes(path: str, width: float = 2.4) -> str:
    return tag("path", d=path, stroke=PAGE, stroke_width=width)


def marker(series: int, x: float, y: float, size: float, *inside: str, **attributes: Value) -> str:
    """The marker of a series at a point, `size` pixels wide: circle, square, triangle, diamond, cross or ring."""
    kind = series % COLORS
    half = size / 2
    look: dict[str, Value] = {"fill": color(series), "stroke": PAGE, "stroke_width": 1.5, **attributes}
    if kind == 0:
        return tag("circle", *inside, cx=x, cy=y, r=half, **look)
    if kind == 5:
        ring = {**look, "fill": PAGE, "stroke": color(series), "stroke_width": 3}
        return tag("circle", *inside, cx=x, cy=y, r=half - 1.5, **ring)
    points = {
        1: ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
        2: ((0, -1.15), (1.1, 0.85), (-1.1, 0.85)),
        3: ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),
        4: tuple(
            (sx, sy)
            for sx, sy in (
                *((-0.4, -1.1), (0.4, -1.1), (0.4, -0.4), (1.1, -0.4), (1.1, 0.4), (0.4, 0.4)),
                *((0.4, 1.1), (-0.4, 1.1), (-0.4, 0.4), (-1.1, 0.4), (-1.1, -0.4), (-0.4, -0.4)),
            )
        ),
    }[kind]
    path = "M" + "L".join(f"{number(x + dx * half)} {number(y + dy * half)}" for dx, dy in points) + "Z"
    return tag("path", *inside, d=path, **look)
