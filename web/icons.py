"""Packs the icons of Lucide into one compressed file, from which a deck takes those that it names."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

from web import VendorError

FILE = "icons/lucide.z"
SOURCE = "lucide-static/icons"
_SVG = re.compile(r"(?:<!--.*?-->\s*)?<svg\b[^<>]*\bviewBox=\"0 0 24 24\"[^<>]*>(.*)</svg>", re.DOTALL)
_SHAPES = re.compile(r'(?:\s*<(?:path|circle|rect|line|ellipse|polyline|polygon)(?:\s[\w-]+="[^"<>]*")+\s*/>)+\s*')
_MORE = re.compile(r"\son\w+=|style=|href=|url\(")


def pack(node_modules: Path, target: Path) -> None:
    """Writes the icons into the folder `target`: a row each, sorted by name, with the name, a tab and the shapes on 24
    by 24 units. Raises VendorError if an icon holds anything but shapes."""
    rows = []
    for path in sorted((node_modules / SOURCE).glob("*.svg")):
        found = _SVG.fullmatch(path.read_text(encoding="utf-8").strip())
        if found is None or _SHAPES.fullmatch(found[1]) is None or _MORE.search(found[1]):
            raise VendorError(f"slidegen: the icon {path.name} is not a plain drawing")
        shapes = re.sub(r"\s+/>", "/>", " ".join(found[1].split())).replace("> <", "><")
        rows.append(f"{path.stem}\t{shapes}")
    if not rows:
        raise VendorError(f"slidegen: there are no icons in {SOURCE}")
    (target / FILE).parent.mkdir(parents=True)
    (target / FILE).write_bytes(zlib.compress("\n".join(rows).encode(), 9))
