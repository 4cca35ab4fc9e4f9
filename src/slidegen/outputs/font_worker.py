"""Cuts fonts down to the characters that a deck shows. Runs as a process of its own, with limits on time and memory:
a font is a stranger's file, and reading one can take for ever.

The input is a line of JSON with the request, followed by the content of the fonts; the output is JSON. Nothing of
slidegen is imported: the process starts quickly.
"""

from __future__ import annotations

import base64
import io
import json
import sys
from pathlib import Path
from typing import Any

SECONDS = 60
"""Of processor time; the largest fonts take one."""
MEMORY = 3 * 2**30
"""Of address space, in bytes."""
# What text can be set with, beside what its script needs.
FEATURES = ("case", "frac", "lnum", "onum", "pnum", "sups", "subs", "tnum", "zero")
NAMES = (0, 1, 2, 5, 13, 14)
"""The names to keep: copyright, family, style, version, licence."""


def main() -> None:
    """Answers the request on standard input."""
    _limit()
    request = json.loads(sys.stdin.buffer.readline())
    answer: dict[str, Any] = {"faces": [], "problems": []}
    missing = set(request["missing"])
    families: dict[str, set[int]] = {}  # what a regular font has is wanted of its bold one, too
    for number, asked in enumerate(request["fonts"]):
        data = sys.stdin.buffer.read(asked["size"]) if asked["path"] is None else None
        if asked["path"] is not None and not missing:
            continue
        print(number, file=sys.stderr, flush=True)  # whom to blame if the process does not end
        try:
            font = _opened(asked["path"] or io.BytesIO(data or b""), request["variant"])
            family = str(font["name"].getBestFamilyName()) if "name" in font else ""
            wanted = missing | families.get(family, set()) if asked["role"] == "also" else set(request["text"])
            face = _cut(font, wanted)
        except Exception as error:  # fontTools has no common error for damaged files
            text = " ".join(str(error).split())[:200] or type(error).__name__
            answer["problems"].append([number, "not enough memory" if isinstance(error, MemoryError) else text])
            continue
        if face["points"]:
            answer["faces"].append({"font": number, "family": family, **face})
            families.setdefault(family, set()).update(face["points"])
            missing.difference_update(face["points"])
    json.dump(answer, sys.stdout)


def _opened(file: Any, variant: str) -> Any:
    from fontTools.ttLib import TTFont

    return TTFont(file, lazy=True, recalcTimestamp=False, recalcBBoxes=False, fontNumber=_number(file, variant))


def _cut(font: Any, wanted: set[int]) -> dict[str, Any]:
    from fontTools import subset

    points = wanted.intersection(font.getBestCmap() or ())
    about = {"points": sorted(points), "restricted": _restricted(font), **_style(font)}
    if not points:
        return about
    options = subset.Options(hinting=False, name_IDs=NAMES, notdef_outline=True, recalc_timestamp=False)
    options.layout_features = [*options.layout_features, *FEATURES]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=points)
    cutter.subset(font)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out, reorderTables=True)
    return {**about, "data": base64.b64encode(out.getvalue()).decode()}


def _number(file: Any, variant: str) -> int:
    """The number of the font in a collection: the one whose name ends as the `variant` ("JP"), else the first."""
    from fontTools.ttLib import TTCollection

    if isinstance(file, str):
        with Path(file).open("rb") as opened:
            start = opened.read(4)
    else:
        start = file.getvalue()[:4]
    if start != b"ttcf":
        return -1
    names = [str(font["name"].getDebugName(1)) for font in TTCollection(file, lazy=True)]
    if not isinstance(file, str):
        file.seek(0)
    return next((at for at, name in enumerate(names) if variant and name.endswith(f" {variant}")), 0)


def _restricted(font: Any) -> bool:
    """Whether the licence bits forbid embedding, or embedding a part (OpenType, OS/2, fsType)."""
    bits = font["OS/2"].fsType if "OS/2" in font else 0
    return bool(bits & 0x0002 and not bits & 0x000C) or bool(bits & 0x0300)


def _style(font: Any) -> dict[str, str]:
    """The weight, one or a range, and the style of a font."""
    table = font.get("OS/2")
    axes = {axis.axisTag: axis for axis in font["fvar"].axes} if "fvar" in font else {}
    weight = str(min(1000, max(1, table.usWeightClass if table else 400)))
    if "wght" in axes:
        weight = f"{axes['wght'].minValue:g} {axes['wght'].maxValue:g}"
    italic = bool(table.fsSelection & 1) if table else False
    return {"weight": weight, "style": "italic" if italic else "normal"}


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, most in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, MEMORY)):
        _, above = resource.getrlimit(kind)
        most = most if above == resource.RLIM_INFINITY else min(most, above)
        resource.setrlimit(kind, (most, above))


if __name__ == "__main__":
    main()
