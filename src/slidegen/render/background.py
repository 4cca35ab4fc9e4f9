"""Decides whether a slide's background is dark and needs light text."""

from __future__ import annotations

import re

from slidegen.colors import luminance, parse_color
from slidegen.model import Background

HEX = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
OTHERS = re.compile(
    r"\b(?:transparent|currentcolor)\b|\b(?:rgba?|hsla?|hwb|(?:ok)?l(?:ab|ch)|color|var|light-dark)\(", re.I
)
"""Colours in a gradient that are not judged here: what is behind them or the theme matters. The page looks at them."""
DARK_BELOW = 0.25
"""Relative luminance (WCAG 2, 0 to 1) below which a background gets light text."""


def is_dark(background: Background | None) -> bool | None:
    """Whether the background needs light text; None if it neither says so nor has a colour to judge by."""
    if background is None or background.dark is not None:
        return None if background is None else background.dark
    if OTHERS.search(background.gradient or ""):
        return None
    written = HEX.findall(f"{background.color or ''} {background.gradient or ''}") or [background.color or ""]
    found = [color for color in map(parse_color, written) if color is not None]
    if not found:
        return None
    return sum(map(luminance, found)) / len(found) < DARK_BELOW
