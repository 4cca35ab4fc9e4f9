"""The colours of diagrams: those that an engine gets stand for colours of the slide's theme, which replace them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from slidegen.figures.svg import FAINT, INK, PAGE, QUIET, STRONG

COLORS: Final = 6


def _mixed(color: str, share: int, other: str = PAGE) -> str:
    return f"color-mix(in srgb, {color} {share}%, {other})"


MEANINGS: Final[Mapping[str, str]] = {
    "ink": INK,
    "quiet": QUIET,
    "faint": FAINT,
    "strong": STRONG,
    "page": PAGE,
    "surface": "var(--surface)",
    "accent": "var(--accent)",
    "soft": "var(--accent-quiet)",
    "bad": "var(--bad)",
    "pale": _mixed("var(--surface)", 55),
    **{f"chart{n}": f"var(--chart-{n})" for n in range(1, COLORS + 1)},
    **{f"tint{n}": _mixed(f"var(--chart-{n})", 20) for n in range(1, COLORS + 1)},
}
"""What the colours mean on a slide, by the names that the settings of the engines use."""
HEX: Final[Mapping[str, str]] = {name: f"#5a7b{n:02x}" for n, name in enumerate(MEANINGS, start=0x51)}
"""The colour that stands for each."""
OF_HEX: Final[Mapping[str, str]] = {color: MEANINGS[name] for name, color in HEX.items()}
RGB: Final = re.compile(r"rgb\(\s*(\d+),\s*(\d+),\s*(\d+)\s*\)")
TABLEAU: Final = "#4e79a7 #f28e2c #e15759 #76b7b2 #59a14f #edc949 #af7aa1 #ff9da7 #9c755f #bab0ab"
"""The colours that D3 gives to what has none."""
OF_ACTORS: Final = "#8fbc8f #7cfc00 #00ffff #20b2aa #b0e0e6 #ffffe0"
"""The colours that Mermaid gives to the people of a journey."""
DERIVED: Final = re.compile(r"hsl\(\s*1[234]\d(?:\.\d+)?,\s*1[0-9](?:\.\d+)?%.*")
"""What Mermaid makes of a colour of `HEX` where it wants a lighter one."""
SURFACE: Final = MEANINGS["surface"]
OF_WORDS: Final[Mapping[str, str]] = {
    "black #000 #000000 #333 #333333 #444 #444444": INK,
    "white #fff #ffffff #f4f4f4": PAGE,
    "grey gray #666 #666666 #777 #777777 #999 #999999 currentcolor": QUIET,
    "lightgrey lightgray #ccc #cccccc #ddd #dddddd": FAINT,
    "#eee #eeeeee #fff8dc #efefef whitesmoke": SURFACE,
    "#087ebf": MEANINGS["accent"],
}
WORDS: Final[Mapping[str, str]] = {
    **{color: meaning for colors, meaning in OF_WORDS.items() for color in colors.split()},
    **{color: f"var(--chart-{n % COLORS + 1})" for n, color in enumerate(TABLEAU.split())},
    **{color: f"var(--chart-{n % COLORS + 1})" for n, color in enumerate(OF_ACTORS.split())},
}
"""Colours that engines write themselves, whatever the settings say."""


def themed(color: str) -> str:
    """Returns the theme's colour for one of a drawing; a colour that the deck gives stays as it is."""
    plain = color.strip().lower()
    if (found := RGB.fullmatch(plain)) is not None:
        plain = "#" + "".join(f"{min(255, int(part)):02x}" for part in found.groups())
    if DERIVED.fullmatch(plain):
        return SURFACE
    return OF_HEX.get(plain) or WORDS.get(plain) or color.strip()


def chart(number: int) -> str:
    """The name of one of the chart's colours, from 0; after the last the first follows."""
    return f"chart{number % COLORS + 1}"


def tint(number: int) -> str:
    """The name of the pale colour beside it."""
    return f"tint{number % COLORS + 1}"
