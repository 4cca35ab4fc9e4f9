"""Decks in languages that are written from right to left."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PHYSICAL = re.compile(
    r"(?<![-\w])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)|left|right)(?:-\w+)?\s*:"
    r"|(?<![-\w])(?:text-align|float)\s*:\s*(?:left|right)\b"
)
"""Properties that name a side of the screen, where the start or the end of a line is meant."""
ALLOWED = (".deck .right {", ".deck .left {", ".parts .numeric {")
"""Sides that decks name, and digits."""


def test_style_sheets_name_no_sides_of_the_screen() -> None:
    """Margins, paddings, borders and places are logical ones, so that a deck can be mirrored."""
    sheets = [*(ROOT / "themes").rglob("*.css"), *(ROOT / "src" / "slidegen").rglob("*.css")]
    own = [sheet for sheet in sheets if "_vendor" not in sheet.parts]
    assert len(own) > 10
    assert [
        f"{sheet.relative_to(ROOT)}:{number}: {line}"
        for sheet in own
        for number, line in enumerate(sheet.read_text().splitlines(), 1)
        if PHYSICAL.search(line) and not line.startswith(ALLOWED) and "rtl" not in line
    ] == []
