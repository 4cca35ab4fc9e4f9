"""Units of memory, and formats of numbers. Bytes are integers until they are shown. GiB is 2**30 bytes, GB 10**9."""

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
"""The default number of decimals of a size or a plain number."""
LARGEST: Final = 1e300
"""The largest number that is shown: as a percentage or in a smaller unit, it is still a finite float."""
NOT_AVAILABLE: Final = "n/a"
"""The text of a missing value."""
MINUS: Final = "−"
SUPERSCRIPTS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
EXPONENT: Final = re.compile(r"e([+-]?\d+)")


def is_shown(number: float) -> bool:
    """Returns whether a number is finite and not too large to be shown."""
    return abs(number) <= LARGEST


def in_unit(size: int, unit: Unit) -> float:
    """Returns `size` bytes as a number of `unit`."""
    return size / BYTES_PER_UNIT[unit]


def format_bytes(size: int, unit: Unit = "GiB", digits: int = DIGITS) -> str:
    """Returns `size` bytes in `unit` with `digits` decimals, without the unit's name: ``"55.92"``."""
    return fixed(in_unit(size, unit), digits)


def format_count(count: int) -> str:
    """Returns a number of parameters in three digits, as people say it: ``"7.50 B"``, ``"83.9 M"``."""
    for size, suffix in ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K")):
        if count >= size:
            value = count / size
            return f"{value:.{max(0, 3 - len(str(int(value))))}f} {suffix}"
    return str(count)


def number_format(kind: str, cells: Iterable[object], digits: int) -> Callable[[float], str]:
    """Returns the function that formats numbers of a column of this `kind`. `digits` are the decimals of a "number".

    A "ratio" (a cosine) has four decimals. A "measure" has as many as the smallest number but 0 needs for three digits,
    at most six: 0.0913 and 0.25 become 0.0913 and 0.2500, and 4.127 and 18.5 become 4.13 and 18.50. A "significant"
    number has a format of its own: up to seven digits, or four and a power of ten.
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
    """Returns a number with `digits` decimals, its thousands separated if `grouped`. A rounded zero has no sign."""
    text = f"{value:,.{digits}f}" if grouped else f"{value:.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text


def typeset(number: str) -> str:
    """Returns the text of a number as it is typeset: "-0.42" becomes "−0.42", and "5.96e-08" "5.96·10⁻⁸"."""
    return EXPONENT.sub(lambda match: times_power(int(match[1])), number).replace("-", MINUS)


def times_power(power: int) -> str:
    """Returns the text after a number that is multiplied by a power of ten: "·10⁻⁸"."""
    return f"·10{superscript(power)}"


def superscript(number: int) -> str:
    """Returns a whole number as an exponent: "⁻⁸"."""
    return str(number).translate(SUPERSCRIPTS)
