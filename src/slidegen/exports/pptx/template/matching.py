"""Finds the layouts of a template by their type, else by their placeholders, else by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from slidegen.exports.pptx.scene import Box, Look
from slidegen.exports.pptx.template.names import called
from slidegen.exports.pptx.template.styles import Styles
from slidegen.exports.pptx.writing.arranging import LayoutName
from slidegen.exports.pptx.writing.text import Level
from slidegen.exports.pptx.writing.xml import EMU, Palette, named

TYPES: Final[Mapping[LayoutName, tuple[str, ...]]] = {
    "title": ("title",),
    "section": ("secHead",),
    "content": ("obj", "tx"),
    "two": ("twoObj", "twoColTx"),
    "title-only": ("titleOnly",),
    "blank": ("blank",),
}
"""The types of layouts (ECMA-376 part 1, 19.7.15), the best first."""
INSTEAD: Final[Mapping[LayoutName, tuple[LayoutName, ...]]] = {
    "title": ("section", "title-only", "content", "two", "blank"),
    "section": ("title-only", "title", "content", "two", "blank"),
    "content": ("title-only", "two", "section", "blank"),
    "two": ("content", "title-only", "section", "blank"),
    "title-only": ("content", "two", "section", "title", "blank"),
    "blank": ("title-only", "content", "two", "section", "title"),
}
"""What is taken for a layout that a template lacks, the best first."""
ENGLISH: Final[Mapping[LayoutName, str]] = {
    "title": "Title Slide",
    "section": "Section Header",
    "content": "Title and Content",
    "two": "Two Content",
    "title-only": "Title Only",
    "blank": "Blank",
}
FURNITURE: Final = {"dt": "date", "ftr": "footer", "sldNum": "number"}
MARGIN: Final = 0.05
"""The margin of a slide, as a share of its sides, where no placeholder says it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A placeholder: its type and index as a slide repeats them, its box, its insets at the top, right, bottom and
    left, the look of its levels, and the text that it has in the layout."""

    type: str
    index: int | None
    box: Box
    padding: tuple[float, float, float, float]
    levels: tuple[Level, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class TemplateLayout:
    """A layout: its name, python-pptx's object, its places by their role, and the area for other shapes; on a title
    slide or a section also that above its texts, if there is room."""

    name: str
    made: Any
    places: Mapping[str, Place]
    area: Box
    above: Box | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """A template: its name in messages, python-pptx's presentation, the size of its slides in CSS pixels, its layouts,
    and `instead`, which of these are others than asked for. `dark` says that its text is light."""

    name: str
    made: Any
    size: tuple[float, float]
    layouts: Mapping[LayoutName, TemplateLayout]
    instead: frozenset[LayoutName]
    dark: bool


def matched(name: str, made: Any) -> Template:
    """Matches the layouts of an open template."""
    size = (made.slide_width / EMU, made.slide_height / EMU)
    styles = Styles(made)
    own: dict[LayoutName, tuple[Any, dict[str, Place]]] = {}
    known = [(layout, list(_places(layout, styles, size))) for layout in made.slide_layouts]
    for wanted in TYPES:
        found = next(_candidates(wanted, known), None)
        if found is not None:
            own[wanted] = found
    for layout, places in known:
        own.setdefault("blank", (layout, _furniture(places)))
    layouts: dict[LayoutName, TemplateLayout] = {}
    instead: set[LayoutName] = set()
    for wanted in TYPES:
        taken = next(one for one in (wanted, *INSTEAD[wanted]) if one in own)
        if taken != wanted:
            instead.add(wanted)
        layout, roles = own[taken]
        layouts[wanted] = TemplateLayout(layout.name, layout, roles, *_areas(wanted, roles, own, size))
    return Template(name, made, size, layouts, frozenset(instead), styles.dark)


def _candidates(
    wanted: LayoutName, known: Sequence[tuple[Any, Sequence[tuple[str, Place]]]]
) -> Iterator[tuple[Any, dict[str, Place]]]:
    """The layouts that can be the wanted one, the best first."""
    fitting = [(layout, roles) for layout, places in known if (roles := _roles(wanted, places)) is not None]
    for kind in TYPES[wanted]:
        yield from (one for one in fitting if one[0]._element.get("type") == kind)
    untyped = [one for one in fitting if one[0]._element.get("type") in (None, "cust")]
    by_name = [one for one in untyped if called(one[0].name, wanted)]
    claimed = [one for one in untyped if one not in by_name and any(called(one[0].name, other) for other in TYPES)]
    plain = [one for one in untyped if one not in by_name and one not in claimed]
    exact = [one for one in (*by_name, *plain) if _exact(wanted, one[1], known, one[0])]
    yield from exact
    yield from by_name


def _exact(
    wanted: LayoutName,
    roles: Mapping[str, Place],
    known: Sequence[tuple[Any, Sequence[tuple[str, Place]]]],
    layout: Any,
) -> bool:
    """Whether a layout has just the placeholders of the wanted one; a section's cannot be told from those of others."""
    (places,) = [places for one, places in known if one is layout]
    kinds = [kind for kind, _ in places if kind not in FURNITURE]
    texts = {"title": {"title", "subtitle"}, "content": {"title", "body"}, "two": {"title", "body", "second"}}
    if wanted == "title" and not any(kind in ("ctrTitle", "subTitle") for kind in kinds):
        return called(layout.name, wanted)
    needed = len(texts.get(wanted, {"title"} if wanted == "title-only" else set()))
    return wanted != "section" and len(kinds) == needed and len(roles) >= needed


