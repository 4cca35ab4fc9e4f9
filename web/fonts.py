"""Cuts the fonts into chunks, one WOFF2 file per face and group of characters.

A deck inlines only the chunks whose characters it shows, so that building a deck needs no font library. The weight
axis and the hinting-free outlines of each font are kept whole; limiting the axis to 400-800 makes the files larger,
because the default master (200) then has to be computed and stored anew.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Figures (lnum, tnum, pnum, zero), fractions and scripts, positions for capitals, kerning and joining marks. Small
# capitals and stylistic alternates are left out: they cost 15 KB in the upright alone.
TEXT_FEATURES = (
    "calt", "case", "ccmp", "dnom", "frac", "kern", "liga", "lnum", "locl", "mark", "mkmk", "numr", "onum", "ordn",
    "pnum", "sinf", "ss01", "subs", "sups", "tnum", "zero",
)  # fmt: skip
# No `calt` and no `liga`: code on a slide shows `!=` and `->` as they are typed (and the ligatures are half the file).
CODE_FEATURES = ("case", "ccmp", "frac", "locl", "mark", "mkmk", "ordn", "sinf", "subs", "sups", "zero")

# Characters of a chunk as code points and ranges, in the order in which chunks take them: a character is in one chunk.
_LATIN = "0-FF 131 152-153 178 192 2C6 2DA 2DC 2000-206F 2070-209F 20AC 2113 2116 2122 2126"
_SIGNS = "2150-215E 2190-2195 21D0-21D5 2200-2265 22C5 25CF 25CB 25A0-25A1 25B2-25BF 2713 2717"
_SYMBOLS = "20A0-20CF 2100-218F 2190-23FF 2460-24FF 2500-27BF 27C0-27FF 2900-2BFF"
_VIETNAMESE = "102-103 110-111 128-129 168-169 1A0-1A1 1AF-1B0 300-301 303 309 323 1EA0-1EF9 20AB"
_LATIN_EXT = "100-17F 192 218-21B 237 2C6-2DD 1E80-1E85 1E9E 1EF2-1EF3 FB01-FB02"
_LATIN_EXT_2 = "180-36F 1D00-1DBF 1E00-1EFF 2C60-2C7F A720-A7FF FB00-FB06"  # phonetic and rare
_WHOLE = "0-10FFFF"

TEXT_CHUNKS = {
    "latin": f"{_LATIN} {_SIGNS}",
    "vietnamese": _VIETNAMESE,
    "latin-ext": _LATIN_EXT,
    "latin-ext-2": _LATIN_EXT_2,
    "greek": "370-3FF",
    "greek-ext": "1F00-1FFF",
    "cyrillic": "400-52F 1C80-1C8F 2DE0-2DFF A640-A69F",
    "symbols": _SYMBOLS,
}
SYMBOL_CHUNKS = {
    "arrows": "2190-21FF 27F0-27FF 2900-297F 2B00-2B11 2B30-2B4F",
    "math": "2032-2037 2100-214F 2200-22FF 2308-230B 27E6-27EB",
    "math-2": "27C0-27EF 2980-29FF 2A00-2AFF",
    "shapes": "2500-25FF 2B12-2B2F 2B50-2BFF",
    "technical": "2300-23FF 2400-243F",
    "numbers": "2150-218F 2460-24FF 2776-2793",
    "dingbats": "2600-2775 2794-27BF",
    "math-letters": "1D400-1D7FF",
}
# Emoji in the colour of the text: a deck uses one or two of 1400, so the chunks are small.
EMOJI_CHUNKS = {"signs": "203C-25FF 27C0-3299"} | {
    f"{start:x}": f"{start:x}-{start + step - 1:x}"
    for first, end, step in ((0x2600, 0x27C0, 0x70), (0x1F000, 0x1FB00, 0x20))
    for start in range(first, end, step)
}


@dataclass(frozen=True, slots=True)
class Cut:
    """Chunks of one source font; those of the same family and style make one face together."""

    family: str
    style: str
    weight: str
    source: str  # path in node_modules
    chunks: dict[str, str]
    features: tuple[str, ...]
    # Adobe reserves the name "Source" (OFL, condition 3): a cut font may not carry it. None keeps the font's own name.
    rename: str | None = None


def _google(
    family: str, style: str, weight: str, features: tuple[str, ...], rename: str | None = None
) -> Iterator[Cut]:
    package = family.lower().replace(" ", "-")
    for chunk in ("latin", "vietnamese", "latin-ext", "greek", "cyrillic", "cyrillic-ext"):
        source = f"@fontsource-variable/{package}/files/{package}-{chunk}-wght-{style}.woff2"
        yield Cut(family, style, weight, source, {chunk: _WHOLE}, features, rename)


# The variable JetBrains Mono of npm (2.211, Google's cut) has neither arrows nor mathematical signs nor box drawing:
# those come from the static 2.242, declared for all weights.
CUTS: tuple[Cut, ...] = (
    Cut("Source Sans 3", "normal", "200 900", "source-sans/WOFF2/VF/SourceSans3VF-Upright.ttf.woff2",
        TEXT_CHUNKS, TEXT_FEATURES, rename="Slidegen Sans"),
    Cut("Source Sans 3", "italic", "200 900", "source-sans/WOFF2/VF/SourceSans3VF-Italic.ttf.woff2",
        TEXT_CHUNKS, TEXT_FEATURES, rename="Slidegen Sans"),
    *_google("JetBrains Mono", "normal", "100 800", CODE_FEATURES),
    Cut("JetBrains Mono", "normal", "100 800", "jetbrains-mono/fonts/webfonts/JetBrainsMono-Regular.woff2",
        {"symbols": f"{_LATIN} {_SYMBOLS}"}, CODE_FEATURES),
    *_google("JetBrains Mono", "italic", "100 800", CODE_FEATURES),
    Cut("JetBrains Mono", "italic", "100 800", "jetbrains-mono/fonts/webfonts/JetBrainsMono-Italic.woff2",
        {"symbols": f"{_LATIN} {_SYMBOLS}"}, CODE_FEATURES),
    # For looks of their own: the text of `academic`, the headings of `bold`.
    *_google("Source Serif 4", "normal", "200 900", TEXT_FEATURES, rename="Slidegen Serif"),
    *_google("Source Serif 4", "italic", "200 900", TEXT_FEATURES, rename="Slidegen Serif"),
    *_google("Inter Tight", "normal", "100 900", TEXT_FEATURES),
    # Thirds and superscript letters, which JetBrains Mono and Noto lack.
    Cut("Slidegen Symbols", "normal", "100 900", "source-sans/WOFF2/VF/SourceSans3VF-Upright.ttf.woff2",
        {"scripts": "2070-209F 2150-215F"}, ("ccmp",), rename="Slidegen Symbols"),
    Cut("Slidegen Symbols", "normal", "100 900",
        "@fontsource/noto-sans-math/files/noto-sans-math-latin-400-normal.woff2",
        SYMBOL_CHUNKS, ("ccmp",), rename="Slidegen Symbols"),
    Cut("Slidegen Symbols", "normal", "100 900",
        "@fontsource/noto-sans-symbols-2/files/noto-sans-symbols-2-symbols-400-normal.woff2",
        {f"{name}-2": ranges for name, ranges in SYMBOL_CHUNKS.items()}, ("ccmp",), rename="Slidegen Symbols"),
    Cut("Noto Emoji", "normal", "100 900", "@fontsource/noto-emoji/files/noto-emoji-emoji-400-normal.woff2",
        EMOJI_CHUNKS, ("ccmp",)),
)  # fmt: skip


def parse_ranges(text: str) -> set[int]:
    """Code points of `"41 61-7A"`."""
    points: set[int] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return points


def unicode_range(points: Iterable[int]) -> str:
    """The CSS `unicode-range` that holds exactly these code points."""
    ranges: list[list[int]] = []
    for point in sorted(points):
        if ranges and point == ranges[-1][1] + 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return ", ".join(f"U+{a:04X}" if a == b else f"U+{a:04X}-{b:04X}" for a, b in ranges)


def cut_fonts(node_modules: Path, target: Path) -> None:
    """Writes the chunks and `fonts.json`, their list, into the folder `target`."""
    target.mkdir(parents=True)
    taken: dict[tuple[str, str], set[int]] = {}
    listing: list[dict[str, object]] = []
    for cut in CUTS:
        listing += _cut(cut, node_modules / cut.source, target, taken.setdefault((cut.family, cut.style), set()))
    (target / "fonts.json").write_text(json.dumps(listing, indent=1) + "\n", encoding="utf-8")


def _cut(cut: Cut, source: Path, target: Path, taken: set[int]) -> Iterator[dict[str, object]]:
    from fontTools.ttLib import TTFont

    plain = io.BytesIO()  # decompressed once for all chunks
    with TTFont(source, recalcTimestamp=False) as font:
        has = {point for point in font.getBestCmap() if point >= 0x20 and not 0x7F <= point < 0xA0}  # no controls
        font.flavor = None
        font.save(plain)
    for chunk, ranges in cut.chunks.items():
        wanted = (parse_ranges(ranges) & has) - taken
        if not wanted:
            continue
        data, got = _subset(plain.getvalue(), wanted, cut)
        taken |= got
        name = f"{cut.family}-{cut.style}-{chunk}.woff2".lower().replace(" ", "-")
        (target / name).write_bytes(data)
        yield {
            "family": cut.family,
            "style": cut.style,
            "weight": cut.weight,
            "file": name,
            "chunk": chunk,
            "unicode_range": unicode_range(got),
            "size": len(data),
        }


def _subset(font_bytes: bytes, wanted: set[int], cut: Cut) -> tuple[bytes, set[int]]:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(
        layout_features=list(cut.features), hinting=False, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], notdef_outline=True
    )
    font = TTFont(io.BytesIO(font_bytes), recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    if cut.rename:
        _rename(font, cut)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue(), set(font.getBestCmap())


def _rename(font: Any, cut: Cut) -> None:
    assert cut.rename is not None
    compact = cut.rename.replace(" ", "")
    names = {1: cut.rename, 3: f"{compact}-{cut.style}", 4: cut.rename, 6: compact}
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
