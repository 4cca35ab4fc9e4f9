"""Two pictures of a slide, with its text and without: what is behind the text, and where the text is seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slidegen.checks.colors import contrast, over

if TYPE_CHECKING:
    from PIL.Image import Image

Place = tuple[int, int, int, int]
"""The left, upper, right and lower side of a part of a picture, in its pixels."""
Rgb = tuple[int, int, int]
SEEN: Final = 8
"""By how much (of 255) a pixel differs at least where a glyph is seen."""
SHRUNK: Final = 3
"""By how much what is behind a text is made smaller, so that single points do not count."""
SHARE: Final = 0.2
"""The share of the pixels behind a word whose contrast may be lower than the one that is reported."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """`shown` is the slide as it is, `bare` the same without its text, both `scale` pixels for each of the slide's."""

    shown: Image
    bare: Image
    scale: float

    def strongest(self, x: float, y: float, width: float, height: float) -> float:
        """The contrast of the glyphs in a rectangle to what is behind them, where it is highest; 1 if none is seen."""
        place = self._place(x, y, width, height)
        if place is None:
            return 1.0
        return max((contrast(one, other) for one, other in set(self._glyphs(place))), default=1.0)

    def worst(
        self, rect: tuple[float, float, float, float], color: Sequence[float], alpha: float, shadow: bool = False
    ) -> float | None:
        """The contrast of a text colour to what is behind a line, of its worst piece of two ems. If the glyphs have a
        `shadow`, only what is right behind them counts. None outside the picture."""
        x, y, width, height = rect
        piece = max(height * 1.6, 8.0)
        found = []
        at = x
        while at < x + width:
            place = self._place(at, y + 0.25 * height, min(piece, x + width - at), 0.5 * height)
            if place is not None:
                found.append(_lowest(self._behind(place, shadow), color, alpha))
            at += piece
        return min(found, default=None)

    def _behind(self, place: Place, shadow: bool) -> list[tuple[int, Rgb]]:
        """The colours behind a piece of text, each with the number of its pixels."""
        if shadow:
            return [(count, back) for back, count in Counter(back for _, back in self._glyphs(place)).items()]
        part = self.bare.crop(place)
        if min(part.size) >= SHRUNK:
            part = part.reduce(SHRUNK)
        return [(count, _rgb(back)) for count, back in part.getcolors(part.width * part.height) or ()]

    def _glyphs(self, place: Place) -> list[tuple[Rgb, Rgb]]:
        """The pixels of glyphs: their colour, and that of what is behind."""
        shown, bare = (_pixels(picture.crop(place)) for picture in (self.shown, self.bare))
        pairs = zip(shown, bare, strict=True)
        return [
            (one, other) for one, other in pairs if max(abs(a - b) for a, b in zip(one, other, strict=True)) >= SEEN
        ]

    def _place(self, x: float, y: float, width: float, height: float) -> Place | None:
        left, top = max(0, round(x * self.scale)), max(0, round(y * self.scale))
        right = min(self.bare.width, max(left + 1, round((x + width) * self.scale)))
        bottom = min(self.bare.height, max(top + 1, round((y + height) * self.scale)))
        return (left, top, right, bottom) if right > left and bottom > top else None


def _lowest(behind: list[tuple[int, Rgb]], color: Sequence[float], alpha: float) -> float:
    """The contrast of a colour to what is behind it, but for the `SHARE` of it with less."""
    ratios = sorted((contrast(over(color, alpha, back), back), count) for count, back in behind)
    most = SHARE * sum(count for _, count in ratios)
    for ratio, count in ratios:
        most -= count
        if most < 0:
            return ratio
    return 1.0  # no glyph is seen


def _pixels(picture: Image) -> list[Rgb]:
    parts = picture.tobytes()
    return list(zip(parts[0::3], parts[1::3], parts[2::3], strict=True))


def _rgb(color: object) -> Rgb:
    assert isinstance(color, tuple)
    return color[0], color[1], color[2]
