"""Colours as numbers: contrast as WCAG has it, and lightness that is changed without changing the hue, in OKLCH."""

from __future__ import annotations

import math
from typing import Final

Rgb = tuple[float, float, float]
"""Red, green and blue of sRGB, from 0 to 1."""
STEP: Final = 0.005
"""By how much the lightness is changed at once, of 1."""
READABLE: Final = 4.5
"""The least contrast of text (WCAG 2.2, 1.4.3)."""


def parse_color(text: str) -> Rgb | None:
    """Returns an opaque colour of CSS: ``#rrggbb``, a name, ``rgb()`` or ``hsl()``. None for anything else."""
    from tinycss2.color4 import Color
    from tinycss2.color4 import parse_color as parsed

    found = parsed(text)
    if not isinstance(found, Color) or found.alpha != 1 or found.space not in ("srgb", "hsl", "hwb"):
        return None
    red, green, blue = (min(1.0, max(0.0, part or 0.0)) for part in found.to("srgb").coordinates)
    return red, green, blue


def hex_color(color: Rgb) -> str:
    """Returns a colour as ``#rrggbb``."""
    return "#" + "".join(f"{round(255 * min(1, max(0, part))):02x}" for part in color)


def luminance(color: Rgb) -> float:
    """Returns the relative luminance, from 0 to 1 (WCAG 2.2, "relative luminance")."""
    red, green, blue = map(_linear, color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """Returns the contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable(color: Rgb, *grounds: Rgb, least: float = READABLE) -> Rgb:
    """Returns a colour that has at least some contrast with all `grounds`: itself, or the nearest in lightness with the
    same hue, darker on light grounds and lighter on dark ones."""
    lightness, chroma, hue = oklch(color)
    step = STEP if sum(map(luminance, grounds)) / len(grounds) < 0.18 else -STEP
    while min(contrast(color, ground) for ground in grounds) < least and 0 < lightness + step < 1:
        lightness += step
        color = in_gamut(lightness, chroma, hue)
    return color


def in_gamut(lightness: float, chroma: float, hue: float) -> Rgb:
    """Returns a colour in OKLCH with the chroma that sRGB has at most, rounded to eight bits."""
    low, high = 0.0, chroma
    if not _fits(_from_oklch(lightness, high, hue)):
        for _ in range(20):
            middle = (low + high) / 2
            low, high = (middle, high) if _fits(_from_oklch(lightness, middle, hue)) else (low, middle)
        chroma = low
    red, green, blue = (round(255 * min(1, max(0, part))) / 255 for part in _from_oklch(lightness, chroma, hue))
    return red, green, blue


def mixed(one: Rgb, other: Rgb, share: float) -> Rgb:
    """Returns a mixture in OKLab with a `share` (0 to 1) of the other colour."""
    parts = zip(_oklab(one), _oklab(other), strict=True)
    lightness, a, b = ((1 - share) * first + share * second for first, second in parts)
    return in_gamut(lightness, math.hypot(a, b), math.atan2(b, a))


def oklch(color: Rgb) -> tuple[float, float, float]:
    """Returns lightness (0 to 1), chroma and hue (radians) in OKLCH (Ottosson 2020, "A perceptual color space for image
    processing"; CSS Color 4, 9.4)."""
    lightness, a, b = _oklab(color)
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _oklab(color: Rgb) -> Rgb:
    red, green, blue = map(_linear, color)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_oklch(lightness: float, chroma: float, hue: float) -> Rgb:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _curved(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _curved(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _curved(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def _fits(color: Rgb) -> bool:
    return all(-1e-4 <= part <= 1 + 1e-4 for part in color)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _curved(part: float) -> float:
    if part <= 0.0031308:
        return 12.92 * part
    return float(1.055 * part ** (1 / 2.4) - 0.055)
