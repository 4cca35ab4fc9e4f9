"""Recognises the divs that are callouts by their classes."""

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
"""The classes of callouts, in Quarto and here, each with its look."""


def callout(classes: Iterable[str]) -> str | None:
    """Returns the class that makes a div a callout; None if the div is not one."""
    return next((name for name in classes if name in CALLOUTS), None)
