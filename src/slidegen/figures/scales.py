"""Maps numbers to pixels: linear and logarithmic scales, their ticks, and the texts of the ticks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from slidegen.units import fixed, superscript, times_power, typeset

GROUPED: Final = 9999.5


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps numbers from `low` to `high` to pixels from `start` to `end`, on a `log` scale by their logarithms."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """The position of a number in pixels."""
        low, high = (math.log10(self.low), math.log10(self.high)) if self.log else (self.low, self.high)
        at = math.log10(value) if self.log else value
        share = (at - low) / (high - low) if high > low else 0.5
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int) -> list[float]:
        """At most `most` round numbers inside the scale."""
        return log_ticks(self.low, self.high, most) if self.log else linear_ticks(self.low, self.high, most)


def linear_ticks(low: float, high: float, most: int) -> list[float]:
    """The multiples of 1, 2, 2.5 or 5 times a power of ten from `low` to `high`, as many as `most` allows."""
    if high <= low:
        return [low]
    step = _step((high - low) / (most + 1))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    while last - first >= most:
        step = _step(step * 1.01)
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [_clean(number * step, step) for number in range(first, last + 1)]


def _step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= least * (1 - 1e-9))


def _clean(value: float, step: float) -> float:
    """Removes rounding errors from a multiple of `step`."""
    return round(value, max(0, 2 - math.floor(math.log10(step))))


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """The powers of ten from `low` to `high`. If they are few, also multiples such as 2 and 5 times; if too many, some
    are left out at regular intervals."""
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    inside = [p for p in range(first, last + 1) if low * (1 - 1e-9) <= 10.0**p <= high * (1 + 1e-9)]
    if len(inside) > most:
        stride = math.ceil(len(inside) / most)
        return [10.0**p for p in inside if (inside[-1] - p) % stride == 0]
    if len(inside) >= 3:
        return [10.0**p for p in inside]
    for factors in ((1, 2, 3, 5), (1, 2, 5), (1, 3)):
        found = [f * 10.0**p for p in range(first - 1, last + 1) for f in factors]
        found = [value for value in found if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
        if len(found) <= most:
            break
    return found if len(found) > 1 else linear_ticks(low, high, most)


def rounded_out(low: float, high: float, most: int) -> tuple[float, float]:
    """Extends a linear range so that its ends are ticks."""
    if high <= low:
        return low, low + 1
    step = _step((high - low) / max(1, most - 1))
    ends = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return _clean(ends[0], step), _clean(ends[1], step)


def tick_texts(ticks: Sequence[float], log: bool = False) -> list[str]:
    """The texts of ticks: with the same number of decimals, or on a logarithmic scale each with its own."""
    if log:
        return [_power_text(tick) for tick in ticks]
    largest = max((abs(tick) for tick in ticks), default=0.0)
    if largest and (largest >= 1e7 or largest < 1e-3):
        power = math.floor(math.log10(largest))
        return [
            f"{shown(tick / 10.0**power, _decimals([t / 10.0**power for t in ticks]))}{times_power(power)}"
            for tick in ticks
        ]
    decimals = _decimals(ticks)
    return [shown(tick, decimals, largest >= GROUPED) for tick in ticks]


def _decimals(values: Sequence[float]) -> int:
    return next((d for d in range(8) if all(abs(v - round(v, d)) < 1e-9 for v in values)), 8)


def _power_text(value: float) -> str:
    power = math.floor(math.log10(value) + 1e-9)
    if -4 <= power < 6:
        return shown(value, max(0, -power))
    factor = round(value / 10.0**power)
    return f"10{superscript(power)}" if factor == 1 else f"{factor}{times_power(power)}"


def shown(value: float, decimals: int, grouped: bool = False) -> str:
    """A number with `decimals` decimals and a real minus sign. It has separators from 10,000 on or if `grouped`, like
    larger numbers beside it: the year 2017 and the block size 1024 have none."""
    return typeset(fixed(value, decimals, grouped or abs(value) >= GROUPED))


def decimals_of_all(values: Sequence[float]) -> int | None:
    """The number of decimals that gives all numbers at least three significant digits; None if their magnitudes differ
    too much. Those of "0.0112" and "0.0130" do not."""
    sizes = [abs(value) for value in values if value]
    if not sizes or len(sizes) < len(values) or max(sizes) >= 10 * min(sizes):
        return None
    texts = [significant(value) for value in sizes]
    if any("·" in text for text in texts):
        return None
    return max(len(text.partition(".")[2]) for text in texts)


def significant(value: float, digits: int = 3) -> str:
    """A number rounded to significant digits, without trailing zeros: "0.0912", "4.13", "55.9", "4.5", "1230"."""
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    if power < -4 or power >= 7:
        return f"{significant(value / 10.0**power, digits)}{times_power(power)}"
    text = shown(round(value, digits - 1 - power), max(0, digits - 1 - power))
    return text.rstrip("0").rstrip(".") if "." in text else text
