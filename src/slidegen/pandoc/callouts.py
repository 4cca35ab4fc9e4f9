"""Callouts: which divs are some, by their classes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

CALLOUTS: Final = {
    "callout-note": "note",
    "callout-tip": "tip",
    "callout-important": "important",
    "callout-warning": "warning",
    "callout-caution": "warning",
    "note": "note",
    "tip": "tip",
    "important": "important",
    "warning": "warning",
    "caution": "warning",
}
"""Classes of divs that are callouts, in Quarto and here, and the look that they have."""


def callout(classes: Iterable[str]) -> str | None:
    """The class that makes a callout of a div, which may have a title behind its name; None if it is none."""
    return next((name for name in classes if name in CALLOUTS), None)