def _places(layout: Any, styles: Styles, size: tuple[float, float]) -> Iterator[tuple[str, Place]]:
    """The placeholders of a layout, in reading order, each with its type."""
    found = []
    for shape in layout.placeholders:
        mark = shape._element.find(f".//{named('p:ph')}")
        sides = [getattr(shape, side) for side in ("left", "top", "width", "height")]
        if any(side is None for side in sides):
            continue
        box = Box(*(side / EMU for side in sides))
        on_slide = box.width > 1 and box.height > 1 and box.right > 0 and box.bottom > 0
        if not on_slide or box.left >= size[0] or box.top >= size[1]:
            continue
        kind, orient = mark.get("type", "obj"), mark.get("orient")
        index = mark.get("idx")
        text = shape.text_frame.text if shape.has_text_frame else ""
        place = Place(
            mark.get("type", ""),
            None if index is None else int(index),
            box,
            styles.insets(shape, layout),
            styles.levels(shape, layout),
            text if kind in FURNITURE else "",
        )
        found.append((kind if orient != "vert" else "vert", place))
    return iter(sorted(found, key=lambda one: (one[1].box.left, one[1].box.top)))


def _furniture(places: Sequence[tuple[str, Place]]) -> dict[str, Place]:
    return {FURNITURE[kind]: place for kind, place in places if kind in FURNITURE}


def _roles(wanted: LayoutName, places: Sequence[tuple[str, Place]]) -> dict[str, Place] | None:
    """The roles that the placeholders of a layout take in the wanted one; None if it lacks some."""
    roles = _furniture(places)
    title = next((place for kind, place in places if kind in ("title", "ctrTitle")), None)
    subtitle = next((place for kind, place in places if kind == "subTitle"), None)
    texts = [place for kind, place in places if kind in ("obj", "body")]
    contents = [place for kind, place in places if kind == "obj"] or texts
    if wanted == "blank":
        return None if title or subtitle or texts else roles
    if title is None:
        return None
    roles["title"] = title
    if wanted == "title":
        second = subtitle or (max(texts, key=_size) if texts else None)
        return roles | ({"subtitle": second} if second else {})
    if wanted == "section":
        second = max(texts, key=_size) if texts else subtitle
        return roles | ({"body": second} if second else {})
    if wanted == "title-only":
        return roles
    if wanted == "content":
        return roles | {"body": max(contents, key=_size)} if contents else None
    if len(contents) < 2:
        return None
    first, second, *_ = sorted(contents, key=_size, reverse=True)
    left, right = sorted((first, second), key=lambda one: one.box.left)
    return roles | {"body": left, "second": right}


def _size(place: Place) -> float:
    return place.box.width * place.box.height


def _areas(
    wanted: LayoutName,
    roles: Mapping[str, Place],
    own: Mapping[LayoutName, tuple[Any, Mapping[str, Place]]],
    size: tuple[float, float],
) -> tuple[Box, Box | None]:
    """Where shapes without a placeholder stand: where the layout has its content; on a layout without, where the layout
    with title and content has it; on a title slide, in the larger room above or below its texts."""
    texts = [roles[role].box for role in ("body", "second") if role in roles]
    sides, foot = size[0] * MARGIN, size[1] * (1 - MARGIN)
    bottoms = [place.box.top for role, place in roles.items() if role in FURNITURE.values()]
    foot = min([foot, *(top for top in bottoms if top > size[1] * 0.7)])
    if wanted in ("title", "section"):
        return _around([roles[role].box for role in ("title", "subtitle", "body") if role in roles], foot, size)
    if not texts:
        model = own.get("content", own.get("two", (None, {})))[1]
        texts = [model[role].box for role in ("body", "second") if role in model]
    title = roles["title"].box if "title" in roles else None
    if texts:
        left, right = min(box.left for box in texts), max(box.right for box in texts)
        top, bottom = min(box.top for box in texts), max(box.bottom for box in texts)
    else:
        left, right, top, bottom = sides, size[0] - sides, size[1] * 0.22, foot
    if title is not None and title.bottom > top and title.top < bottom and title.left < right and title.right > left:
        top = min(title.bottom, bottom - size[1] * 0.3)
    if wanted == "blank":
        model = own.get("content", own.get("title-only", (None, {})))[1]
        if "title" in model and model["title"].box.top < top:
            top = model["title"].box.top
    return Box(left, top, right - left, bottom - top), None


def _around(taken: Sequence[Box], foot: float, size: tuple[float, float]) -> tuple[Box, Box | None]:
    """The larger room above or below texts, and that above them."""
    head, gap = size[1] * MARGIN, size[1] * 0.02
    if not taken:
        return Box(size[0] * MARGIN, head, size[0] * (1 - 2 * MARGIN), foot - head), None
    left, right = min(one.left for one in taken), max(one.right for one in taken)
    top, bottom = min(one.top for one in taken), max(one.bottom for one in taken)
    above = Box(left, head, right - left, max(1.0, top - gap - head))
    below = Box(left, bottom + gap, right - left, max(1.0, foot - bottom - gap))
    return below if below.height >= above.height else above, above if above.height > head else None


def template_palette(look: Look) -> Palette:
    """What colours of a deck become colours of the template: those of its text, its ground and its accent."""
    pairs = {"accent": "accent1", "background": "bg1", "text": "tx1"}
    return Palette({look.colors[name].rgb: own for name, own in pairs.items() if name in look.colors})
