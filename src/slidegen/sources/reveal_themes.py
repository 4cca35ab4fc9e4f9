"""The themes of reveal.js, and which of slidegen's is the nearest."""

from __future__ import annotations

from typing import Final

THEMES: Final = {
    **dict.fromkeys(("black", "black-contrast", "blood", "dracula", "league", "moon", "night"), "dark"),
    **dict.fromkeys(("beige", "serif", "simple", "sky", "solarized", "white", "white-contrast"), "light"),
    **{theme: theme for theme in ("auto", "dark", "light")},
}
