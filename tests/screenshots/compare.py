"""Compares pictures of slides with their baselines, and leaves what differs for people to look at."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageChops

LEVELS = 2
"""How far a channel may be off (of 255): rounding of colours differs between machines."""

PIXELS = 90
"""How many pixels may differ by more, beside antialiasing: 0.01 % of a slide."""

DIFFERENT = (255, 0, 0)
"""The colour in which pixelmatch marks a pixel that differs; antialiasing has another one."""

SPOT = 16
"""The side of the largest square in which `SPOT_PIXELS` may differ: a digit on a slide is about 10 x 16 pixels."""

SPOT_PIXELS = 4
"""How many pixels may differ in one spot: other digits differ by more, rounding is spread over a slide."""


def difference(actual: bytes, expected: Path, output: Path) -> str | None:
    """What is different, in words; None if the pictures are the same to the eye.

    A difference leaves `<name>.actual.png`, `.expected.png` and `.difference.png` in the folder `output`.
    """
    name = expected.stem
    new = Image.open(io.BytesIO(actual)).convert("RGB")
    if not expected.is_file():
        _leave(output, name, {"actual": new})
        return f"{name}: has no baseline"
    old = Image.open(expected).convert("RGB")
    if new.size != old.size:
        _leave(output, name, {"actual": new, "expected": old})
        return f"{name}: is {new.size[0]}x{new.size[1]}, the baseline {old.size[0]}x{old.size[1]}"
    apart = ImageChops.difference(new, old)
    if not any(any(band.histogram()[LEVELS + 1 :]) for band in apart.split()):
        return None
    pixels, picture = _pixelmatch(new, old)
    densest, place = _densest(picture)
    if pixels <= PIXELS and densest <= SPOT_PIXELS:
        return None
    _leave(output, name, {"actual": new, "expected": old, "difference": picture})
    spot = f"{densest} of them" if pixels > densest else "all"
    return f"{name}: {pixels} pixels differ, {spot} around {place[0]},{place[1]}"


def save(picture: bytes, path: Path) -> None:
    """Writes a baseline, as small as PNG gets without losing anything."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.open(io.BytesIO(picture)).convert("RGB").save(path, optimize=True)


def _pixelmatch(new: Image.Image, old: Image.Image) -> tuple[int, Image.Image]:
    """The number of pixels that a person would see differ, and a picture of them."""
    from pybind11_pixelmatch import Options, pixelmatch

    width, height = new.size
    marked = bytearray(width * height * 4)
    options = Options()
    options.threshold = 0.1
    shape = (height, width, 4)
    one, two = (memoryview(picture.convert("RGBA").tobytes()).cast("B", shape) for picture in (new, old))
    count = pixelmatch(one, two, output=memoryview(marked).cast("B", shape), options=options)
    return int(count), Image.frombytes("RGBA", new.size, bytes(marked))


def _densest(picture: Image.Image) -> tuple[int, tuple[int, int]]:
    """How many pixels differ in the square of `SPOT` pixels in which most do, and where its middle is."""
    import numpy as np

    marked = np.all(np.asarray(picture.convert("RGB")) == DIFFERENT, axis=2)
    sums = np.pad(marked.astype(np.int64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    down, across = (min(SPOT, size) for size in marked.shape)
    counts = sums[down:, across:] - sums[:-down, across:] - sums[down:, :-across] + sums[:-down, :-across]
    y, x = np.unravel_index(counts.argmax(), counts.shape)
    return int(counts[y, x]), (int(x) + across // 2, int(y) + down // 2)


def _leave(output: Path, name: str, pictures: dict[str, Image.Image]) -> None:
    output.mkdir(parents=True, exist_ok=True)
    for kind, picture in pictures.items():
        picture.save(output / f"{name}.{kind}.png")
