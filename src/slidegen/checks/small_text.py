"""The rule `small-text`: body type has at least 18 pixels. Tables and charts have rules of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slidegen.checks.rule import Finding, Rule, quoted
from slidegen.checks.scene import Scene

LEAST: Final = 18.0
"""The least size in pixels on a slide 720 pixels high."""
ROUNDING: Final = 0.3
BODY: Final = frozenset({"body", "heading", "code", "math"})


def _find(scene: Scene) -> Iterator[Finding]:
    small = [text for text in scene.texts if text.kind in BODY and not text.quiet]
    seen: set[int] = set()
    for text in sorted(small, key=lambda one: one.size):
        size = text.size * scene.usual
        if size >= LEAST - ROUNDING or text.block in seen:
            continue
        seen.add(text.block)
        yield Finding(
            f"{quoted(text.text)} is set in {size:.3g} px, and {LEAST:g} can be read from the back; shorten the slide, "
            "or divide it",
            text.text,
        )


RULE: Final = Rule("small-text", "warning", "text is set in less than 18 px", _find)
