"""The rule `small-table`: the text of a table has at least 16 pixels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slidegen.checks.rule import Finding, Rule, quoted
from slidegen.checks.scene import Scene

LEAST: Final = 16.0
"""The least size in pixels on a slide 720 pixels high."""
ROUNDING: Final = 0.3


def _find(scene: Scene) -> Iterator[Finding]:
    for table in scene.tables:
        texts = [text for text in scene.texts_in(table) if text.kind == "table"]
        smallest = min(texts, key=lambda text: text.size, default=None)
        if smallest is None or smallest.size * scene.usual >= LEAST - ROUNDING:
            continue
        yield Finding(
            f"the text of a table, {quoted(smallest.text)}, is {smallest.size * scene.usual:.3g} px high, not "
            f"{LEAST:g}; leave out columns or rows, or divide the table",
            smallest.text,
        )


RULE: Final = Rule("small-table", "warning", "the text of a table is smaller than 16 px", _find)
