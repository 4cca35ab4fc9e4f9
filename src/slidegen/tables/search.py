"""Searches for the largest number that fits, in few steps: each may be a run of a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

PARTS: Final = 64
"""The result is less than one part in so many below the largest number that fits."""
GROWTH: Final = 8
"""How many times as large the next number is at most, as long as nothing is known that does not fit."""


def largest(room: Callable[[int], int], start: int, most: int) -> int | None:
    """Returns the largest number from 1 to `most` that leaves room, to within one part in `PARTS`; None if none does.

    `room` returns what a number leaves, below 0 if it does not fit. It must fall as the number grows. The search begins
    with `start` and follows the line through what it knows, and halves what is left where that is too slow.
    """
    known: dict[int, int] = {}
    low, high, width = 0, most + 1, 0
    guess = min(start, most)
    while True:
        known[guess] = room(guess)
        low, high = (guess, high) if known[guess] >= 0 else (low, guess)
        if high - low <= (max(1, low // PARTS) if high in known else 1):
            return low or None
        slow, width = width > 0 and high - low > width // 2, high - low
        guess = (low + high) // 2 if slow and low in known and high in known else _on_the_line(known, low, high)


def _on_the_line(known: Mapping[int, int], low: int, high: int) -> int:
    """Returns the next number to try, between `low` and `high`."""
    if low not in known:
        return high // 2
    if high not in known:
        before = max((number for number in known if number < low), default=None)
        if before is None:
            return min(2 * low, high - 1)
        fall = (known[before] - known[low]) / (low - before)
        guess = low + int(known[low] / fall) if fall > 0 else GROWTH * low
        return max(low + 1, min(guess, GROWTH * low, high - 1))
    guess = low + (high - low) * known[low] // (known[low] - known[high])
    margin = max(1, low // PARTS)
    return max(low + margin, min(guess, high - margin)) if high - low > 2 * margin else (low + high) // 2
