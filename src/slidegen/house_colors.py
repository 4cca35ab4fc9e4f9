"""The colours of a house style: from a few of them, all that belong to them, with contrast that can be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from slidegen.colors import READABLE, Rgb, contrast, hex_color, in_gamut, luminance, mixed, oklch, parse_color, readable
from slidegen.look import ThemePair
from slidegen.model import Scheme

TEXT: Final = 7.0
"""The least contrast of text on the page."""
QUIET: Final[Mapping[bool, tuple[float, float]]] = {False: (0.925, 0.035), True: (0.315, 0.06)}
"""Lightness and most chroma of a quiet colour, on light and on dark pages, as in the plain look."""
NAMED: Final = ("accent", "good", "warn", "bad")
"""The tokens that have a quiet one."""


@dataclass(slots=True)
class Adjusted:
    """Tokens with their new colours. `changed` has the colours as given and as they had to be for `least`, the contrast
    that text has in this look; `unreadable` what is no colour."""

    tokens: dict[str, str] = field(default_factory=dict)
    changed: dict[str, tuple[str, str]] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    least: float = READABLE


def accented(tokens: Mapping[str, str], accent: str, below: Adjusted) -> Adjusted:
    """Adds an accent to what is laid over the `tokens` of a scheme already."""
    return _with_color(tokens, "accent", accent, below)


def least_contrast(themes: ThemePair) -> float:
    """Returns the contrast that all text of a look has: that of WCAG's level AAA, or of AA."""
    pairs = [
        (parse_color(theme.tokens["text-quiet"]), parse_color(theme.tokens["background"]))
        for theme in (themes.light, themes.dark)
    ]
    return TEXT if all(text and page and contrast(text, page) >= TEXT for text, page in pairs) else READABLE


def branded(tokens: Mapping[str, str], given: Mapping[str, str], scheme: Scheme, least: float) -> Adjusted:
    """Returns what is laid over the `tokens` of a scheme for the colours of a brand, by token.

    A background that is light is not for the dark scheme, nor a dark one for the light scheme; a text that cannot be
    read on the page is left out.
    """
    laid = Adjusted(least=least)
    colors = {name: parse_color(color) for name, color in given.items()}
    laid.unreadable.update({name: given[name] for name, color in colors.items() if color is None})
    ground, text = colors.get("background"), colors.get("text")
    if ground is not None and (luminance(ground) < 0.18) != (scheme == "dark"):
        ground = text if text is not None and (luminance(text) < 0.18) == (scheme == "dark") else None
        text = colors.get("background")
    page = ground or parse_color(tokens["background"])
    words = text if page and text and contrast(text, page) >= TEXT else parse_color(tokens["text"])
    if page is None or words is None:  # the theme's own are in another notation
        return laid
    if ground is not None or text is not None:
        laid.tokens |= _page(page, words)
    for name in NAMED:
        if colors.get(name) is not None:
            laid = _with_color({**tokens, **laid.tokens}, name, given[name], laid)
    return laid


def _page(page: Rgb, words: Rgb) -> dict[str, str]:
    """The tokens of a page and its text, those between them mixed."""
    surface = mixed(page, words, 0.045)
    if contrast(words, page) < TEXT:
        words = readable(words, page, least=TEXT)
    return {
        "background": hex_color(page),
        "text": hex_color(words),
        "surface": hex_color(surface),
        "text-quiet": hex_color(readable(mixed(words, page, 0.32), page, surface)),
        "rule": hex_color(mixed(page, words, 0.16)),
        "rule-strong": hex_color(readable(mixed(page, words, 0.5), page, least=3)),
    }


def _with_color(tokens: Mapping[str, str], name: str, color: str, below: Adjusted) -> Adjusted:
    """Adds a colour and its quiet one, with enough contrast on the page, on surfaces and on its quiet one."""
    given = parse_color(color)
    grounds = [parse_color(tokens[key]) for key in ("background", "surface")]
    if given is None:
        below.unreadable[name] = color
        return below
    page, surface = grounds
    if page is None or surface is None:
        return below
    lightness, most = QUIET[luminance(page) < 0.18]
    _, chroma, hue = oklch(given)
    found = readable(given, page, surface, least=below.least)
    # Text in the colour stands on its quiet one, too: that is nearer to the page's if need be.
    quiet = readable(in_gamut(lightness, min(chroma, most), hue), found, least=below.least)
    below.tokens |= {name: hex_color(found), f"{name}-quiet": hex_color(quiet)}
    if hex_color(found) != hex_color(given):
        below.changed[name] = hex_color(given), hex_color(found)
    return below
