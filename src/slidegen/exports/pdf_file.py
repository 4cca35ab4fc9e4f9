"""Finishes a PDF that a browser printed: metadata, bookmarks, and nothing that depends on the time."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from slidegen.errors import Problem, SlidegenError
from slidegen.exports.base import MADE
from slidegen.exports.deck import ExportedDeck
from slidegen.version import __version__

if TYPE_CHECKING:
    from pypdf import PdfWriter

EPOCH: Final = "SOURCE_DATE_EPOCH"
"""The environment variable that dates reproducible files (reproducible-builds.org), in seconds since 1970."""


def finished_pdf(content: bytes, headings: Iterable[str], deck: ExportedDeck, date: str | None) -> bytes:
    """Returns a PDF with the deck's metadata and without the time of printing: the same deck gives the same bytes.

    `headings` are the texts of the headings, by which bookmarks get the spaces that line breaks lack in them.
    """
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import BooleanObject, DictionaryObject, NameObject

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.pdf_header = f"%PDF-1.7\n%{MADE}"
    names = {"author": "/Author", "description": "/Subject", "keywords": "/Keywords"}
    dates = {} if date is None else {"/CreationDate": date, "/ModDate": date}
    producer = "" if writer.metadata is None else str(writer.metadata.get("/Producer", ""))
    writer.metadata = {
        "/Title": deck.title,
        **{names[name]: text for name, text in deck.meta.items()},
        "/Creator": f"slidegen {__version__}",
        "/Producer": producer,
        **dates,
    }
    root = writer.root_object
    preferences = root.setdefault(NameObject("/ViewerPreferences"), DictionaryObject()).get_object()
    assert isinstance(preferences, DictionaryObject)
    preferences[NameObject("/DisplayDocTitle")] = BooleanObject(True)
    if "/Outlines" in root:
        root[NameObject("/PageMode")] = NameObject("/UseOutlines")
        _name_bookmarks(writer, headings)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


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


def _name_bookmarks(writer: PdfWriter, headings: Iterable[str]) -> None:
    from pypdf.generic import DictionaryObject, NameObject, TextStringObject

    names = {"".join(text.split()): " ".join(text.split()) for text in headings}
    waiting = [writer.root_object["/Outlines"].get_object()]
    while waiting:
        item = waiting.pop()
        assert isinstance(item, DictionaryObject)
        if name := names.get("".join(str(item.get("/Title", "")).split())):
            item[NameObject("/Title")] = TextStringObject(name)
        waiting += [item[key].get_object() for key in ("/First", "/Next") if key in item]
