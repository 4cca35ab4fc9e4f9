"""Checks by its first bytes whether a file is a picture: a browser ignores the file's name and shows nothing else."""

from __future__ import annotations

import re
from typing import Final

SIGNED: Final = frozenset(
    [
        *("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/x-ms-bmp", "image/avif"),
        *("image/x-icon", "image/vnd.microsoft.icon", "image/svg+xml"),
    ]
)
"""The kinds of pictures that have a known signature; others are not checked."""
SIGNATURES: Final = re.compile(
    rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8[79]a|RIFF.{4}WEBP|BM|\0\0[\1\2]\0|.{4}ftyp(?:avi[fs]|hei[cfsx]|mi[fa]1|msf1)"
    rb"|II\*\0|MM\0\*|\xff\x0a|\0\0\0\x0cJXL ",
    re.DOTALL,
)
"""PNG, JPEG, GIF, WebP, BMP, ICO and CUR, AVIF and HEIF, TIFF, JPEG XL."""
SVG: Final = re.compile(rb"<(?:[\w.-]+:)?svg\b", re.IGNORECASE)
HEAD: Final = 100_000
"""The bytes in which the root of an SVG is searched: comments and a document type may precede it."""


def picture_problem(data: bytes, media_type: str) -> str | None:
    """Why a file with the name of a picture is not one; None if it is. A JPEG with the name of a PNG is accepted."""
    if media_type not in SIGNED or SIGNATURES.match(data) or SVG.search(data[:HEAD]):
        return None
    if media_type == "image/svg+xml":
        if data[:2] in (b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff"):  # compressed, or UTF-16
            return None
        return f"it has no <svg>, and {_beginning(data)}"
    return _beginning(data)


def _beginning(data: bytes) -> str:
    if not data:
        return "it is empty"
    return f"it begins with {data[:16].decode('ascii', 'backslashreplace')!r}"
