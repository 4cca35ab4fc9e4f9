"""Decks in somebody else's template: its layouts, places and type are used, and shapes do not overlap."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from lxml import etree
from pptx import Presentation
from pptx.util import Emu

from slidegen.build_options import BuildOptions
from slidegen.cli.themes import LAYOUTS
from slidegen.exports import EXPORTS
from slidegen.exports.base import ExportOptions
from slidegen.exports.pptx.template.making import TEMPLATE
from slidegen.exports.pptx.template.matching import matched
from slidegen.exports.pptx.template.reading import open_template
from slidegen.exports.running import Exported, run_exports
from tests.exports.conftest import Exporter
from tests.exports.pptx.conftest import DECK
from tests.exports.pptx.test_schema import disorder

PIXEL = 9525
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
GERMAN = (
    *("Titelfolie", "Titel und Inhalt", "Abschnittsüberschrift", "Zwei Inhalte", "Vergleich", "Nur Titel", "Leer"),
    *("Inhalt mit Überschrift", "Bild mit Überschrift", "Titel und vertikaler Text", "Vertikaler Titel und Text"),
)
Change = Callable[[Any], None]


def nothing(template: Any) -> None:
    """Leaves python-pptx's own template, of 4:3, as it is."""


def german(template: Any) -> None:
    """Gives all layouts German names and no types, and the template two slides with a picture and a section."""
    for layout, name in zip(template.slide_layouts, GERMAN, strict=True):
        layout.name = name
        layout._element.attrib.pop("type", None)
    for _ in range(2):
        slide = template.slides.add_slide(template.slide_layouts[1])
        slide.shapes.title.text = "An example of the venue"
        slide.notes_slide.notes_text_frame.text = "A note of the venue"


def wide(template: Any) -> None:
    """Makes it 16:9, on a larger slide, with all places where they were on a share of the slide."""
    old = template.slide_width
    template.slide_width, template.slide_height = Emu(16256000), Emu(9144000)
    for holder in (template.slide_master, *template.slide_layouts):
        for shape in holder.placeholders:
            if shape._element.find(f".//{A}xfrm") is not None:
                x, y = template.slide_width / old, 9144000 / 6858000
                shape.left, shape.top = Emu(int(shape.left * x)), Emu(int(shape.top * y))
                shape.width, shape.height = Emu(int(shape.width * x)), Emu(int(shape.height * y))


def few(template: Any) -> None:
    """Leaves the layouts Title and Content and Title Only, without places for footers."""
    for index, layout in reversed(list(enumerate(template.slide_layouts))):
        if index not in (1, 5):
            template.slide_layouts.remove(layout)
            continue
        for shape in list(layout.placeholders):
            if shape.placeholder_format.idx >= 10:
                shape._element.getparent().remove(shape._element)


def made(exporter: Exporter, change: Change, suffix: str = ".pptx", text: str = DECK) -> tuple[Path, Exported]:
    """The deck in a changed template of python-pptx."""
    file = Presentation()
    change(file)
    path = exporter.folder / f"venue{suffix}"
    file.save(str(path))
    if suffix == ".potx":
        _as_template(path)
    deck = exporter.deck(text=text.replace("\\\\", "\\"))
    build = BuildOptions(folder=exporter.folder / "build", offline=True, keep_record=False)
    done = run_exports(deck, [EXPORTS["pptx"]], ExportOptions(template=path), build, exporter.browser)
    return done.paths[0], done


def _as_template(path: Path) -> None:
    with ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"presentation.main+xml", b"template.main+xml")
    with ZipFile(path, "w") as written:
        for name, content in parts.items():
            written.writestr(name, content)


def boxes(slide: Any) -> list[Any]:
    """The shapes of a slide that are not grounds of others."""
    return [one for one in slide.shapes if not one.name.startswith("Panel")]


