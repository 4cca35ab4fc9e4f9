"""Finishes a PDF that a browser printed: metadata, bookmarks, and nothing that depends on the time."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from slidegen.errors import Problem, SlidegenError
from slidegen.exports.base import MADE
from slidegen.exports.deck import ExportedDeck
from slidegen.version import __version__

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf.generic import DictionaryObject, PdfObject

EPOCH: Final = "SOURCE_DATE_EPOCH"
"""The environment variable that dates reproducible files (reproducible-builds.org), in seconds since 1970."""

PLACE: Final = "slidegen:"
NODE: Final = re.compile(rb"\(node[0-9]{8}\)")
"""The id of an element in Chromium's PDFs."""
URI_SIGNS: Final = "%!#$&'()*,/:;=?@[]~+"
"""What stays in an address that is otherwise written in percents (RFC 3986, 2)."""


def finished_pdf(
    content: bytes, headings: Iterable[str], written: Sequence[str], deck: ExportedDeck, date: str | None
) -> bytes:
    """Returns a PDF with the deck's metadata and without the time of printing: the same deck gives the same bytes.

    `headings` are the texts of the headings, by which bookmarks get the spaces that line breaks lack in them. `written`
    has the addresses of links to files as the deck writes them; in the PDF stands `PLACE` with the index of each.
    """
    from pypdf import PdfReader
    from pypdf.generic import BooleanObject, DictionaryObject, NameObject, TextStringObject

    content = _numbered(content)
    reader = PdfReader(io.BytesIO(content))
    names = {"author": "/Author", "description": "/Subject", "keywords": "/Keywords"}
    dates = {} if date is None else {"/CreationDate": date, "/ModDate": date}
    info = {
        "/Title": deck.title,
        **{names[name]: text for name, text in deck.meta.items()},
        "/Creator": f"slidegen {__version__}",
        "/Producer": "" if reader.metadata is None else str(reader.metadata.get("/Producer", "")),
        **dates,
    }
    entries = {NameObject(key): TextStringObject(text) for key, text in info.items()}
    changed: dict[int, PdfObject] = {_number(reader.trailer, "/Info"): DictionaryObject(entries)}
    root = reader.root_object
    preferences = root.setdefault(NameObject("/ViewerPreferences"), DictionaryObject()).get_object()
    assert isinstance(preferences, DictionaryObject)
    preferences[NameObject("/DisplayDocTitle")] = BooleanObject(True)
    if "/Outlines" in root:
        root[NameObject("/PageMode")] = NameObject("/UseOutlines")
        changed |= _named_bookmarks(root, headings)
    changed |= _written_links(reader, written)
    return _updated(content, reader, changed | {_number(reader.trailer, "/Root"): root})


def pdf_date(deck: ExportedDeck, environment: Mapping[str, str] = os.environ) -> str | None:
    """The date of a PDF: that of the environment, else the deck's if it is an ISO date, else none.

    Raises:
        SlidegenError: the date of the environment is not a number.
    """
    given = environment.get(EPOCH)
    if given:
        try:
            moment = datetime.fromtimestamp(int(given), UTC)
        except (ValueError, OverflowError, OSError):
            what = f"{EPOCH} is {given!r}; seconds since 1970 are needed"
            raise SlidegenError([Problem(what, code="environment-variable")]) from None
        return f"D:{moment:%Y%m%d%H%M%S}+00'00'"
    day = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", deck.options.date or "")
    return f"D:{''.join(day.groups())}000000+00'00'" if day else None


def _numbered(content: bytes) -> bytes:
    """The same PDF with the ids of its elements counted from 1, in their order. Chromium's are those of the nodes of
    its page, whose numbers differ from run to run. All have eight digits, so that nothing moves."""
    ids = sorted(set(NODE.findall(content)))
    names = {name: b"(node%08d)" % number for number, name in enumerate(ids, start=1)}
    return NODE.sub(lambda found: names[found[0]], content)


def _number(holder: DictionaryObject, key: str) -> int:
    """The number of the object that an entry refers to."""
    from pypdf.generic import IndirectObject

    reference = holder.raw_get(key)
    assert isinstance(reference, IndirectObject)
    return reference.idnum


def _named_bookmarks(root: DictionaryObject, headings: Iterable[str]) -> dict[int, PdfObject]:
    """The bookmarks whose titles get spaces, by number."""
    from pypdf.generic import DictionaryObject, NameObject, TextStringObject

    names = {"".join(text.split()): " ".join(text.split()) for text in headings}
    changed: dict[int, PdfObject] = {}
    waiting = [_number(root, "/Outlines")]
    items = [root["/Outlines"].get_object()]
    while waiting:
        number, item = waiting.pop(), items.pop()
        assert isinstance(item, DictionaryObject)
        title = str(item.get("/Title", ""))
        name = names.get("".join(title.split()), title)
        if name != title:
            item[NameObject("/Title")] = TextStringObject(name)
            changed[number] = item
        for key in ("/First", "/Next"):
            if key in item:
                waiting.append(_number(item, key))
                items.append(item[key].get_object())
    return changed


def _written_links(reader: PdfReader, written: Sequence[str]) -> dict[int, PdfObject]:
    """The links that lead where the deck says, by number."""
    from pypdf.generic import ByteStringObject, DictionaryObject, IndirectObject, NameObject

    changed: dict[int, PdfObject] = {}
    for page in reader.pages if written else ():
        for reference in page.get("/Annots") or ():
            assert isinstance(reference, IndirectObject)
            link = reference.get_object()
            assert isinstance(link, DictionaryObject)
            action = link.get("/A")
            if isinstance(action, DictionaryObject) and str(action.get("/URI", "")).startswith(PLACE):
                address = written[int(str(action["/URI"]).removeprefix(PLACE))]
                action[NameObject("/URI")] = ByteStringObject(quote(address, safe=URI_SIGNS).encode())
                changed[reference.idnum] = link
    return changed


def _updated(content: bytes, reader: PdfReader, changed: Mapping[int, PdfObject]) -> bytes:
    """Returns a PDF with other objects in the place of some, added at its end (ISO 32000-2, 7.5.6): nothing else is
    read or written again. A comment takes the room of the browser's metadata, which has the time."""
    from pypdf.generic import NameObject, NumberObject

    at = reader.xref[0][_number(reader.trailer, "/Info")]
    table = int(content.rpartition(b"startxref")[2].split()[0])
    end = min(place for place in (*reader.xref[0].values(), table) if place > at)
    head = f"%PDF-1.7\n%{MADE} ".encode()
    target = io.BytesIO()
    target.write(head + content[len(head) : at] + b"".rjust(end - max(at, len(head)) - 1) + b"\n" + content[end:])
    places = {}
    for number, value in changed.items():
        places[number] = target.tell()
        target.write(b"%d 0 obj\n" % number)
        value.write_to_stream(target)
        target.write(b"\nendobj\n")
    begin = target.tell()
    lines = [b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in sorted(places.items())]
    target.write(b"xref\n0 1\n0000000000 65535 f \n" + b"".join(lines) + b"trailer\n")
    reader.trailer[NameObject("/Prev")] = NumberObject(table)
    reader.trailer.write_to_stream(target)
    target.write(b"\nstartxref\n%d\n%%%%EOF\n" % begin)
    return target.getvalue()
