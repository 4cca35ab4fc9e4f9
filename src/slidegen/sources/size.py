"""Parses the size of slides in decks with slidegen's own look."""

from __future__ import annotations

import re

SIZES = {"16:9": (1280, 720), "4:3": (960, 720)}


def parse_size(value: str) -> tuple[int, int]:
    """Returns width and height in pixels of "16:9", "4:3" or "1600x900" (200 to 4000 each).

    Raises:
        ValueError: `value` is none of these. The message says what is allowed.
    """
    if value in SIZES:
        return SIZES[value]
    match = re.fullmatch(r"(\d{3,4})x(\d{3,4})", value)
    if match is None or not all(200 <= int(side) <= 4000 for side in match.groups()):
        raise ValueError("a size is 16:9, 4:3 or WIDTHxHEIGHT in pixels, 200 to 4000 each")
    return int(match[1]), int(match[2])
