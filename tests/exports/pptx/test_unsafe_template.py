"""A template that a stranger made: what is broken, too large or not harmless is told in one line and not used."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from pptx import Presentation

from slidegen.errors import SlidegenError
from slidegen.exports.pptx.template.matching import matched
from slidegen.exports.pptx.template.reading import open_template

Parts = dict[str, bytes]


def parts() -> Parts:
    """Those of python-pptx's own template."""
    buffer = BytesIO()
    Presentation().save(buffer)
    with ZipFile(buffer) as file:
        return {name: file.read(name) for name in file.namelist()}


def write(path: Path, content: Mapping[str, bytes]) -> Path:
    """Writes the parts as a file."""
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for name, part in content.items():
            file.writestr(name, part)
    return path


def told(path: Path) -> str:
    """The line about a template, without the folder."""
    with pytest.raises(SlidegenError) as error:
        open_template(path)
    (problem,) = error.value.problems
    return str(problem).removeprefix(f"{path.parent}/")


def macros(found: Parts) -> None:
    found["[Content_Types].xml"] = found["[Content_Types].xml"].replace(
        b"</Types>",
        b'<Override PartName="/ppt/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
    )
    found["ppt/vbaProject.bin"] = b"x"


def entities(found: Parts) -> None:
    found["ppt/theme/theme1.xml"] = (
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + found["ppt/theme/theme1.xml"].partition(b"?>")[2]
    )


def utf16(found: Parts) -> None:
    found["ppt/theme/theme1.xml"] = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode(
        "utf-16"
    )


def outside(found: Parts) -> None:
    name = "ppt/slideMasters/_rels/slideMaster1.xml.rels"
    image = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    found[name] = found[name].replace(
        b"</Relationships>",
        b'<Relationship Id="x" Type="'
        + image
        + b'" Target="file://host/a.png" TargetMode="External"/></Relationships>',
    )


def large(found: Parts) -> None:
    found["ppt/theme/theme1.xml"] = b" " * 30_000_000


def bomb(found: Parts) -> None:
    for number in range(3):
        found[f"ppt/media/image{number}.png"] = bytes(110_000_000)


def many(found: Parts) -> None:
    found |= {f"a{number}": b"" for number in range(10_001)}


def no_layouts(found: Parts) -> None:
    name = "ppt/slideMasters/slideMaster1.xml"
    found[name] = re.sub(rb"<p:sldLayoutId [^>]*>", b"", found[name])


def no_master(found: Parts) -> None:
    found["ppt/slideMasters/slideMaster1.xml"] = b"<a"


def other(found: Parts) -> None:
    found["[Content_Types].xml"] = found["[Content_Types].xml"].replace(b"presentation.main", b"document.main")


def no_types(found: Parts) -> None:
    del found["[Content_Types].xml"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (macros, "has macros or programs in it; allowed: .pptx, .potx, without them"),
        (entities, "ppt/theme/theme1.xml has a document type; allowed: XML without entities"),
        (utf16, "ppt/theme/theme1.xml has a document type; allowed: XML without entities"),
        (outside, "loads image from file://host/a.png; allowed: templates that load nothing from outside"),
        (large, "an XML part is too large; allowed: up to 20 MB"),
        (bomb, "its content is too large; allowed: up to 300 MB"),
        (many, "parts; allowed: up to 10,000"),
        (no_layouts, "has no layouts; allowed: templates with at least one"),
        (no_master, "is broken: "),
        (other, "is not a presentation; allowed: .pptx, .potx"),
        (no_types, "is not a presentation; allowed: .pptx, .potx"),
    ],
)
def test_a_template_that_is_not_harmless(change: Callable[[Parts], None], line: str, tmp_path: Path) -> None:
    """One line says what is wrong and what is allowed."""
    found = parts()
    change(found)
    assert line in told(write(tmp_path / "venue.pptx", found))


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("a.pptm", b"", "a.pptm: may have macros; allowed: .pptx, .potx, without them"),
        ("a.pdf", b"", "a.pdf: is not a template of PowerPoint; allowed: .pptx, .potx"),
        (
            "a.pptx",
            bytes.fromhex("d0cf11e0a1b11ae1"),
            "a.pptx: is protected by a password, or of PowerPoint 97; allowed: .pptx, .potx, without a password",
        ),
        ("a.potx", b"PK no zip", "a.potx: is broken: File is not a zip file; allowed: .pptx, .potx"),
        ("none.pptx", None, "none.pptx: no such file or directory; allowed: .pptx, .potx, up to 100 MB"),
    ],
)
def test_a_file_that_is_no_template(name: str, content: bytes | None, line: str, tmp_path: Path) -> None:
    """By its name, or by how it begins."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert told(tmp_path / name) == line


def test_a_file_that_ends_early(tmp_path: Path) -> None:
    """As after a download that was cut off."""
    path = write(tmp_path / "a.pptx", parts())
    content = bytearray(path.read_bytes())
    content[200:300] = bytes(100)
    path.write_bytes(content)
    assert "is broken: " in told(path)


def test_names_of_layouts_in_other_languages() -> None:
    """Without a type of the layout."""
    file = Presentation()
    names = (
        "Diapositive de titre",
        "Titre et contenu",
        "Titre de section",
        "Deux contenus",
        "Comparaison",
        "Titre seul",
        "Vide",
    )
    for layout, name in zip(file.slide_layouts, names, strict=False):
        layout.name = name
        layout._element.attrib.pop("type", None)
    found = matched("a.pptx", file)
    assert [found.layouts[name].name for name in ("title", "content", "section", "two", "title-only", "blank")] == [
        *("Diapositive de titre", "Titre et contenu", "Titre de section", "Deux contenus", "Titre seul", "Vide"),
    ]
    assert not found.instead
