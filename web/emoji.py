"""Packs the pictures of Twemoji into one file of compressed parts, from which a deck takes those that it shows.

Makes a font of blanks, too, in which the text on a picture is set.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from web import VendorError

FILE = "emoji/twemoji.zip"
BLANK = "emoji/blank.woff2"
NAMES = "names.txt"
SOURCE = "@discordapp/twemoji/dist/svg"
PART = 64
"""How many pictures are compressed together: with fewer the file grows, with more a deck waits longer."""
_SVG = re.compile(
    r'<svg xmlns="http://www\.w3\.org/2000/svg"(?: xmlns:xlink="http://www\.w3\.org/1999/xlink"| xml:space="preserve")*'
    r' viewBox="0 0 (36 36|[0-9. ]+)"(?: xml:space="preserve")?>(.*)</svg>',
    re.DOTALL,
)
# Anything but shapes.
_MORE = re.compile(r"<(?!/?(?:path|circle|ellipse|g|clipPath|defs)[\s/>])|(?:href|\son\w+|style)\s*=|url\((?!#)")
_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can have: the same bytes each time

_EPOCH = 2082844800  # 1970 in seconds since 1904


def pack(node_modules: Path, target: Path) -> None:
    """Writes the pictures into the folder `target`: the names, one per line, and the parts "0", "1", ..., each with the
    content of `PART` pictures on 36 units, one per line.

    A name is the code points in hex, without U+FE0F, as decks may leave it out. Raises VendorError if a picture could
    load or run something.
    """
    pictures: dict[str, str] = {}
    for path in sorted((node_modules / SOURCE).glob("*.svg")):
        found = _SVG.fullmatch(path.read_text(encoding="utf-8").strip())
        if found is None or _MORE.search(found[2]):
            raise VendorError(f"slidegen: the emoji {path.name} is not a plain drawing")
        pictures["-".join(point for point in path.stem.split("-") if point != "fe0f")] = _content(*found.groups())
    names = list(pictures)
    (target / FILE).parent.mkdir(parents=True)
    with zipfile.ZipFile(target / FILE, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr(zipfile.ZipInfo(NAMES, _DATE), "\n".join(names), zipfile.ZIP_DEFLATED, 9)
        for part, start in enumerate(range(0, len(names), PART)):
            text = "\n".join(pictures[name] for name in names[start : start + PART])
            packed.writestr(zipfile.ZipInfo(str(part), _DATE), text, zipfile.ZIP_DEFLATED, 9)
    points = {int(point, 16) for name in names for point in name.split("-")} | {0xFE0F}
    (target / BLANK).write_bytes(blank_font(points))


def _content(box: str, drawing: str) -> str:
    drawing = " ".join(drawing.split())
    return drawing if box == "36 36" else f'<svg viewBox="0 0 {box}">{drawing}</svg>'


def blank_font(points: Iterable[int]) -> bytes:
    """A WOFF2 font with an empty glyph for each code point, so narrow that the longest sequence fits on a picture.
    Each has its own, by which a PDF knows it."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    empty = pen.glyph()
    pen.moveTo((0, 0))
    pen.lineTo((0, 1))
    pen.lineTo((1, 0))
    pen.closePath()
    glyphs = {point: f"u{point:04X}" for point in sorted(points)}
    names = [".notdef", *glyphs.values()]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(glyphs)
    # Browsers refuse a font without any outline.
    builder.setupGlyf(dict.fromkeys(names, empty) | {".notdef": pen.glyph()})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (60, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Slidegen Blank", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    builder.setupPost(keepGlyphNames=False)
    builder.updateHead(created=_EPOCH, modified=_EPOCH)
    builder.font.recalcTimestamp = False
    builder.font.flavor = "woff2"
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()
