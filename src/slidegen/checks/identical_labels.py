"""The rule `identical-labels`: labels that were cut to fit can still be told apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from slidegen.checks.rule import Finding, Rule, quoted
from slidegen.checks.scene import Scene

CUT: Final = ("…", "...")


def _find(scene: Scene) -> Iterator[Finding]:
    charts = {part.id for part in scene.charts}
    cut: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for text in scene.texts:
        if text.text.endswith(CUT) and len(text.text) > 3 and (text.drawing or text.table):
            what = "table" if not text.drawing else "chart" if text.drawing in charts else "drawing"
            cut[what, text.drawing or text.table][text.text] += 1
    for (what, _), labels in cut.items():
        for label, count in labels.most_common():
            if count > 1:
                yield Finding(
                    f"{count} labels of a {what} are cut to {quoted(label)}; shorten the names, or give the {what} "
                    "more room",
                    label,
                )


RULE: Final = Rule(
    "identical-labels", "mistake", "labels of a chart, a drawing or a table are cut to the same text", _find
)
