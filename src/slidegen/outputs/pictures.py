"""Checks whether a browser can show a picture: rasters by their first bytes, whatever their name, drawings as XML."""

from __future__ import annotations

import re
from typing import Final

SVG: Final = "image/svg+xml"
SHOWN: Final = frozenset(
    [
        *("image/png", "image/apng", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/x-ms-bmp"),
        *("image/avif", "image/x-icon", "image/vnd.microsoft.icon"),
    ]
)
"""The kinds of rasters that browsers show."""
SIGNATURES: Final = re.compile(
    rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8[79]a|RIFF.{4}WEBP|BM|\0\0[\1\2]\0|.{4}ftyp(?:avi[fs]|hei[cfsx]|mi[fa]1|msf1)"
    rb"|II\*\0|MM\0\*|\xff\x0a|\0\0\0\x0cJXL ",
    re.DOTALL,
)
"""PNG, JPEG, GIF, WebP, BMP, ICO and CUR, AVIF and HEIF, TIFF, JPEG XL."""
DRAWING: Final = re.compile(rb"<(?:[\w.-]+:)?svg\b", re.IGNORECASE)
ROOT: Final = "http://www.w3.org/2000/svg svg"
HEAD: Final = 100_000
"""The bytes in which the root of an SVG is searched: comments and a document type may precede it."""
PNG: Final = re.compile(rb"\x89PNG\r\n\x1a\n(?:\0\0\0\rIHDR(?!\0{4}|.{4}\0{4}).{17}|\0\0..CgBI)", re.DOTALL)
"""A PNG as far as its size (PNG 11.2.1, IHDR), or one of an iPhone."""
FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers of a JPEG before its size (ITU-T T.81, table B.1)."""
ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers of a JPEG without a length."""


def picture_problem(data: bytes, media_type: str) -> str | None:
    """Why browsers do not show a file with the name of a picture; None if they do. A JPEG with the name of a PNG is
    accepted."""
    if media_type == SVG:
        return _drawing_problem(data)
    if not media_type.startswith("image/"):
        return None
    if media_type not in SHOWN:
        return f"few browsers show {media_type}; allowed: PNG, JPEG, GIF, WebP, AVIF, SVG"
    if not SIGNATURES.match(data):
        return "it is an SVG, whose name ends with .svg" if DRAWING.search(data[:HEAD]) else _beginning(data)
    cut = (data.startswith(b"\x89PNG") and not PNG.match(data)) or (data.startswith(b"\xff\xd8") and not _is_jpeg(data))
    return "it is cut off or damaged before its width and height" if cut else None


def _is_jpeg(data: bytes) -> bool:
    """Whether a JPEG goes as far as its size, which is not empty."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in FRAMES:
            return data[at + 7 : at + 9] != b"\0\0"
        if marker == 0xFF:  # fills
            at += 1
        else:
            at += 2 if marker in ALONE else 2 + int.from_bytes(data[at + 2 : at + 4])
    return False


def _drawing_problem(data: bytes) -> str | None:
    """Why a browser does not show a drawing: it reads SVG as XML, which has to be well-formed."""
    from xml.parsers import expat  # few decks show a drawing

    if data.startswith(b"\x1f\x8b"):
        return "it is compressed, which a page cannot show; unpack it (gzip -dc A.svgz > A.svg)"
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")) and not DRAWING.search(data[:HEAD]):
        return f"it has no <svg>, and {_beginning(data)}"
    roots: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, _attributes: dict[str, str]) -> None:
        roots.append(name)
        parser.StartElementHandler = None

    parser.StartElementHandler = start
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        return f"it is not well-formed XML: {error}"
    return None if roots[0] == ROOT else 'its root is not <svg xmlns="http://www.w3.org/2000/svg">'


def _beginning(data: bytes) -> str:
    if not data:
        return "it is empty"
    return f"it begins with {data[:16].decode('ascii', 'backslashreplace')!r}"
