"""Writes a theme as a template: its master and layouts, with what the theme draws on the slides of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from slidegen.errors import MissingExtraError, Problem
from slidegen.exports.base import MADE, Export, ExportJob
from slidegen.rendered import OutputFile

if TYPE_CHECKING:
    from slidegen.exports.pptx.scene import Box, Scene, Shape
    from slidegen.exports.pptx.writing.arranging import LayoutName
    from slidegen.exports.pptx.writing.package import Facts

DESIGNED: Final = ("title", "section")
"""The layouts whose texts a theme gives a look of their own."""
ROOM: Final = 0.19
"""The height of the room for a subtitle, as a share of the slide's."""
MOST: Final = 0.8
"""A text that is as wide as this share of the other slides' titles has room enough."""
NEAR: Final = 8.0
"""How far two middles may be apart, in pixels, to be one."""
FIRST_ID: Final = 100
"""The first id of what the theme draws: those of the placeholders are lower."""


def make(job: ExportJob) -> Iterator[OutputFile | Problem]:
    """Writes the template of the theme of a deck that has a slide for each layout.

    Raises:
        SlidegenError: there is no browser, or it stops.
        MissingExtraError: python-pptx is not installed.
    """
    try:
        import pptx  # noqa: F401 - before the slow part
    except ImportError:
        raise MissingExtraError("a presentation", "export") from None
    from slidegen.exports.pptx.facts import deck_facts
    from slidegen.exports.pptx.measuring import read_scene

    facts = replace(deck_facts(job), sections=())
    yield OutputFile(str(job.name), theme_template(read_scene(job), facts), MADE.encode())


def theme_template(scene: Scene, facts: Facts) -> bytes:
    """The template: layouts with the grounds, panels and pictures of the slides of the scene, and no slides."""
    from slidegen.exports.pptx.writing.arranging import arranged, measures
    from slidegen.exports.pptx.writing.base import empty_presentation
    from slidegen.exports.pptx.writing.package import finished

    placed = [arranged(slide) for slide in scene.slides]
    usual = measures(scene, placed)
    wide = usual.boxes["content", "title"]
    usual = replace(usual, boxes={key: _roomy(key, box, wide, scene.size[1]) for key, box in usual.boxes.items()})
    made, layouts = empty_presentation(scene.look, usual, scene.size)
    first = {one.layout: one for one in reversed(placed)}
    for name, layout in layouts.items():
        if name in first:
            _furnish(layout, first[name].slide, scene)
        if name in DESIGNED and name in first:
            for index, role in first[name].roles.items():
                _dress(layout, name, role, first[name].slide.shapes[index], scene)
    return finished(made, replace(scene, slides=()), facts)


def _roomy(key: tuple[str, str], box: Box, wide: Box, height: float) -> Box:
    """The box of a text on a title slide or a section, as wide as the titles of other slides, and with room for three
    lines below a title: texts are longer there than in the examples. `height` is that of a slide."""
    layout, role = key
    if layout not in DESIGNED or role not in ("title", "subtitle", "body"):
        return box
    if role != "title":
        box = replace(box, height=max(box.height, min(height * ROOM, height * 0.92 - box.top)))
    if box.width > MOST * wide.width:
        return box
    centred = abs(box.left + box.width / 2 - wide.left - wide.width / 2) < NEAR
    return replace(box, left=wide.left, width=wide.width) if centred else replace(box, width=wide.right - box.left)


def _dress(layout: Any, name: LayoutName, role: str, shape: Shape, scene: Scene) -> None:
    """Writes into a placeholder the look that the theme gives its text on this layout."""
    from slidegen.exports.pptx.scene import TextShape
    from slidegen.exports.pptx.writing.base import FURNITURE, ROLES, palette
    from slidegen.exports.pptx.writing.text import ALIGN, RTL_ALIGN
    from slidegen.exports.pptx.writing.xml import named, points, sub

    indices = {own: index for index, own in (*ROLES[name].items(), *FURNITURE.items())}
    (found,) = [one for one in layout.placeholders if one.placeholder_format.idx == indices[role]]
    assert isinstance(shape, TextShape)
    paragraph = shape.paragraphs[0]
    if not paragraph.runs:
        return
    run = paragraph.runs[0]
    styles = found._element.find(f".//{named('a:lstStyle')}")
    for child in list(styles):
        styles.remove(child)
    align = (RTL_ALIGN if paragraph.rtl else ALIGN)[paragraph.align]
    level = sub(styles, "a:lvl1pPr", marL=0, indent=0, algn=align)
    sub(level, "a:buNone")
    properties = sub(level, "a:defRPr", sz=points(run.size), b=run.bold)
    if run.color is not None:
        palette(scene.look).fill(properties, run.color)


def _furnish(layout: Any, slide: Any, scene: Scene) -> None:
    """Draws on a layout what the theme draws on a slide, behind its placeholders."""
    from slidegen.exports.pptx.scene import PanelShape, PictureShape
    from slidegen.exports.pptx.writing.base import palette
    from slidegen.exports.pptx.writing.context import SlideWriter
    from slidegen.exports.pptx.writing.presentation import write_ground
    from slidegen.exports.pptx.writing.shapes import panel, picture
    from slidegen.exports.pptx.writing.xml import element

    tree = element("p:spTree")
    writer = SlideWriter(layout, scene.look, palette(scene.look), lambda _: layout, tree, {}, next_id=FIRST_ID)
    write_ground(writer, layout, slide.ground, scene.size)
    for shape in slide.shapes:
        if isinstance(shape, PanelShape):
            panel(writer, replace(shape, step=None))
        elif isinstance(shape, PictureShape):
            picture(writer, replace(shape, step=None))
    own = layout.shapes._spTree
    for at, drawn in enumerate(list(tree)):
        own.insert(2 + at, drawn)  # after the properties of the tree


TEMPLATE: Final = Export("template", ".pptx", make, (".pptx",))
