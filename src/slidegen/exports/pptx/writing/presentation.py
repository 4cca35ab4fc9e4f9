"""Writes a scene into a presentation: slide by slide, then what concerns the whole file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from slidegen.exports.pptx.scene import (
    ChartShape,
    Ground,
    Look,
    PanelShape,
    Paragraph,
    PictureShape,
    Scene,
    Shape,
    Slide,
    TableShape,
    TextShape,
)
from slidegen.exports.pptx.template.fitting import fitted, usual_of
from slidegen.exports.pptx.template.matching import Template, template_palette
from slidegen.exports.pptx.writing.arranging import Arranged, LayoutName, Measures, arranged, measures
from slidegen.exports.pptx.writing.base import FURNITURE, ROLES, empty_presentation, palette
from slidegen.exports.pptx.writing.charts import chart
from slidegen.exports.pptx.writing.context import SlideWriter
from slidegen.exports.pptx.writing.package import Facts, finished
from slidegen.exports.pptx.writing.room import with_room
from slidegen.exports.pptx.writing.shapes import Placeholder, blip, decoded, panel, picture, text_box
from slidegen.exports.pptx.writing.tables import table
from slidegen.exports.pptx.writing.text import Default, write_paragraphs
from slidegen.exports.pptx.writing.timing import timing
from slidegen.exports.pptx.writing.xml import Palette, element, named, sub

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

TYPES: Final = {"title": "title", "subtitle": "subTitle", "footer": "ftr", "number": "sldNum"}
"""The types of placeholders; those for content have none (ECMA-376, 19.7.10)."""
NUMBER_FIELD: Final = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"
NOTES: Final = 16.0


@dataclass(frozen=True, slots=True)
class _Deck:
    """What all slides share."""

    scene: Scene
    palette: Palette
    slides: Sequence[Any]
    drawings: dict[bytes, Any]


def presentation(scene: Scene, facts: Facts, template: Template | None = None) -> bytes:
    """Returns the file, in a template if there is one. The same scene and facts give the same bytes."""
    placed = [arranged(with_room(slide, scene.size[0])) for slide in scene.slides]
    usual = measures(scene, placed)
    if template is not None:
        return _in_template(scene, facts, template, placed, usual)
    made, layouts = empty_presentation(scene.look, usual, scene.size)
    slides = [made.slides.add_slide(layouts[one.layout]) for one in placed]
    deck = _Deck(scene, palette(scene.look), slides, {})
    for number, (one, slide) in enumerate(zip(placed, slides, strict=True), start=1):
        places = {index: _placeholder(scene.look, role, usual, one.layout) for index, role in one.roles.items()}
        _slide(deck, one, places, slide, number)
    return finished(made, scene, facts)


def _in_template(scene: Scene, facts: Facts, template: Template, placed: Sequence[Arranged], usual: Measures) -> bytes:
    common = usual_of(scene)
    pages = [fitted(one, template, scene, usual, common) for one in placed]
    slides = [template.made.slides.add_slide(page.layout.made) for page in pages]
    fits = replace(scene, size=template.size)
    deck = _Deck(fits, template_palette(scene.look), slides, {})
    colors = {name: color for name, color in scene.look.colors.items() if name != "text"}
    free = replace(deck, palette=Palette({}), scene=replace(fits, look=replace(scene.look, colors=colors)))
    for number, (page, slide) in enumerate(zip(pages, slides, strict=True), start=1):
        _slide(free if page.own else deck, page.one, page.places, slide, number)
    return finished(template.made, scene, facts)


def _slide(deck: _Deck, one: Arranged, places: Mapping[int, Placeholder], slide: Any, number: int) -> None:
    tree = slide.shapes._spTree
    for child in list(tree)[2:]:  # the placeholders that python-pptx copies from the layout
        tree.remove(child)
    pages = _pages(deck, one.slide)
    writer = SlideWriter(slide, deck.scene.look, deck.palette, pages, tree, deck.drawings)
    if one.slide.hidden:
        slide._element.set("show", "0")
    write_ground(writer, slide, one.slide.ground, deck.scene.size)
    for index, shape in enumerate(one.slide.shapes):
        _shape(writer, shape, one.roles.get(index), places.get(index), number)
    animation = timing(writer.effects)
    if animation is not None:
        slide._element.append(animation)
    if one.slide.notes:
        _notes(deck, slide, one.slide.notes, pages)


def _pages(deck: _Deck, slide: Slide) -> Callable[[int], Any]:
    """The function that returns the slide to which a link to a page leads."""
    return lambda page: deck.slides[(slide.targets[page - 1] if slide.targets else page) - 1]


def _shape(writer: SlideWriter, shape: Shape, role: str | None, place: Placeholder | None, number: int) -> None:
    if isinstance(shape, TextShape):
        if role in ("body", "second"):
            shape = replace(shape, role="body")
        text_box(writer, shape, place)
        if role == "number":
            _count(writer.tree[-1], number)
    elif isinstance(shape, TableShape):
        table(writer, shape)
    elif isinstance(shape, PictureShape):
        picture(writer, shape)
    elif isinstance(shape, ChartShape):
        chart(writer, shape)
    elif isinstance(shape, PanelShape):
        panel(writer, shape)


def _placeholder(look: Look, role: str, usual: Measures, layout: LayoutName) -> Placeholder:
    text = look.colors.get("text")
    box = usual.boxes.get((layout, role))
    if role in FURNITURE.values():
        index = next(index for index, name in FURNITURE.items() if name == role)
        return Placeholder(TYPES[role], index, box, Default(usual.footer_size, look.colors.get("quiet")), "quarter")
    index = next(index for index, name in ROLES[layout].items() if name == role)
    kind = (
        "ctrTitle"
        if (layout, role) == ("title", "title")
        else "body"
        if (layout, role) == ("section", "body")
        else TYPES.get(role, "")
    )
    if role == "title":
        return Placeholder(kind, None, box, Default(usual.title_size, text, usual.title_bold, True))
    return Placeholder(kind, index, box, Default(usual.body_size, text))


def _count(shape: Element, number: int) -> None:
    """Makes the slide's number in its text a field, which PowerPoint counts, if it is the place of the slide."""
    run = shape.find(f".//{named('a:r')}")
    text = run.find(named("a:t"))
    own = str(number)
    if text.text != own and not (text.text or "").startswith(f"{own} "):
        return
    field = element("a:fld", id=NUMBER_FIELD, type="slidenum")
    rest = (text.text or "")[len(own) :]
    field.append(_copy(run.find(named("a:rPr"))))
    sub(field, "a:t").text = own
    run.addprevious(field)
    if rest:
        text.text = rest
    else:
        run.getparent().remove(run)


