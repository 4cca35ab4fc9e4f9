"""Units of memory, and how numbers are written. Bytes are integers until they are shown; GiB is 2**30 bytes and GB is
10**9."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Final, Literal, get_args

Unit = Literal["B", "KiB", "MiB", "GiB", "TiB", "KB", "MB", "GB", "TB"]

BYTES_PER_UNIT: Final[dict[Unit, int]] = {
    "B": 1,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
}
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)


def in_unit(size: int, unit: Unit) -> float:
    """`size` bytes as a number of `unit`."""
    return size / BYTES_PER_UNIT[unit]


def format_bytes(size: int, unit: Unit = "GiB", digits: int = 2) -> str:
    """`size` bytes in `unit` with `digits` decimals, without the unit's name: ``"55.92"``."""
    return f"{in_unit(size, unit):,.{digits}f}"


def format_count(count: int) -> str:
    """A number of parameters as people say it: ``"7.50 B"``, ``"83.9 M"``, three digits."""
    for size, suffix in ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K")):
        if count >= size:
            value = count / size
            return f"{value:.{max(0, 3 - len(str(int(value))))}f} {suffix}"
    return str(count)


def number_format(kind: str, cells: Iterable[object], digits: int) -> Callable[[float], str]:
    """How the numbers of a column are written; `kind` is the column's, `digits` the decimals of a plain "number".

    A "ratio" (a cosine) has four decimals. A "measure" has as many as the smallest number but 0 needs for three digits,
    at most six: 0.0913 and 0.25 become 0.0913 and 0.2500, and 4.127 and 18.5 become 4.13 and 18.50. A "significant"
    number is written by itself: up to seven digits, or four and a power of ten.
    """
    if kind == "significant":
        return lambda value: f"{value:,.7g}" if value == 0 or 1e-4 <= abs(value) < 1e7 else f"{value:.4g}"
    if kind == "ratio":
        digits = 4
    elif kind == "measure":
        numbers = [abs(cell) for cell in cells if isinstance(cell, int | float) and math.isfinite(cell) and cell]
        digits = max(0, min(6, 2 - math.floor(math.log10(min(numbers))))) if numbers else 2
    return lambda value: _without_sign_of_zero(f"{value:,.{digits}f}")


def _without_sign_of_zero(text: str) -> str:
    return text.removeprefix("-") if not text.strip("-0.,") else text
