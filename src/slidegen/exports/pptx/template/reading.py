"""Opens a template that a stranger may have made: a ZIP of XML parts, of which nothing runs and nothing is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError

from slidegen.codes import Code
from slidegen.errors import Problem, SlidegenError, reason
from slidegen.exports.pptx.writing.xml import named
from slidegen.files import FileError, read_bytes, size_text

SUFFIXES: Final = (".pptx", ".potx")
MACROS: Final = (".pptm", ".potm", ".ppsm", ".ppam")
MAX_FILE: Final = 100_000_000
MAX_PARTS: Final = 10_000
MAX_CONTENT: Final = 300_000_000
"""The most bytes of all parts together, unpacked."""
MAX_XML: Final = 20_000_000
"""The most bytes of one part that is XML."""
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of the OLE format begin: PowerPoint 97, and all that is protected by a password."""
TYPES: Final = "[Content_Types].xml"
MAIN: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
TEMPLATE: Final = "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"
PROGRAMS: Final = ("vbaproject", "activex", "macroenabled", "x-msdownload")
"""What the content types of parts with programs in them have in common."""
LEFT_OUT: Final = ("/extended-properties", "/thumbnail", "/printerSettings")
"""Relationships to what describes the template itself."""


def wrong(path: Path, what: str, code: Code = "unreadable-file") -> SlidegenError:
    """The error about a template."""
    return SlidegenError([Problem(what, str(path), code=code)])


def open_template(path: Path) -> Any:
    """Returns the template as a python-pptx presentation, without its slides.

    Raises:
        SlidegenError: it cannot be read, is no presentation, or is not harmless.
    """
    from lxml.etree import LxmlError
    from pptx import Presentation
    from pptx.exc import PythonPptxError

    content = _checked(path)
    try:
        made = Presentation(BytesIO(content))
        without_slides(made)
        external = list(_external(made))
        layouts = len(made.slide_layouts)
    except (LxmlError, PythonPptxError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise wrong(path, f"is broken: {reason(error)}; allowed: what PowerPoint opens") from None
    if external:
        raise wrong(path, f"loads {external[0]}; allowed: templates that load nothing from outside")
    if not layouts:
        raise wrong(path, "has no layouts; allowed: templates with at least one")
    return made


def without_slides(made: Any) -> None:
    """Takes the slides out of a presentation, with what leads to them; parts that nothing leads to are not written."""
    tree = made.part._element
    slides = tree.find(named("p:sldIdLst"))
    for one in [] if slides is None else list(slides):
        made.part.rels.pop(one.get(named("r:id")))
        slides.remove(one)
    for name in ("p:custShowLst", "p:extLst"):  # shows of chosen slides; sections
        for one in tree.findall(named(name)):
            tree.remove(one)
    for relations in (made.part.package._rels, made.part.rels):
        for key in [key for key, one in relations.items() if one.reltype.endswith(LEFT_OUT)]:
            relations.pop(key)


def _checked(path: Path) -> bytes:
    """The file, its parts checked; a template (.potx) becomes a presentation."""
    suffix = path.suffix.lower()
    allowed = f"allowed: {', '.join(SUFFIXES)}"
    if suffix in MACROS:
        raise wrong(path, f"may have macros; {allowed}, without them", "wrong-value")
    if suffix not in SUFFIXES:
        raise wrong(path, f"is not a template of PowerPoint; {allowed}", "wrong-value")
    try:
        content = read_bytes(path, MAX_FILE)
    except FileError as error:
        raise wrong(path, f"{error}; {allowed}, up to {size_text(MAX_FILE)}", error.code) from None
    if content.startswith(OLE):
        raise wrong(path, f"is protected by a password, or of PowerPoint 97; {allowed}, without a password")
    try:
        return _parts(path, content)
    except (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError, ZlibError) as error:
        raise wrong(path, f"is broken: {reason(error)}; {allowed}") from None


def _parts(path: Path, content: bytes) -> bytes:
    result = BytesIO()
    left = MAX_CONTENT
    with ZipFile(BytesIO(content)) as file, ZipFile(result, "w", ZIP_DEFLATED, compresslevel=1) as written:
        names = [entry.filename for entry in file.infolist() if not entry.is_dir()]
        if TYPES not in names:
            raise wrong(path, f"is not a presentation; allowed: {', '.join(SUFFIXES)}")
        if len(names) > MAX_PARTS:
            raise wrong(path, f"has {len(names):,} parts; allowed: up to {MAX_PARTS:,}", "limit")
        if len(set(names)) < len(names):
            raise wrong(path, "has two parts of one name; allowed: what PowerPoint opens")
        for name in names:
            xml = name.lower().endswith((".xml", ".rels", ".vml"))
            most = min(left, MAX_XML) if xml else left
            with file.open(name) as part:
                found = part.read(most + 1)  # what the file says of its size may be wrong
            if len(found) > most:
                what, limit = ("an XML part", MAX_XML) if most < left else ("its content", MAX_CONTENT)
                raise wrong(path, f"{what} is too large; allowed: up to {size_text(limit)}", "limit")
            left -= len(found)
            if xml:
                _check_xml(path, name, found)
            if name == TYPES:
                found = _types(path, found)
            written.writestr(ZipInfo(name), found)
    return result.getvalue()


def _check_xml(path: Path, name: str, content: bytes) -> None:
    """Raises SlidegenError if a part declares a document type: entities in it expand without end."""
    plain = content.replace(b"\0", b"")  # of UTF-16
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise wrong(path, f"{name} has a document type; allowed: XML without entities")


def _types(path: Path, content: bytes) -> bytes:
    lower = content.lower()
    if any(program.encode() in lower for program in PROGRAMS):
        raise wrong(path, f"has macros or programs in it; allowed: {', '.join(SUFFIXES)}, without them")
    if MAIN.encode() not in content and TEMPLATE.encode() not in content:
        raise wrong(path, f"is not a presentation; allowed: {', '.join(SUFFIXES)}")
    return content.replace(TEMPLATE.encode(), MAIN.encode())


def _external(made: Any) -> Iterator[str]:
    """What the template would load when it is opened: all external relationships but links."""
    for part in made.part.package.iter_parts():
        for one in part.rels.values():
            kind = one.reltype.rpartition("/")[2]
            if one.is_external and kind != "hyperlink":
                yield f"{kind} from {one._target}"
