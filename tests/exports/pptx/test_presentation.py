"""What python-pptx reads of an exported deck: titles, lists, tables, notes, links and all the rest."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from pptx import Presentation

from slidegen.build_options import BuildOptions
from slidegen.exports import EXPORTS
from slidegen.exports.base import MADE, ExportOptions
from slidegen.exports.running import run_exports
from tests.exports.conftest import Exporter
from tests.exports.pptx.boxes import misplaced

pytestmark = pytest.mark.browser

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"


@pytest.fixture(scope="module")
def slides(presentation: Path) -> list[Any]:
    """The slides as python-pptx reads them."""
    return list(Presentation(str(presentation)).slides)


def shape(slide: Any, text: str) -> Any:
    """The shape that has a text."""
    (found,) = [one for one in slide.shapes if one.has_text_frame and text in one.text_frame.text]
    return found


def runs(found: Any) -> dict[str, Any]:
    """The runs of a shape by their text."""
    return {run.text.strip(): run for paragraph in found.text_frame.paragraphs for run in paragraph.runs}


def test_each_slide_has_its_title_and_layout(slides: list[Any]) -> None:
    """The title is in the placeholder for titles, which assistive programs and the outline read."""
    assert [slide.shapes.title.text_frame.text for slide in slides] == [
        *("One of everything", "Lists and emphasis", "A table", "Code", "Pictures", "Formulas"),
    ]
    assert [slide.slide_layout.name for slide in slides[:4]] == [
        *("Title Slide", "Title and Content", "Title Only", "Title Only"),
    ]


def test_emphasis_stays_emphasis(slides: list[Any]) -> None:
    """Each run has its look, and no other."""
    found = runs(shape(slides[1], "Plain"))
    assert found["bold"].font.bold
    assert found["italic"].font.italic
    assert found["gone"]._r.rPr.get("strike") == "sngStrike"
    assert found["code"].font.name == "JetBrains Mono"
    scripts = {text: run._r.rPr.get("baseline") for text, run in found.items()}
    assert (scripts["2"], scripts["3"], scripts["Plain,"]) == ("-25000", "30000", None)


def test_lists_are_lists(slides: list[Any]) -> None:
    """With levels and markers of PowerPoint, not signs in the text."""
    paragraphs = {p.text: p for p in shape(slides[1], "one with").text_frame.paragraphs}
    markers = {
        text: [child.tag.removeprefix(A) for child in paragraph._p.pPr if child.tag.startswith(f"{A}bu")][-1]
        for text, paragraph in paragraphs.items()
    }
    assert markers["one with a link"] == markers["deeper, to the table"] == "buChar"
    assert markers["first"] == markers["second"] == "buAutoNum"
    assert [paragraphs[text].level for text in ("one with a link", "deeper, to the table")] == [0, 1]


def test_links_lead_out_and_to_slides(slides: list[Any]) -> None:
    """An address is one, and a link inside the deck leads to its slide."""
    found = runs(shape(slides[1], "one with"))
    assert found["a link"].hyperlink.address == "https://example.org/a"
    click = found["to the table"]._r.rPr.find(f"{A}hlinkClick")
    assert click.get("action") == "ppaction://hlinksldjump"
    key = click.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id")
    assert slides[1].part.rels[key].target_part is slides[2].part


def test_a_table_is_a_table(slides: list[Any]) -> None:
    """With its cells, and numbers at the end of theirs."""
    (table,) = [one.table for one in slides[2].shapes if one.has_table]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        *(["name", "value"], ["alpha", "1.50"], ["beta", "22.25"]),
    ]
    assert table.first_row
    assert table.cell(2, 1).text_frame.paragraphs[0]._p.pPr.get("algn") == "r"


def test_code_is_coloured_text(slides: list[Any]) -> None:
    """In a monospaced font, line by line, with its spaces and its empty line."""
    code = shape(slides[3], "def f(x)")
    assert code.text_frame.text == "def f(x):\n    return x\n\nprint(f(1))"
    found = runs(code)
    assert found["def"].font.name == "JetBrains Mono"
    assert found["def"].font.color.rgb != found["print"].font.color.rgb


def test_pictures_say_what_they_show(slides: list[Any]) -> None:
    """A bitmap as it is; a drawing as SVG with a PNG for older programs."""
    pictures = [one for one in slides[4].shapes if one._element.tag == f"{P}pic"]
    texts = [one._element.nvPicPr.cNvPr.get("descr") for one in pictures]
    assert texts[0] == "a red dot"
    assert "beta" in texts[1]
    kinds = {rel.target_part.content_type for rel in slides[4].part.rels.values() if "image" in rel.reltype}
    assert kinds == {"image/png", "image/svg+xml"}


def test_notes_have_their_paragraphs(slides: list[Any]) -> None:
    """With emphasis and lists."""
    frame = slides[0].notes_slide.notes_text_frame
    assert [paragraph.text for paragraph in frame.paragraphs] == ["Say hello to all.", "first", "second"]
    assert [run.font.bold for run in frame.paragraphs[0].runs if run.text == "all"] == [True]


def test_footer_and_number_are_placeholders(slides: list[Any]) -> None:
    """The number is a field that PowerPoint counts."""
    kinds = {one.placeholder_format.type.name for one in slides[1].placeholders}
    assert {"FOOTER", "SLIDE_NUMBER"} <= kinds
    fields = [field.find(f"{A}t").text for slide in slides for field in slide._element.iter(f"{A}fld")]
    assert fields == ["1", "2", "3", "4", "5", "6"]


def test_fragments_appear_one_by_one(slides: list[Any]) -> None:
    """A click for each, and the paragraph that it shows."""
    main = next(node for node in slides[1]._element.iter(f"{P}cTn") if node.get("nodeType") == "mainSeq")
    assert len(main.find(f"{P}childTnLst")) == 2
    shown = [node.get("st") for node in slides[1]._element.iter(f"{P}pRg")]
    texts = [p.text for p in shape(slides[1], "one with").text_frame.paragraphs]
    assert [texts[int(at)] for at in shown] == ["two", "three"]


def test_formulas_are_office_math(presentation: Path) -> None:
    """Beside text for programs that know none."""
    with ZipFile(presentation) as file:
        xml = file.read("ppt/slides/slide6.xml").decode()
    assert xml.count("</m:oMath>") == 2
    assert "<m:nary>" in xml
    assert xml.count("<mc:Fallback>") == xml.count("<mc:AlternateContent") == 2
    width = re.search(r'<a:ext cx="(\d+)"', xml.partition("<mc:Choice")[2])
    assert width is not None  # of the formula of its own: LibreOffice stretches it to its box
    assert int(width[1]) < 300 * 9525


def test_a_background_of_its_own(slides: list[Any]) -> None:
    """The other slides have that of the master."""
    assert str(slides[5].background.fill.fore_color.rgb) == "101820"
    assert slides[2].follow_master_background


def test_stacks_are_sections(presentation: Path) -> None:
    """Named by their first slide."""
    with ZipFile(presentation) as file:
        xml = file.read("ppt/presentation.xml").decode()
    sections = xml.split("<p14:section ")[1:]
    assert [part.split('"')[1] for part in sections] == ["One of everything", "A table"]
    ids = [one.attrib["id"] for one in Presentation(str(presentation)).part._element.sldIdLst]
    assert [part.count("<p14:sldId ") for part in sections] == [2, 4]
    assert [key for part in sections for key in re.findall(r'<p14:sldId id="(\d+)"', part)] == ids


def test_it_says_whose_it_is(presentation: Path) -> None:
    """Title, author, language and date are the deck's."""
    facts = Presentation(str(presentation)).core_properties
    assert (facts.title, facts.author, facts.language) == ("One of everything", "A. Author", "en")
    assert facts.created == datetime(2026, 5, 4)
    assert MADE.encode() in presentation.read_bytes()[:200]


