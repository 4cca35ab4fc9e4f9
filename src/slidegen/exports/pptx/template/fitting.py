"""Fits a slide into a layout of a template: its texts into the placeholders, all else into the area for content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from slidegen.exports.pptx.scene import (
    Box,
    ChartShape,
    Ground,
    PanelShape,
    PictureShape,
    Scene,
    Shape,
    TableShape,
    TextShape,
)
from slidegen.exports.pptx.template.matching import Template, TemplateLayout
from slidegen.exports.pptx.template.plain import plain_text, shrunk
from slidegen.exports.pptx.template.scaling import Scaling, whole
from slidegen.exports.pptx.writing.arranging import Arranged, Measures
from slidegen.exports.pptx.writing.shapes import Placeholder
from slidegen.exports.pptx.writing.text import Default

CONTENT: Final = ("body", "second")
LARGEST: Final = 1.15
"""How much larger than the slide things may get."""
OFTEN: Final = 3
"""On how many slides something stands at one place if it belongs to the deck's theme, not to a slide."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A slide in a layout: it, the layout, the placeholders of its shapes by their index, and what got lost. `own` says
    that it has a background of its own, so that its text has colours of its own."""

    one: Arranged
    layout: TemplateLayout
    places: Mapping[int, Placeholder]
    own: bool


@dataclass(frozen=True, slots=True)
class Usual:
    """What the slides of a deck have in common: their ground, and the boxes of what stands on many of them."""

    ground: Ground
    repeated: frozenset[tuple[str, Box]]


def usual_of(scene: Scene) -> Usual:
    """What belongs to the theme of a deck: the template has its own."""
    grounds = Counter(slide.ground for slide in scene.slides)
    boxes = Counter(
        _known(shape)
        for slide in scene.slides
        for shape in slide.shapes
        if isinstance(shape, PanelShape | PictureShape)
    )
    return Usual(grounds.most_common(1)[0][0], frozenset(key for key, count in boxes.items() if count >= OFTEN))


def _known(shape: PanelShape | PictureShape) -> tuple[str, Box]:
    """What a shape shows, and where."""
    return shape.data if isinstance(shape, PictureShape) else "", shape.box


def fitted(one: Arranged, template: Template, scene: Scene, measures: Measures, usual: Usual) -> Fitted:
    """Fits a slide."""
    layout = template.layouts[one.layout]
    designed = one.layout in ("title", "section")
    ground = one.slide.ground
    own = ground != usual.ground and bool(ground.picture or not designed)
    own = own or any(whole(shape.box, scene.size) for shape in one.slide.shapes if isinstance(shape, PictureShape))
    kept = [
        (shape, one.roles.get(index))
        for index, shape in enumerate(one.slide.shapes)
        if _stays(shape, one, layout, one.roles.get(index), usual, scene.size, designed=designed)
    ]
    free = [shape for shape, role in kept if role not in layout.places and not whole(shape.box, scene.size)]
    full = all(role in layout.places for shape, role in kept if isinstance(shape, TextShape) and role in CONTENT)
    mixed = bool(free) or not full
    inside = [shape.box for shape, role in kept if _is_inside(shape, role, layout, scene.size, mixed and not designed)]
    content = _content(one, measures, scene.size, inside, designed=designed)
    most = LARGEST * min(new / old for new, old in zip(template.size, scene.size, strict=True))
    scaling = Scaling.between(content, _area(one, layout, content, most), most)
    shapes: list[Shape] = []
    roles: dict[int, str] = {}
    places: dict[int, Placeholder] = {}
    for shape, role in kept:
        made: Shape
        if role is not None and role in layout.places and isinstance(shape, TextShape):
            arranged = role in CONTENT and mixed and not designed
            made, places[len(shapes)] = _in_place(shape, role, layout, scaling if arranged else None, one, scene, own)
            roles[len(shapes)] = role
        elif whole(shape.box, scene.size):
            made = scaling.covering(shape, template.size)
        else:
            made = scaling.shape(replace(shape, role="text") if isinstance(shape, TextShape) else shape)
        shapes.append(made)
    slide = replace(one.slide, shapes=tuple(shapes), ground=ground if own else Ground())
    return Fitted(replace(one, slide=slide, roles=roles), layout, places, own)


def lost(one: Arranged, template: Template) -> Iterator[tuple[str, str]]:
    """What of a slide the layout has no placeholder for: the element, and what becomes of it."""
    layout = template.layouts[one.layout]
    for role in one.roles.values():
        if role in ("footer", "number") and role not in layout.places:
            name = {"footer": "the footer", "number": "the slide number"}[role]
            yield name, f"is left out: the layout {layout.name!r} of the template has no place for it"


def _stays(
    shape: Shape,
    one: Arranged,
    layout: TemplateLayout,
    role: str | None,
    usual: Usual,
    size: tuple[float, float],
    *,
    designed: bool,
) -> bool:
    """Whether a shape is the deck's, not the furniture of its theme, for which the template has its own."""
    if isinstance(shape, TextShape):
        return role not in ("footer", "number") or role in layout.places
    if isinstance(shape, TableShape | ChartShape):
        return True
    if _known(shape) in usual.repeated and _alone(shape, one):
        return False
    if isinstance(shape, PictureShape):
        return True
    box = shape.box
    at_edge = box.left < 1 or box.top < 1 or box.right > size[0] - 1 or box.bottom > size[1] - 1
    return not (_alone(shape, one) and (designed or at_edge))


