"""Units of memory. Bytes are integers until they are shown; GiB is 2**30 bytes and GB is 10**9."""

from __future__ import annotations

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
