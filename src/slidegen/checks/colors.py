"""Contrast of colours: WCAG 2.2, "contrast ratio" and "relative luminance"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

NORMAL, LARGE = 4.5, 3.0
"""The least contrast of text and of large text (success criterion 1.4.3, level AA)."""
SHARES: Final = (0.2126, 0.7152, 0.0722)


@lru_cache(maxsize=512)
def _linear(channel: int) -> float:
    part = channel / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def luminance(color: Sequence[float]) -> float:
    """The relative luminance of red, green and blue (0 to 255): 0 is black, 1 white."""
    return sum(share * _linear(round(channel)) for share, channel in zip(SHARES, color, strict=False))


def contrast(one: Sequence[float], other: Sequence[float]) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def over(top: Sequence[float], alpha: float, bottom: Sequence[float]) -> tuple[float, float, float]:
    """The colour that is seen of a colour with some alpha over another one."""
    red, green, blue = (above * alpha + below * (1 - alpha) for above, below in zip(top, bottom, strict=False))
    return red, green, blue


def least_contrast(size: float, bold: bool) -> float:
    """The least contrast of text of a size in CSS pixels: large text has 18 points, or 14 if it is bold."""
    return LARGE if size >= 24 or (bold and size >= 18.66) else NORMAL