def _alone(shape: Shape, one: Arranged) -> bool:
    """Whether no other shape stands in it."""
    box = shape.box
    for other in one.slide.shapes:
        x, y = other.box.left + other.box.width / 2, other.box.top + other.box.height / 2
        if other is not shape and box.left <= x <= box.right and box.top <= y <= box.bottom:
            return False
    return True


def _is_inside(shape: Shape, role: str | None, layout: TemplateLayout, size: tuple[float, float], mixed: bool) -> bool:
    if whole(shape.box, size):
        return False
    return role not in layout.places or (mixed and role in CONTENT)


def _title(one: Arranged) -> Box | None:
    """The box of the title of a slide."""
    found = [one.slide.shapes[index].box for index, role in one.roles.items() if role == "title"]
    return found[0] if found else None


def _area(one: Arranged, layout: TemplateLayout, content: Box, most: float) -> Box:
    """The area of the layout. On a title slide or a section, what stands above our title stands close above its."""
    title = _title(one)
    if layout.above is None or title is None or content.top + content.height / 2 > title.top:
        return layout.area
    height = min(layout.above.height, content.height * most)
    return replace(layout.above, top=layout.above.bottom - height, height=height)


def _content(
    one: Arranged, measures: Measures, size: tuple[float, float], inside: Sequence[Box], *, designed: bool
) -> Box:
    """The area of our slide that is laid into that of the template."""
    boxes = list(inside)
    if not designed and "title" in one.roles.values():
        boxes.append(measures.boxes["content", "body"])
    elif designed and boxes and (title := _title(one)) is not None:
        # what begins where our title begins, or is in its middle, does so beside that of the template
        boxes.append(replace(title, top=boxes[0].top, height=0.0))
    elif not designed:
        margin = measures.boxes["content", "title"]
        boxes.append(Box(margin.left, margin.top, margin.width, size[1] * 0.93 - margin.top))
    if not boxes:
        return measures.boxes["content", "body"]
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    return Box(left, top, max(box.right for box in boxes) - left, max(box.bottom for box in boxes) - top)


def _in_place(
    shape: TextShape,
    role: str,
    layout: TemplateLayout,
    scaling: Scaling | None,
    one: Arranged,
    scene: Scene,
    own: bool,
) -> tuple[TextShape, Placeholder]:
    """A text in a placeholder of the layout: at its place and in its type, or where it stands among other shapes, in
    the type of these."""
    place = layout.places[role]
    box = place.box
    levels = place.levels
    if scaling is not None:
        scaled = scaling.shape(shape)
        assert isinstance(scaled, TextShape)
        box, shape = scaled.box, scaled
        levels = tuple(replace(level, size=0.0) for level in levels)
    text = plain_text(shape, levels, scene.look, one.slide.text, colored=own)
    text = replace(text, box=box)
    small = shrunk(shape, levels, box, place.padding) if scaling is None else 1.0
    kind = "quarter" if role in ("footer", "number", "date") else None
    # among other shapes lines stand where ours do, beside the dots of a timeline for example
    default = Default(heading=role == "title", levels=place.levels if scaling is None else ())
    return text, Placeholder(place.type, place.index, place.box, default, kind, small)
