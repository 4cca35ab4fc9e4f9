"""What concerns the whole file: its properties, its sections, and bytes that are the same each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from struct import pack
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from slidegen.exports.base import MADE
from slidegen.exports.pptx.scene import Scene
from slidegen.exports.pptx.writing.xml import named, sub

SECTIONS: Final = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"
EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""The date of all parts in the file: the first that ZIP knows."""
FIELD: Final = 0x4753
"""The number of our field in the header of the first part: "SG"."""
NO_DATE: Final = datetime(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file says of itself. `sections` are the names of its sections, each with the number of the
    slide of the deck with which it begins."""

    title: str
    author: str = ""
    subject: str = ""
    keywords: str = ""
    lang: str = "en"
    date: datetime | None = None
    sections: Sequence[tuple[str, int]] = ()


def finished(made: Any, scene: Scene, facts: Facts) -> bytes:
    """Writes the properties and sections, and returns the file."""
    properties = made.core_properties
    properties.title = facts.title[:255]
    properties.author = facts.author[:255]
    properties.subject = facts.subject[:255]
    properties.keywords = facts.keywords[:255]
    properties.comments = MADE
    properties.last_modified_by = ""
    properties.language = facts.lang
    properties.revision = 1
    properties.created = properties.modified = facts.date or NO_DATE
    if facts.sections:
        _sections(made, scene, facts)
    buffer = BytesIO()
    made.save(buffer)
    return _same_each_time(buffer)


def _sections(made: Any, scene: Scene, facts: Facts) -> None:
    tree = made.part._element
    ids = [one.get("id") for one in tree.find(named("p:sldIdLst"))]
    extensions = tree.find(named("p:extLst"))
    if extensions is None:
        extensions = sub(tree, "p:extLst")
    holder = sub(sub(extensions, "p:ext", uri=SECTIONS), "p14:sectionLst")
    numbers = [slide.number for slide in scene.slides]
    starts = [numbers.index(first) for _, first in facts.sections] + [len(numbers)]
    for number, (name, _) in enumerate(facts.sections):
        guid = f"{{{uuid5(NAMESPACE_URL, f'slidegen:{number}:{name}')}}}".upper()
        section = sub(holder, "p14:section", name=name, id=guid)
        slides = sub(section, "p14:sldIdLst")
        for key in ids[starts[number] : starts[number + 1]]:
            sub(slides, "p14:sldId", id=key)


def _same_each_time(buffer: BytesIO) -> bytes:
    """The same file with one date for all its parts. The first one says that slidegen made it, in a field of its header
    that other programs skip (APPNOTE.TXT of ZIP, 4.5)."""
    result = BytesIO()
    with ZipFile(buffer) as found, ZipFile(result, "w", ZIP_DEFLATED) as written:
        for name in found.namelist():
            entry = ZipInfo(name, EARLIEST)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            if not written.filelist:
                entry.extra = pack("<HH", FIELD, len(MADE)) + MADE.encode()
            written.writestr(entry, found.read(name))
    return result.getvalue()
