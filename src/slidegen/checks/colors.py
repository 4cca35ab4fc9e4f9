"""Contrast of the colours that a browser shows, with red, green and blue from 0 to 255."""

from __future__ import annotations

from collections.abc import Sequence

from slidegen import colors

LARGE = 3.0
"""The least contrast of large text (WCAG 2.2, 1.4.3); that of other text is `colors.READABLE`."""


def contrast(one: Sequence[float], other: Sequence[float]) -> float:
    """The contrast ratio of two colours of red, green and blue (0 to 255), 1 to 21."""
    return colors.contrast(_parts(one), _parts(other))


def _parts(color: Sequence[float]) -> colors.Rgb:
    red, green, blue = (round(part) / 255 for part in color[:3])
    return red, green, blue


def over(top: Sequence[float], alpha: float, bottom: Sequence[float]) -> tuple[float, float, float]:
    """The colour that is seen of a colour with some alpha over another one."""
    red, green, blue = (above * alpha + below * (1 - alpha) for above, below in zip(top, bottom, strict=False))
    return red, green, blue


def least_contrast(size: float, bold: bool) -> float:
    """The least contrast of text of a size in CSS pixels: large text has 18 points, or 14 if it is bold."""
    return LARGE if size >= 24 or (bold and size >= 18.66) else colors.READABLE
