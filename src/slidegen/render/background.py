"""Decides whether a slide's background is dark and needs light text."""

from __future__ import annotations

import re

from slidegen.model import Background

HEX = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
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
    found = HEX.findall(f"{background.color or ''} {background.gradient or ''}") or _named(background.color)
    if not found:
        return None
    return sum(map(luminance, found)) / len(found) < DARK_BELOW


def _named(color: str | None) -> list[str]:
    """The hexadecimal digits of a colour in another notation: ``darkblue``, ``rgb(0, 0, 139)``."""
    if color is None:
        return []
    from tinycss2.color3 import RGBA, parse_color

    parsed = parse_color(color)
    if not isinstance(parsed, RGBA) or parsed.alpha < 1:
        return []
    return ["".join(f"{round(channel * 255):02x}" for channel in parsed[:3])]


def luminance(color: str) -> float:
    """The relative luminance of a colour in three or six hexadecimal digits (WCAG 2.2, "relative luminance")."""
    digits = color if len(color) == 6 else "".join(2 * digit for digit in color)
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