def _copy(one: Element) -> Element:
    from copy import deepcopy

    return deepcopy(one)


def write_ground(writer: SlideWriter, slide: Any, ground: Ground, size: tuple[float, float]) -> None:
    """Writes the background of a slide, if it is not that of the master."""
    usual = ground.color is not None and ground.color == writer.look.colors.get("background")
    if (ground.color is None or usual) and not ground.gradient and not ground.picture:
        return
    made = element("p:bg")
    properties = sub(made, "p:bgPr")
    if ground.picture:
        fill = sub(properties, "a:blipFill", dpi="0", rotWithShape=True)
        blip(writer, fill, ground.picture, opacity=ground.opacity)
        _cover(fill, ground.picture, size)
        sub(sub(fill, "a:stretch"), "a:fillRect")
    elif ground.gradient:
        writer.palette.gradient(properties, ground.gradient)
    else:
        writer.palette.fill(properties, ground.color)
    sub(properties, "a:effectLst")
    slide._element.find(named("p:cSld")).insert(0, made)


def _cover(fill: Element, data: str, size: tuple[float, float]) -> None:
    """Cuts off what of a picture does not fit the shape of the slide."""
    from PIL import Image

    with Image.open(BytesIO(decoded(data))) as image:
        wide, high = image.size
    share = (size[0] / size[1]) / (wide / high)
    cut = round((1 - (share if share < 1 else 1 / share)) / 2 * 100000)
    if cut:
        sub(fill, "a:srcRect", **({"l": cut, "r": cut} if share < 1 else {"t": cut, "b": cut}))


def _notes(deck: _Deck, slide: Any, notes: Sequence[Paragraph], pages: Callable[[int], Any]) -> None:
    """Writes the speaker notes, in the size and colour of the notes' own master."""
    page = slide.notes_slide
    body = page.notes_text_frame._txBody
    for child in body.findall(named("a:p")):
        body.remove(child)
    writer = SlideWriter(page, deck.scene.look, deck.palette, pages, body, {})
    plain = [
        replace(
            paragraph,
            runs=tuple(replace(run, size=NOTES, color=None, highlight=None, font="") for run in paragraph.runs),
            size=NOTES,
            leading=paragraph.natural,
            before=6.0,
            indent=(paragraph.level + 1) * 24.0 if paragraph.marker else paragraph.level * 24.0,
            hanging=24.0 if paragraph.marker else 0.0,
        )
        for paragraph in notes
    ]
    write_paragraphs(writer, body, plain, Default(NOTES), plain=True)