@pytest.mark.browser
@pytest.mark.parametrize(("change", "suffix"), [(nothing, ".pptx"), (german, ".potx"), (wide, ".pptx"), (few, ".pptx")])
def test_shapes_stand_on_the_slide_and_not_on_each_other(change: Change, suffix: str, exporter: Exporter) -> None:
    """In templates of other sizes and with other layouts; the file holds to the schema, and has no parts of the
    template's own slides."""
    path, _ = made(exporter, change, suffix)
    file = Presentation(str(path))
    width, height = file.slide_width or 0, file.slide_height or 0
    assert len(file.slides) == 6
    for slide in file.slides:
        shapes = boxes(slide)
        for one in shapes:
            assert min(one.left, one.top) >= 0
            assert one.left + one.width <= width + PIXEL
            assert one.top + one.height <= height + PIXEL
        for index, one in enumerate(shapes):
            for other in shapes[index + 1 :]:
                across = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
                down = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
                assert across < 2 * PIXEL or down < 2 * PIXEL, (one.name, other.name)
    with ZipFile(path) as parts:
        names = parts.namelist()
        content = b"".join(parts.read(name) for name in names)
        xml = [name for name in names if name.startswith("ppt/slides/") and name.endswith(".xml")]
        assert {name: wrong for name in xml if (wrong := disorder(etree.fromstring(parts.read(name))))} == {}
    assert b"of the venue" not in content
    assert len([name for name in names if name.startswith("ppt/slides/slide")]) == 6


@pytest.mark.browser
def test_layouts_and_places_are_the_templates(exporter: Exporter) -> None:
    """Found by German names; text has neither our place, nor our font, colour or size, but keeps its emphasis."""
    path, done = made(exporter, german)
    slides = list(Presentation(str(path)).slides)
    assert [slide.slide_layout.name for slide in slides[:3]] == ["Titelfolie", "Titel und Inhalt", "Nur Titel"]
    title, body = slides[1].shapes.title, slides[1].placeholders[1]
    for one in (title, body):
        assert one._element.spPr.find(f"{A}xfrm") is None
    runs = {run.text.strip(): run for paragraph in body.text_frame.paragraphs for run in paragraph.runs}
    assert runs["bold"].font.bold
    assert runs["code"].font.name == "JetBrains Mono"
    plain = runs["Plain,"]
    assert (plain.font.size, plain.font.name, plain.font.color.type) == (None, None, None)
    lists = {p.text: p._p.pPr for p in body.text_frame.paragraphs}
    assert [child.tag for child in lists["two"]] == []
    assert lists["first"].find(f"{A}buAutoNum") is not None
    assert not [one for one in done.warnings if "layout" in one.message]


@pytest.mark.browser
def test_what_has_no_place_is_told(exporter: Exporter) -> None:
    """Layouts that the template lacks, with those used instead, and the footer."""
    _, done = made(exporter, few)
    told = [str(one).partition("venue.pptx: ")[2] for one in done.warnings if "venue.pptx" in str(one)]
    assert "has no layout 'Title Slide'; 'Title Only' is used for such slides" in told
    assert "the footer is left out: the layout 'Title Only' of the template has no place for it" in told


@pytest.mark.browser
def test_the_same_template_gives_the_same_bytes(exporter: Exporter) -> None:
    """Each time."""
    text = 'title: T\nslides: ["# One", "## Two\\n\\n- a\\n- b"]\n'
    first = made(exporter, german, text=text)[0].read_bytes()
    assert made(exporter, german, text=text)[0].read_bytes() == first


@pytest.mark.browser
def test_a_theme_as_a_template(exporter: Exporter) -> None:
    """It has the layouts, colours, type and furniture of the theme, no slides, and the same bytes each time; a deck in
    it uses its layouts."""
    path = exporter.folder / "corporate.pptx"
    build = BuildOptions(output=path, theme="corporate", keep_record=False, offline=True)
    run_exports(str(LAYOUTS), [TEMPLATE], ExportOptions(), build, exporter.browser)
    first = path.read_bytes()
    run_exports(str(LAYOUTS), [TEMPLATE], ExportOptions(), build, exporter.browser)
    assert path.read_bytes() == first
    found = matched("corporate.pptx", open_template(path))
    assert not found.instead
    names = [found.layouts[name].name for name in ("title", "section", "content", "two", "title-only", "blank")]
    assert names == [
        *("Title Slide", "Section Header", "Title and Content", "Two Content", "Title Only", "Blank"),
    ]
    assert len(found.made.slides) == 0
    content = found.layouts["content"].made
    assert any(one.name.startswith("Panel") for one in content.shapes)
    deck = exporter.deck(text=DECK.replace("\\\\", "\\"))
    build = BuildOptions(folder=exporter.folder / "build", theme="corporate", offline=True, keep_record=False)
    done = run_exports(deck, [EXPORTS["pptx"]], ExportOptions(template=path), build, exporter.browser)
    slides = Presentation(str(done.paths[0])).slides
    assert [slide.slide_layout.name for slide in slides][:2] == ["Title Slide", "Title and Content"]
    assert not any(one.name.startswith("Panel") for one in slides[1].shapes)
