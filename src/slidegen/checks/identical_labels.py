"""The rule `identical-labels`: labels that were cut to fit can still be told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from slidegen.checks.rule import Finding, Rule, quoted
from slidegen.checks.scene import Scene

CUT: Final = ("…", "...")


def _find(scene: Scene) -> Iterator[Finding]:
    for what, parts in (("chart", scene.charts), ("table", scene.tables)):
        for part in parts:
            labels = Counter(
                text.text for text in scene.texts_in(part) if text.text.endswith(CUT) and len(text.text) > 3
            )
            for label, count in labels.most_common():
                if count > 1:
                    yield Finding(
                        f"{count} labels of a {what} are cut to {quoted(label)}; shorten the names, or give the {what} "
                        "more room",
                        label,
                    )


RULE: Final = Rule("identical-labels", "mistake", "labels of a chart or table are cut to the same text", _find)
