"""What is seen of a slide, as the browser measured it. Lengths are CSS pixels, from the slide's top left corner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from slidegen.checks.pixels import Pixels

USUAL_HEIGHT: Final = 720
"""The height of a slide for which sizes of type are given."""
FULL: Final = frozenset({"layout-image-full"})


class Box(NamedTuple):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of its right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of its lower side."""
        return self.y + self.height

    @property
    def area(self) -> float:
        """Its area."""
        return self.width * self.height

    def shared(self, other: Box) -> Box:
        """What two rectangles share; its sides are 0 if that is nothing."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Box(x, y, max(0.0, min(self.right, other.right) - x), max(0.0, min(self.bottom, other.bottom) - y))


Rgb = tuple[float, float, float]
"""Red, green and blue, each 0 to 255."""


class Hidden(NamedTuple):
    """A point of a text at which it seems not to be seen: "covered", "clipped" or "transparent"."""

    how: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text of one element. `rects` are its lines, `size` is that of the type as drawn.

    `color` is red, green, blue and alpha; None if it is no plain colour. `backs` has the colour behind each of some
    points, None where only pixels tell; `hidden` those of `points` points at which it seems hidden. The numbers
    `fragment`, `stack`, `block`, `drawing` and `table` name the elements that it is in, 0 if there is none.
    `positioned` says that the deck placed it, `quiet` that screen readers leave it out, `clip` that its glyphs are cut
    out of a background, `dimmed` that it is a line of code that is not spoken of now.
    """

    text: str
    kind: str
    rects: tuple[Box, ...]
    size: float
    bold: bool
    color: tuple[float, float, float, float] | None
    opacity: float
    clip: bool
    backs: tuple[Rgb | None, ...]
    hidden: tuple[Hidden, ...]
    points: int
    fragment: int
    stack: int
    block: int
    drawing: int
    table: int
    positioned: bool
    quiet: bool
    dimmed: bool
    shadow: bool
    scrolls: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A bitmap of `width` times `height` pixels, drawn `grown` times as large."""

    name: str
    rect: Box
    width: int
    height: int
    grown: float
    drawing: bool
    pixelated: bool
    full: bool
    positioned: bool
    side: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A table, a chart or another medium on the slide. A chart may be a `diagram`."""

    id: int
    rect: Box
    name: str
    positioned: bool = False
    full: bool = False
    beside: bool = False
    stack: int = 0
    diagram: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is said on a slide: the words of its notes, and the seconds planned for it, None if nothing is planned.
    `section` has the words and the seconds of the section that begins on it, None if none does."""

    words: int
    seconds: float | None
    section: tuple[int, float] | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A slide as it is seen with all of its fragments, or in one step of them. `content` is the part of it inside the
    margins, `numbers` where its number stands, `logos` where its logo does, `left` the number of texts beyond those
    that are looked at. `pixels` takes the two pictures of it."""

    width: float
    height: float
    content: Box
    part: Box
    layout: str
    numbers: tuple[Box, ...]
    logos: tuple[Box, ...]
    texts: tuple[Text, ...]
    left: int
    pictures: tuple[Picture, ...]
    charts: tuple[Part, ...]
    tables: tuple[Part, ...]
    media: tuple[Part, ...]
    own: bool
    pixels: Callable[[], Pixels]
    spoken: Spoken | None = None

    @property
    def usual(self) -> float:
        """By what a length on this slide is multiplied for a slide of the usual height."""
        return USUAL_HEIGHT / self.height

    def texts_in(self, part: Part) -> Iterator[Text]:
        """The texts of a chart or a table."""
        return (text for text in self.texts if part.id in (text.drawing, text.table))


def scene_of(measured: Any, pixels: Callable[[], Pixels]) -> Scene:
    """Returns the scene that `browser/scene.js` measured."""
    return Scene(
        width=measured["width"],
        height=measured["height"],
        content=Box(*measured["content"]),
        part=Box(*measured["part"]),
        layout=measured["layout"],
        numbers=tuple(Box(*one) for one in measured["numbers"]),
        logos=tuple(Box(*one) for one in measured["logos"]),
        texts=tuple(map(_text, measured["texts"])),
        left=measured["left"],
        pictures=tuple(Picture(**{**one, "rect": Box(*one["rect"])}) for one in measured["pictures"]),
        charts=_parts(measured["charts"]),
        tables=_parts(measured["tables"]),
        media=_parts(measured["media"]),
        own=measured["own"],
        pixels=pixels,
    )


def _parts(measured: list[dict[str, Any]]) -> tuple[Part, ...]:
    return tuple(Part(**{**one, "rect": Box(*one["rect"])}) for one in measured)


def _text(one: dict[str, Any]) -> Text:
    return Text(
        **{
            **one,
            "rects": tuple(Box(*rect) for rect in one["rects"]),
            "color": None if one["color"] is None else tuple(one["color"]),
            "backs": tuple(None if back is None else tuple(back) for back in one["backs"]),
            "hidden": tuple(Hidden(*point) for point in one["hidden"]),
        }
    )
