"""Units of memory, and how numbers are written. Bytes are integers until they are shown; GiB is 2**30 bytes and GB is
10**9."""

from __future__ import annotations

import math
import re
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
DIGITS: Final = 2
"""The decimals of a size or a plain number, where nothing else is asked for."""
LARGEST: Final = 1e300
"""The largest number that is shown: a float holds it also as a percentage or with a smaller unit."""
NOT_AVAILABLE: Final = "n/a"
"""How a value that is not there is written."""
MINUS: Final = "−"
SUPERSCRIPTS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
EXPONENT: Final = re.compile(r"e([+-]?\d+)")


def is_shown(number: float) -> bool:
    """Whether a number is finite and not too large to be written."""
    return abs(number) <= LARGEST


def in_unit(size: int, unit: Unit) -> float:
    """`size` bytes as a number of `unit`."""
    return size / BYTES_PER_UNIT[unit]


def format_bytes(size: int, unit: Unit = "GiB", digits: int = DIGITS) -> str:
    """`size` bytes in `unit` with `digits` decimals, without the unit's name: ``"55.92"``."""
    return fixed(in_unit(size, unit), digits)


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
    return lambda value: fixed(value, digits)


def fixed(value: float, digits: int, grouped: bool = True) -> str:
    """A number with `digits` decimals, its thousands separated if `grouped`; what is rounded to zero has no sign."""
    text = f"{value:,.{digits}f}" if grouped else f"{value:.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text


def typeset(number: str) -> str:
    """The text of a number as it is set in print: "-0.42" is "−0.42", and "5.96e-08" is "5.96·10⁻⁸"."""
    return EXPONENT.sub(lambda match: times_power(int(match[1])), number).replace("-", MINUS)


def times_power(power: int) -> str:
    """What stands behind a number that is to be multiplied by a power of ten: "·10⁻⁸"."""
    return f"·10{superscript(power)}"


def superscript(number: int) -> str:
    """A whole number as an exponent: "⁻⁸"."""
    return str(number).translate(SUPERSCRIPTS)
