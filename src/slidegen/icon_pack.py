"""The icons of Lucide: their names and shapes."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import cache
from typing import Final

from slidegen.vendor import vendor_bytes

PACK: Final = "icons/lucide.z"


@cache
def icon_shapes() -> Mapping[str, str]:
    """The shapes of each icon, by its name: SVG on 24 by 24 units."""
    rows = zlib.decompress(vendor_bytes(PACK)).decode().split("\n")
    return dict(row.split("\t", 1) for row in rows)
