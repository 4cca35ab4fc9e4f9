"""A placed figure as HTML: the drawing in its space, its caption, and the provenance of its numbers."""

from __future__ import annotations

from html import escape

from slidegen.pictures import Frame
from slidegen.render import provenance
from slidegen.render.caveats import caveats_and_notes
from slidegen.render.sizing import Space
from slidegen.resolved import PlacedFigure

CAPTION, LINE, ABOVE = 26, 23, 14
"""The heights of a caption, of a line of text below it, and of the space above it, in pixels of the slide."""
LINE_CHARACTERS = 1 / 6.9
"""How many characters of a 16-pixel font fit on a pixel of a line."""
MIN_HEIGHT = 160.0
PHONE = Space(568, 460)
"""The width of a slide on an upright phone inside its margins, and a height that suits it."""


def figure_html(placed: PlacedFigure, space: Space, prefix: str, phone: bool) -> str:
    """The figure; its ids begin with `prefix`. For a `phone`, a figure that is too wide to be read there is drawn a
    second time; the style sheet shows one of the two."""
    sentences = " ".join(dict.fromkeys(map(provenance.sentence, placed.provenance)))
    caveats = caveats_and_notes(placed.caveats, placed.notes)
    frame = _frame(placed, space, sentences, caveats, prefix)
    drawing = placed.picture.draw(frame)
    small = ""
    if phone and frame.width > PHONE.width:
        small = placed.picture.draw(Frame(PHONE.width, PHONE.height, f"{prefix}p")).svg
        small = f'<div class="phone-chart">{small}</div>'
    noted = " ".join(filter(None, (caveats, drawing.note)))
    note = f'<span class="note">{escape(noted)}</span> ' if noted else ""
    caption = f'<span class="caption">{escape(placed.caption)}</span> ' if placed.caption else ""
    line = f'<span class="provenance">{escape(sentences)}</span>' if sentences else ""
    below = f"\n<figcaption>{caption}{note}{line}</figcaption>" if caption or note or line else ""
    style = f' style="width: {placed.width}px"' if placed.width else ""
    return (
        f'<figure class="computed-figure" data-figure="{escape(placed.name)}" data-kind="{placed.kind}"{style}>'
        f"{drawing.svg}{small}{below}</figure>\n"
    )


def _frame(placed: PlacedFigure, space: Space, sentences: str, caveats: str, prefix: str) -> Frame:
    """The size that the deck gives, else the space minus the text below the figure."""
    width = float(placed.width or space.width)
    if placed.height is not None or placed.aspect is not None:
        return Frame(width, float(placed.height or round(width / (placed.aspect or 1))), prefix, True, placed.steps)
    below = CAPTION if placed.caption else 0
    if caveats:
        below += CAPTION * -(-len(caveats) // max(1, int(width * LINE_CHARACTERS * 16 / 18)))
    if sentences:
        below += LINE * -(-len(sentences) // max(1, int(width * LINE_CHARACTERS))) + 6
    height = max(MIN_HEIGHT, space.height - below - (ABOVE if below else 0))
    return Frame(width, height, prefix, False, placed.steps)