def test_shapes_stand_on_the_slide_and_not_on_each_other(presentation: Path) -> None:
    """Texts, tables and pictures, with their boxes as python-pptx reads them, those of placeholders included."""
    assert list(misplaced(Presentation(str(presentation)))) == []


def test_the_same_deck_gives_the_same_bytes(exporter: Exporter) -> None:
    """Today and tomorrow."""
    deck = exporter.deck(text='title: T\nslides: ["# One", "## Two\\n\\n- a\\n- b"]\n')
    first = exporter.export(deck, "pptx")[0].read_bytes()
    assert exporter.export(deck, "pptx")[0].read_bytes() == first


def test_steps_are_slides_of_their_own(exporter: Exporter) -> None:
    """With --steps: what is to come is not on them."""
    deck = exporter.deck(text='title: T\nslides: ["## Two\\n\\n- a\\n- b {.fragment}"]\n')
    (made,) = exporter.export(deck, "pptx", steps=True)
    texts = [shape(slide, "a").text_frame.text for slide in Presentation(str(made)).slides]
    assert texts == ["a", "a\nb"]


def test_marp_decks_are_presentations_as_well(exporter: Exporter) -> None:
    """With Marp's own theme."""
    exporter.deck(name="talk.md", text="---\nmarp: true\npaginate: true\n---\n\n# One\n\n- a\n- *b*\n\n---\n\n## Two\n")
    (made,) = exporter.export(str(exporter.folder / "talk.md"), "pptx", output="marp")
    slides = list(Presentation(str(made)).slides)
    assert [slide.shapes.title.text_frame.text for slide in slides] == ["One", "Two"]
    assert runs(shape(slides[0], "a"))["b"].font.italic


