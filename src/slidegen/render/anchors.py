"""The ids of elements to which cross references lead."""

from __future__ import annotations

from html import escape


def id_attribute(label: str) -> str:
    """Returns the attribute with the id of an element; an empty text if it has no label."""
    return f' id="{escape(label)}"' if label else ""
