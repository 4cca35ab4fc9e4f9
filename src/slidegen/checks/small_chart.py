"""The rule `small-chart`: a chart has a place of its own, and text of at least 16 pixels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slidegen.checks.rule import Finding, Rule, quoted
from slidegen.checks.scene import Scene

LEAST: Final = 16.0
"""The least size of a chart's text in pixels on a slide 720 pixels high."""
ROUNDING: Final = 0.3
SHARE: Final = 0.08
"""The least share of the slide that a chart takes."""


def _find(scene: Scene) -> Iterator[Finding]:
    for chart in scene.charts:
        texts = list(scene.texts_in(chart))
        name = quoted(chart.name, 60)
        smallest = min(texts, key=lambda text: text.size, default=None)
        share = chart.rect.area / (scene.width * scene.height)
        if smallest is not None and smallest.size * scene.usual < LEAST - ROUNDING:
            yield Finding(
                f"the text of the chart {name} is {smallest.size * scene.usual:.3g} px high and needs {LEAST:g}; "
                "give the chart a larger place",
                chart.name,
            )
        elif share < SHARE:
            yield Finding(
                f"the chart {name} takes {share:.0%} of the slide, and less than {SHARE:.0%} cannot be read; "
                "give it a larger place",
                chart.name,
            )


RULE: Final = Rule("small-chart", "warning", "a chart is too small to read", _find)
