"""Chooses a layout for each slide, and the placeholders that its texts take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeVar

from slidegen.exports.pptx.scene import Box, Scene, Shape, Slide, TextShape

T = TypeVar("T")
LayoutName = Literal["title", "section", "content", "two", "title-only", "blank"]
ALONE: Final = ("title", "footer", "number")
"""What a text is by itself, whatever else is on its slide."""
LEAST: Final = 20.0
"""The least size of type of what a slide is about; captions and footnotes are smaller."""
TITLES: Final = {"title": "title", "end": "title", "section": "section"}
"""The layouts of slidegen that are layouts of PowerPoint as well."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """A slide with its layout; `roles` has the role of each of its shapes by its index, if it takes a placeholder."""

    slide: Slide
    layout: LayoutName
    roles: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Measures:
    """What is usual on the slides of a deck: the boxes of each layout's placeholders, and the sizes of type."""

    boxes: Mapping[tuple[LayoutName, str], Box]
    title_size: float
    title_bold: bool
    body_size: float
    footer_size: float


def arranged(slide: Slide) -> Arranged:
    """Chooses the layout and the roles."""
    texts = [
        (index, shape)
        for index, shape in enumerate(slide.shapes)
        if isinstance(shape, TextShape) and _is_content(shape)
    ]
    roles: dict[int, str] = {}
    for index, shape in enumerate(slide.shapes):
        # a layout has one placeholder of each kind
        if isinstance(shape, TextShape) and shape.role in ALONE and shape.role not in roles.values():
            roles[index] = shape.role
    titled = "title" in roles.values()
    if not titled:
        return Arranged(slide, "blank", roles)
    named = TITLES.get(slide.layout)
    ordered = sorted(texts, key=lambda one: -one[1].box.width * one[1].box.height)
    if named == "title":
        subtitle = min(texts, key=lambda one: one[1].box.top, default=None)
        return Arranged(slide, "title", roles | ({subtitle[0]: "subtitle"} if subtitle else {}))
    if not ordered:
        return Arranged(slide, "section" if named else "title-only", roles)
    if named == "section":
        top = next(slide.shapes[index].box.top for index, role in roles.items() if role == "title")
        below = [one for one in ordered if one[1].box.top > top]
        return Arranged(slide, "section", roles | {(below or ordered)[0][0]: "body"})
    largest = ordered[0]
    beside = next((one for one in ordered[1:] if _beside(largest[1].box, one[1].box)), None)
    if beside is None:
        return Arranged(slide, "content", roles | {largest[0]: "body"})
    first, second = sorted((largest, beside), key=lambda one: one[1].box.left)
    return Arranged(slide, "two", roles | {first[0]: "body", second[0]: "second"})


def _is_content(shape: TextShape) -> bool:
    plain = shape.role == "text" and not (shape.code or shape.fill or shape.outline)
    return plain and max(paragraph.size for paragraph in shape.paragraphs) >= LEAST


def _beside(a: Box, b: Box) -> bool:
    overlap = min(a.bottom, b.bottom) - max(a.top, b.top)
    apart = a.right <= b.left + 2 or b.right <= a.left + 2
    return apart and overlap > 0.5 * min(a.height, b.height)


def measures(scene: Scene, slides: Sequence[Arranged]) -> Measures:
    """Finds what is usual. What no slide has gets a place that suits a slide of this size."""
    width, height = scene.size
    titles = [
        shape for one in slides for shape in _with_role(one, "title") if one.layout in ("content", "two", "title-only")
    ]
    title = _usual([shape.box for shape in titles], Box(width * 0.056, height * 0.072, width * 0.888, height * 0.074))
    bottom = height * 0.93
    below = title.bottom + height * 0.033
    body = Box(title.left, below, title.width, bottom - below)
    half = (title.width - width * 0.044) / 2
    middle = Box(title.left, height * 0.36, title.width, height * 0.2)
    under = Box(title.left, height * 0.58, title.width, height * 0.2)
    furniture = _furniture(scene, slides, title)
    boxes: dict[tuple[LayoutName, str], Box] = {
        ("title", "title"): _usual(_boxes(slides, "title", "title"), middle),
        ("title", "subtitle"): _usual(_boxes(slides, "title", "subtitle"), under),
        ("section", "title"): _usual(_boxes(slides, "section", "title"), middle),
        ("section", "body"): _usual(_boxes(slides, "section", "body"), under),
        ("content", "title"): title,
        ("content", "body"): body,
        ("two", "title"): title,
        ("two", "body"): replace(body, width=half),
        ("two", "second"): replace(body, left=title.right - half, width=half),
        ("title-only", "title"): title,
    }
    for layout in ("title", "section", "content", "two", "title-only", "blank"):
        boxes |= {(layout, role): box for role, box in furniture.items()}
    paragraphs = [p for shape in titles for p in shape.paragraphs]
    weights = [run.bold for p in paragraphs for run in p.runs]
    texts = [
        p.size for one in slides for role in ("body", "second") for s in _with_role(one, role) for p in s.paragraphs
    ]
    footers = [
        p.size for one in slides for role in ("footer", "number") for s in _with_role(one, role) for p in s.paragraphs
    ]
    return Measures(
        boxes,
        _most(p.size for p in paragraphs) or 40.0,
        bool(_most(weights)),
        _most(texts) or 28.0,
        _most(footers) or 16.0,
    )


def _with_role(one: Arranged, role: str) -> list[TextShape]:
    found: list[Shape] = [one.slide.shapes[index] for index, own in one.roles.items() if own == role]
    return [shape for shape in found if isinstance(shape, TextShape)]


def _boxes(slides: Sequence[Arranged], layout: LayoutName, role: str) -> list[Box]:
    return [shape.box for one in slides if one.layout == layout for shape in _with_role(one, role)]


def _most(values: Iterable[T]) -> T | None:
    found = Counter(values).most_common(1)
    return found[0][0] if found else None


def _usual(boxes: Sequence[Box], otherwise: Box) -> Box:
    """The box that most have, to a pixel; the lowest bottom among those at this place."""
    place = _most((round(box.left), round(box.top)) for box in boxes)
    if place is None:
        return otherwise
    same = [box for box in boxes if (round(box.left), round(box.top)) == place]
    return Counter(same).most_common(1)[0][0]


def _furniture(scene: Scene, slides: Sequence[Arranged], title: Box) -> dict[str, Box]:
    width, height = scene.size
    line = height * 0.03
    bottom = height - line - height * 0.022
    found = {role: [s.box for one in slides for s in _with_role(one, role)] for role in ("footer", "number")}
    number = _usual(found["number"], Box(title.right - width * 0.1, bottom, width * 0.1, line))
    footer = _usual(found["footer"], Box(title.left, bottom, width * 0.6, line))
    date = Box(footer.right, footer.top, max(10.0, number.left - footer.right), footer.height)
    return {"footer": footer, "number": number, "date": date}
