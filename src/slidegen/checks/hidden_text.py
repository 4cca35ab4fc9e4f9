"""The rule `hidden-text`: no text is covered, clipped, transparent, or of the colour behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slidegen.checks.contrast import INVISIBLE, strongest_at, text_contrast
from slidegen.checks.rule import Finding, Rule, quoted
from slidegen.checks.scene import Scene, Text

SHARE: Final = 0.33
"""The share of the points of a text that are hidden at least."""
ADVICE: Final = {
    "covered": "is covered by something on it; move one of them",
    "clipped": "is cut off by the box that it is in; make that larger or the text shorter",
    "transparent": "is transparent; give it an opacity, or remove it",
    "same": "has the colour of what is behind it; change one of them, or remove the text",
}


def _find(scene: Scene) -> Iterator[Finding]:
    seen: set[int] = set()
    for text in scene.texts:
        how = hiding(text, scene)
        if how is not None and text.block not in seen:
            seen.add(text.block)
            yield Finding(f"{quoted(text.text)} {ADVICE[how]}", text.text)


def hiding(text: Text, scene: Scene) -> str | None:
    """How a text is hidden; None if it is seen."""
    if text.clip or text.quiet:
        return None
    if text.opacity < 0.02 or (text.color is not None and text.color[3] < 0.02):
        return None if text.kind == "math" else "transparent"  # \phantom takes the place of what is not shown
    # What is measured only points at what may be hidden; pixels tell whether it is.
    suspects = () if text.scrolls else text.hidden
    if suspects and len(suspects) >= SHARE * text.points:
        unseen = [one for one in suspects if strongest_at(one, text, scene) < INVISIBLE]
        if unseen and len(unseen) >= SHARE * text.points:
            return unseen[0].how
    ratio = None if text.hidden else text_contrast(text, scene)
    return "same" if ratio is not None and ratio < INVISIBLE else None


RULE: Final = Rule(
    "hidden-text", "mistake", "text is covered, cut off, transparent, or of the colour behind it", _find, of_colors=True
)
