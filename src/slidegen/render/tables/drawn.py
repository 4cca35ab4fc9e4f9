"""What is drawn in the cells of numbers: bars, and grounds that are the darker the greater a number is."""

from __future__ import annotations

import math
from html import escape
from typing import Final

from slidegen.model import CellValue
from slidegen.resolved import Scale

HEAT_CLASSES: Final = 7
"""How many grounds there are; the style sheet has a colour for each."""
EMPTY_BAR: Final = '<span class="bar" aria-hidden="true"></span>'
"""The place of a bar, which keeps numbers without one below those with one."""


def bar(value: CellValue, scale: Scale) -> str:
    """The bar of a number, from 0, in a track as wide as the scale. A number beyond its end has a cut bar."""
    if isinstance(value, str | bool) or value is None or not math.isfinite(value):
        return EMPTY_BAR
    width = (scale.high - scale.low) or 1.0
    zero, end = ((max(scale.low, min(scale.high, at)) - scale.low) / width for at in (0.0, float(value)))
    style = f"--from:{_percent(min(zero, end))};--to:{_percent(max(zero, end))}"
    if scale.low < 0:
        style += f";--zero:{_percent(zero)}"
    names = " ".join(["bar", *(["signed"] if scale.low < 0 else []), *(["cut"] if value > scale.high else [])])
    return f'<span class="{escape(names)}" style="{style}" aria-hidden="true"></span>'


def heat(value: CellValue, scale: Scale) -> int | None:
    """The ground of a number, from 1 to HEAT_CLASSES; None for what is no number."""
    if isinstance(value, str | bool) or value is None or not math.isfinite(value):
        return None
    number = max(scale.low, min(scale.high, float(value)))
    low, high = scale.low, scale.high
    if scale.log:
        number, low, high = math.log(number), math.log(low), math.log(high)
    if high == low:
        return 1
    return min(HEAT_CLASSES, 1 + int((number - low) / (high - low) * HEAT_CLASSES))


def _percent(share: float) -> str:
    return f"{100 * share:.4g}%"
