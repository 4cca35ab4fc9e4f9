"""Nominal sizes: a number of parameters in place of a model, as talks write it: "7B", "13e9"."""

from __future__ import annotations

import re
from typing import Final

from slidegen.model import Census, ModelFacts, ParameterGroup
from slidegen.models.configs import config_digest

NOMINAL: Final = "nominal size"
SCALES: Final = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
MAX_PARAMETERS: Final = 10**15
"""The largest nominal size."""
_SIZE: Final = re.compile(r"(\d{1,16})(?:\.(\d{1,12}))?(?:e\+?(\d{1,2})|([KMBT]))?", re.IGNORECASE | re.ASCII)


def nominal_size(name: str) -> int | None:
    """Returns the number of parameters that a name gives: "7B", "1.5b", "350M", "13e9"; None for any other name."""
    match = _SIZE.fullmatch(name.replace(" ", ""))
    if match is None:
        return None
    whole, fraction, power, scale = match.groups(default="")
    factor = 10 ** int(power) if power else SCALES[scale.upper()]
    size, rest = divmod(int(whole + fraction) * factor, 10 ** len(fraction))
    return size if rest == 0 and 0 < size <= MAX_PARAMETERS else None


def size_name(size: int) -> str:
    """Returns a number of parameters as talks write it: "13B", "1.5B". If it is not round, returns all digits."""
    for suffix in "TBMK":
        thousandths, rest = divmod(size * 1000, SCALES[suffix])
        if size >= SCALES[suffix] and rest == 0:
            return f"{thousandths / 1000:g}{suffix}" if thousandths < 10**6 else str(size)
    return str(size)


def nominal_facts(name: str, size: int) -> ModelFacts:
    """Returns the facts of a nominal size, whose origin says that it is one."""
    config = {"parameters": size}
    return ModelFacts(name, config, config_digest(config), f"{NOMINAL}: {size:,} parameters")


def nominal_census(size: int) -> Census:
    """Returns the census of a nominal size. All parameters are in one group, because its layers are unknown."""
    group = ParameterGroup("nominal", "parameters", "linear", (size,), 1, "both")
    return Census(NOMINAL, NOMINAL, (group,), 4 * size, (), 4 * size, {})
