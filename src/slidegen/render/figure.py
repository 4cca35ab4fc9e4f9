"""A placed figure as HTML: the drawing in its space, its caption, and the provenance of its numbers."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from slidegen.pictures import Frame
from slidegen.render import provenance
from slidegen.render.anchors import id_attribute
from slidegen.render.caveats import caveats_and_notes
from slidegen.render.sizing import Space
from slidegen.resolved import PlacedFigure

CAPTION, LINE, ABOVE = 26, 23, 14
"""The heights of a caption, of a line of text below it, and of the space above it, in pixels of the slide."""
LINE_CHARACTERS = 1 / 6.9
"""How many characters of a 16-pixel font fit on a pixel of a line."""
MIN_HEIGHT = 160.0
TITLE, SUBTITLE = 24.0, 20.0
"""The font sizes above a figure, in pixels of the slide."""
LEADING, BELOW_TITLE = 1.3, 10
"""The distance of lines above a figure, in ems, and the space below the last one."""
PHONE = Space(420, 340)
"""The size of the drawing for an upright phone, which the style sheet enlarges to the width of the phone's slide."""


def figure_html(placed: PlacedFigure, space: Space, prefix: str, phone: bool) -> str:
    """The figure; its ids begin with `prefix`. For a `phone`, a figure that is too wide to be read there is drawn a
    second time; the style sheet shows one of the two."""
    caveats = caveats_and_notes(placed.caveats, placed.notes)
    width = float(placed.width or space.width)
    frame = Frame(
        width,
        _height(placed, width, space, caveats),
        prefix,
        steps=placed.steps,
        patterns=placed.patterns,
        titled=placed.subtitle is not None,
    )
    drawing = placed.picture.draw(frame)
    small = ""
    if phone and frame.width > PHONE.width:
        small = placed.picture.draw(
            replace(frame, width=PHONE.width, height=PHONE.height, prefix=f"{prefix}p", steps=False)
        ).svg
        small = f'<div class="phone-chart">{small}</div>'
    noted = " ".join(filter(None, (caveats, drawing.note)))
    note = f'<span class="note">{escape(noted)}</span> ' if noted else ""
    caption = f'<span class="caption">{escape(placed.caption)}</span> ' if placed.caption else ""
    line = provenance.noted(placed.provenance, placed.lang) if placed.sourced else ""
    below = f"\n<figcaption>{caption}{note}{line}</figcaption>" if caption or note or line else ""
    style = f' style="width: {placed.width}px"' if placed.width else ""
    own = id_attribute(placed.label)
    return (
        f'<figure{own} class="computed-figure" data-figure="{escape(placed.name)}" data-kind="{placed.kind}"{style}>'
        f"{_above(placed)}{drawing.svg}{small}{below}</figure>\n"
    )


def _above(placed: PlacedFigure) -> str:
    """The title and the subtitle."""
    title = f'<div class="chart-title">{escape(placed.title)}</div>' if placed.title else ""
    return title + (f'<div class="chart-subtitle">{escape(placed.subtitle)}</div>' if placed.subtitle else "")


def _height_above(placed: PlacedFigure, width: float) -> float:
    """The height of the title and the subtitle with the space below them."""
    from slidegen.figures.type import SEMIBOLD, wrapped

    lines = [len(wrapped(text, size * SEMIBOLD, width, 9)) * size for text, size in
             ((placed.title, TITLE), (placed.subtitle, SUBTITLE)) if text]  # fmt: skip
    return sum(lines) * LEADING + BELOW_TITLE if lines else 0.0


def _height(placed: PlacedFigure, width: float, space: Space, caveats: str) -> float:
    """The height of the drawing: what the deck gives, else the space minus the text above and below it."""
    if placed.height is not None or placed.aspect is not None:
        return float(placed.height or round(width / (placed.aspect or 1)))
    below = CAPTION if placed.caption else 0
    if caveats:
        below += CAPTION * -(-len(caveats) // max(1, int(width * LINE_CHARACTERS * 16 / 18)))
    if placed.provenance and placed.sourced:
        below += LINE * -(-len(provenance.line(placed.provenance)) // max(1, int(width * LINE_CHARACTERS))) + 6
    return max(MIN_HEIGHT, space.height - below - (ABOVE if below else 0) - _height_above(placed, width))
