"""pandoc's "smart" signs: dashes and ellipses. Quotation marks are markdown-it's."""

from __future__ import annotations

import re
from typing import Final

SIGNS: Final = {"---": "\u2014", "--": "\u2013", "...": "\u2026"}
SMART: Final = re.compile(r"---|--|\.\.\.")


def dashes(text: str) -> str:
    """`text` with its dashes and ellipses as they are set."""
    return SMART.sub(lambda match: SIGNS[match[0]], text)
