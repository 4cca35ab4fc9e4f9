"""The size of a Marp deck's slides: the presets of its theme (``@size name width height``), and unknown ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from slidegen.errors import Problem, nearest
from slidegen.marp_themes import OWN_THEME
from slidegen.render.marp.engine import MarpResult
from slidegen.resolved import ResolvedDeck
from slidegen.scan import scan

NAMED = re.compile(r"(?:^|<!--+)[ \t]*size[ \t]*:[ \t]*[\"']?([^\s\"']+)(?=[\"'\s]|-->|\Z)", re.MULTILINE)
"""Where the front matter or a comment names a size."""
PRESET = re.compile(r"@size\s+(\S+)\s+([\d.]+)([a-z]+)\s+([\d.]+)([a-z]+)")
BUILT_IN = {"16:9": (1280, 720), "4:3": (960, 720)}
"""The presets of Marp's own themes."""
PIXELS = {"px": 1.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "pt": 96 / 72, "pc": 16.0}
"""CSS pixels in a unit (CSS Values and Units 4, "Absolute lengths")."""


def expected_size(deck: ResolvedDeck, themes: Sequence[str]) -> tuple[int, int]:
    """The width and height of the slides in CSS pixels, for drawing figures before marp-core reports the size."""
    if deck.marp is None or deck.marp.theme == OWN_THEME:
        return deck.options.size
    named = [size for size, _ in _named_sizes(deck)]
    presets = {**BUILT_IN, **_presets(sheet for sheet in themes if f"@theme {deck.marp.theme}" in sheet)}
    return presets.get(named[-1], deck.options.size) if named else deck.options.size


def _named_sizes(deck: ResolvedDeck) -> Iterator[tuple[str, int | None]]:
    """The sizes that the front matter and comments of a deck name, in order, each with its line."""
    if deck.marp is not None:
        yield from ((found[1], deck.options.lines.get("size")) for found in NAMED.finditer(deck.marp.text))
    for slide in (slide for stack in deck.stacks for slide in stack):
        content = slide.content
        if "size" not in content.text or "<!--" not in content.text:
            continue
        for piece in scan(content.text):
            for found in NAMED.finditer(content.text, piece.start, piece.end) if piece.kind == "comment" else ():
                yield found[1], content.line(content.text.count("\n", 0, found.start(1)))


def _presets(sheets: Iterable[str]) -> dict[str, tuple[int, int]]:
    found = {}
    for sheet in sheets:
        for name, width, in_x, height, in_y in PRESET.findall(sheet):
            if in_x in PIXELS and in_y in PIXELS:
                found[name] = (round(float(width) * PIXELS[in_x]), round(float(height) * PIXELS[in_y]))
    return found


def unknown_size(deck: ResolvedDeck, result: MarpResult) -> list[Problem]:
    """Warns if a size is not a preset of the deck's theme: marp-core silently uses the theme's default size."""
    size = result.size
    if size is None or size in result.sizes:
        return []
    line = dict(_named_sizes(deck)).get(size)
    if result.theme == OWN_THEME:
        theme, allowed = "slidegen's themes", "allowed: 16:9, 4:3, WIDTHxHEIGHT in pixels, 200 to 4000 each"
    else:
        theme, allowed = f"the theme {result.theme or 'default'!r}", nearest(size, result.sizes)
    message = f"size {size!r} is not a preset of {theme}, so the slides have the default size; {allowed}"
    return [Problem(message, deck.source.name, line, code="wrong-value")]