def test_what_is_lost_is_told_with_its_line(exporter: Exporter) -> None:
    """A frame, a fragment; and once the fonts."""
    text = """\
title: T
slides:
  - "## One\\n\\n<iframe src='page.html' title='t'></iframe>\\n\\n- gone {.fragment .fade-out}"
"""
    (exporter.folder / "page.html").write_text("<p>x")
    build = BuildOptions(folder=exporter.folder / "build", offline=True, keep_record=False)
    deck = exporter.deck(text=text)
    made = run_exports(deck, [EXPORTS["pptx"]], ExportOptions(), build, exporter.browser)
    assert sorted(str(one).removeprefix(deck) for one in made.warnings) == [
        ": the fonts are not in the presentation: Source Sans 3; install them where it is shown",
        ":3: slide 1: <iframe> is not in the file: PowerPoint shows no web pages",
        ":3: slide 1: a fragment of the class fade-out is not animated: --steps makes a slide of each step",
    ]


def test_addresses_and_drawings_are_harmless(exporter: Exporter) -> None:
    """An address that is none is written as one; an SVG that would load something is a PNG alone."""
    rect = '<rect width="9" height="9"/>'
    (exporter.folder / "ok.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{rect}</svg>'
    )
    (exporter.folder / "bad.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'
        f'{rect}<image xlink:href="https://example.org/a.png" width="9" height="9"/></svg>'
    )
    text = """\
title: T
slides:
  - "## One\\n\\n![ok](ok.svg)\\n\\n[a](<https://example.org/a b|{c}>)"
  - "## Two\\n\\n![bad](bad.svg)"
"""
    (made,) = exporter.export(exporter.deck(text=text), "pptx")
    first, second = Presentation(str(made)).slides
    assert runs(shape(first, "a"))["a"].hyperlink.address == "https://example.org/a%20b%7C%7Bc%7D"
    kinds = [
        {rel.target_part.content_type for rel in slide.part.rels.values() if "image" in rel.reltype}
        for slide in (first, second)
    ]
    assert kinds == [{"image/png", "image/svg+xml"}, {"image/png"}]


def test_each_text_has_its_language(exporter: Exporter) -> None:
    """With its region, for the spelling checker."""
    text = """\
title: T
lang: de
slides: ["## Eins\\n\\nWort, <span lang='fr'>mot</span>"]
"""
    (made,) = exporter.export(exporter.deck(text=text), "pptx")
    (slide,) = Presentation(str(made)).slides
    assert {text: run._r.rPr.get("lang") for text, run in runs(shape(slide, "Wort")).items()} == {
        "Wort,": "de-DE",
        "mot": "fr-FR",
    }


def test_a_picture_that_covers_the_slide_is_behind_its_text(exporter: Exporter) -> None:
    """And a slide that is inverted has its dark ground."""
    text = """\
title: T
theme: light
slides:
  - layout: image-full
    content: "## One\\n\\n![a](a.png)"
  - class: invert
    content: "## Two"
"""
    (made,) = exporter.export(exporter.deck(text=text), "pptx")
    first, second = Presentation(str(made)).slides
    assert first.shapes[0]._element.tag == f"{P}pic"
    assert int(str(second.background.fill.fore_color.rgb), 16) < 0x303030
