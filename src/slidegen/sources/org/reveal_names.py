"""Options of reveal.js that a file may name in JavaScript, by what their values are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

FLAGS: Final = frozenset(
    [
        *("center", "progress", "history", "hash", "keyboard", "overview", "mouseWheel", "fragmentInURL"),
        *("hashOneBasedIndex", "pdfSeparateFragments", "loop", "rtl", "touch", "fragments", "embedded", "help"),
        *("controls", "controlsTutorial", "shuffle", "previewLinks", "autoAnimate", "hideInactiveCursor"),
    ]
)
NUMBERS: Final = frozenset(
    [
        *("margin", "minScale", "maxScale", "autoSlide", "defaultTiming", "totalTime", "viewDistance"),
        *("pdfMaxPagesPerSlide",),
    ]
)
WORDS: Final = {
    "slideNumber": ("h.v", "h/v", "c", "c/t"),
    "transitionSpeed": ("default", "fast", "slow"),
    "backgroundTransition": ("none", "fade", "slide", "convex", "concave", "zoom"),
    "navigationMode": ("default", "linear", "grid"),
}


def kind_of(name: str) -> Callable[[str], Any] | None:
    """What reads the value of an option; None for one that a deck cannot set so. A wrong value is read as None."""
    if name in FLAGS:
        return {"true": True, "false": False}.get
    if name in NUMBERS:
        return _number
    if name in WORDS:
        return lambda value: value if value in WORDS[name] else {"true": True, "false": False}.get(value)
    return None


def _number(value: str) -> float | int | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return int(number) if number.is_integer() else number
