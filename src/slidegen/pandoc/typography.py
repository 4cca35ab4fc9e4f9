"""pandoc's "smart" dashes and ellipses. markdown-it handles quotation marks."""

from __future__ import annotations

import re
from typing import Final

SIGNS: Final = {"---": "\u2014", "--": "\u2013", "...": "\u2026"}
SMART: Final = re.compile(r"---|--|\.\.\.")


def dashes(text: str) -> str:
    """Returns `text` with typographic dashes and ellipses."""
    return SMART.sub(lambda match: SIGNS[match[0]], text)
