"""The size of a Marp deck's slides: the presets of its theme (``@size name width height``), and one that it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from slidegen.errors import Problem, nearest
from slidegen.render.marp.engine import MarpResult
from slidegen.resolved import ResolvedDeck

NAMED = r"(?:^|<!--)[ \t]*size[ \t]*:[ \t]*[\"']?({})(?=[\"'\s]|-->)"
"""Where the front matter or a comment names a size."""
ANY_SIZE = re.compile(NAMED.format(r"[^\s\"']+"), re.MULTILINE)
PRESET = re.compile(r"@size\s+(\S+)\s+([\d.]+)([a-z]+)\s+([\d.]+)([a-z]+)")
BUILT_IN = {"16:9": (1280, 720), "4:3": (960, 720)}
"""The presets of Marp's own themes."""
PIXELS = {"px": 1.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "pt": 96 / 72, "pc": 16.0}
"""CSS pixels in a unit (CSS Values and Units 4, "Absolute lengths")."""


def expected_size(deck: ResolvedDeck, themes: Sequence[str]) -> tuple[int, int]:
    """Width and height in CSS pixels that the slides will have, before marp-core says so: figures are drawn for it."""
    if deck.marp is None or deck.marp.theme == "slidegen":
        return deck.options.size
    named = ANY_SIZE.findall(deck.source.text)
    presets = {**BUILT_IN, **_presets(sheet for sheet in themes if f"@theme {deck.marp.theme}" in sheet)}
    return presets.get(named[-1], deck.options.size) if named else deck.options.size


def _presets(sheets: Iterable[str]) -> dict[str, tuple[int, int]]:
    found = {}
    for sheet in sheets:
        for name, width, in_x, height, in_y in PRESET.findall(sheet):
            if in_x in PIXELS and in_y in PIXELS:
                found[name] = (round(float(width) * PIXELS[in_x]), round(float(height) * PIXELS[in_y]))
    return found


def unknown_size(deck: ResolvedDeck, result: MarpResult) -> list[Problem]:
    """A size that is no preset of the deck's theme: marp-core then takes the theme's own size without a word."""
    size = result.size
    if size is None or size in result.sizes:
        return []
    found = list(re.finditer(NAMED.format(re.escape(size)), deck.source.text, re.MULTILINE))
    line = deck.source.text.count("\n", 0, found[-1].start(1)) + 1 if found else None
    if result.theme == "slidegen":
        theme, allowed = "slidegen's themes", "allowed: 16:9, 4:3, WIDTHxHEIGHT in pixels, 200 to 4000 each"
    else:
        theme, allowed = f"the theme {result.theme or 'default'!r}", nearest(size, result.sizes)
    message = f"size {size!r} is no preset of {theme}, so the slides have their usual size; {allowed}"
    return [Problem(message, deck.source.name, line)]
