"""The themes of reveal.js, and slidegen's nearest theme for each."""

from __future__ import annotations

from typing import Final

from slidegen.themes import is_theme_name

THEMES: Final = {
    **dict.fromkeys(("black", "black-contrast", "blood", "dracula", "league", "moon", "night"), "dark"),
    **dict.fromkeys(("beige", "serif", "simple", "sky", "solarized", "white", "white-contrast"), "light"),
}


def nearest_theme(name: str) -> str | None:
    """Returns slidegen's theme for the theme that a deck names: the nearest to a theme of reveal.js, or the one of that
    name or path. None if there is none."""
    if name in THEMES:
        return THEMES[name]
    return name if "/" in name or is_theme_name(name) else None
