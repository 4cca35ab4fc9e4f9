"""The themes of reveal.js, and which of slidegen's is the nearest."""

from __future__ import annotations

from typing import Final

from slidegen.themes import is_theme_name

THEMES: Final = {
    **dict.fromkeys(("black", "black-contrast", "blood", "dracula", "league", "moon", "night"), "dark"),
    **dict.fromkeys(("beige", "serif", "simple", "sky", "solarized", "white", "white-contrast"), "light"),
}


def nearest_theme(name: str) -> str | None:
    """The theme of slidegen's for what a deck calls its theme: the nearest to one of reveal.js, or the one of that name
    or path; None if there is none."""
    if name in THEMES:
        return THEMES[name]
    return name if "/" in name or is_theme_name(name) else None
