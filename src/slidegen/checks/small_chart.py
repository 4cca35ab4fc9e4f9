"""The rule `small-chart`: a chart has a place of its own, and text of at least 16 pixels; that of a diagram, which is
sentences and not numbers, has 18."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slidegen.checks.rule import Finding, Rule, quoted
from slidegen.checks.scene import Scene

LEAST: Final = 16.0
"""The least size of a chart's text in pixels on a slide 720 pixels high."""
LEAST_OF_DIAGRAM: Final = 18.0
ROUNDING: Final = 0.3
SHARE: Final = 0.08
"""The least share of the slide that a chart takes."""


def _find(scene: Scene) -> Iterator[Finding]:
    for chart in scene.charts:
        texts = list(scene.texts_in(chart))
        kind, least = ("diagram", LEAST_OF_DIAGRAM) if chart.diagram else ("chart", LEAST)
        name = quoted(chart.name, 60)
        smallest = min(texts, key=lambda text: text.size, default=None)
        share = chart.rect.area / (scene.width * scene.height)
        if smallest is not None and smallest.size * scene.usual < least - ROUNDING:
            size = smallest.size * scene.usual
            mend = "divide it, or turn it (LR, TB)" if chart.diagram else "give the chart a larger place"
            yield Finding(
                f"the text of the {kind} {name} is {size:.3g} px high and needs {least:g}; {mend}", chart.name
            )
        elif share < SHARE and not (chart.diagram and texts):  # a diagram of two nodes is small, and can be read
            yield Finding(
                f"the {kind} {name} takes {share:.0%} of the slide, and less than {SHARE:.0%} cannot be read; "
                "give it a larger place",
                chart.name,
            )


RULE: Final = Rule("small-chart", "warning", "a chart is too small to read", _find)
