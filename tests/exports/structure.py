"""What is in a PDF besides its text: tags, bookmarks, links, fonts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader


def elements(pdf: PdfReader) -> Iterator[Any]:
    """The elements of the structure tree, in the order of reading (ISO 32000-2, 14.7)."""

    def below(item: Any) -> Iterator[Any]:
        found = item.get_object() if hasattr(item, "get_object") else item
        if isinstance(found, list):
            for one in found:
                yield from below(one)
        elif hasattr(found, "keys"):
            if "/S" in found:
                yield found
            if "/K" in found:
                yield from below(found["/K"])

    root: Any = pdf.trailer["/Root"]
    yield from below(root["/StructTreeRoot"])


def tags(pdf: PdfReader) -> list[str]:
    """The kinds of the elements, without those that mean nothing."""
    return [str(one["/S"])[1:] for one in elements(pdf) if one["/S"] not in ("/NonStruct", "/Div")]


def alternatives(pdf: PdfReader) -> list[str | None]:
    """The alternative text of each figure."""
    return [str(one["/Alt"]) if "/Alt" in one else None for one in elements(pdf) if one["/S"] == "/Figure"]


def scopes(pdf: PdfReader) -> list[str]:
    """The scope of each header cell of a table."""
    attributes = [one["/A"] for one in elements(pdf) if one["/S"] == "/TH"]
    return [str(part.get_object()["/Scope"]) for parts in attributes for part in parts if "/Scope" in part.get_object()]


def bookmarks(pdf: PdfReader) -> list[tuple[int, str, int]]:
    """The bookmarks: depth, title and page from 1."""

    def flat(items: Any, depth: int) -> Iterator[tuple[int, str, int]]:
        for item in items:
            if isinstance(item, list):
                yield from flat(item, depth + 1)
            else:
                page = pdf.get_destination_page_number(item)
                assert page is not None
                yield depth, str(item.title), page + 1

    return list(flat(pdf.outline, 0))


def links(pdf: PdfReader) -> list[tuple[int, str | int]]:
    """The links: the page that each is on, and its address or the page that it leads to."""
    numbers = {
        page.indirect_reference.idnum: at for at, page in enumerate(pdf.pages, start=1) if page.indirect_reference
    }
    found: list[tuple[int, str | int]] = []
    for at, page in enumerate(pdf.pages, start=1):
        for reference in page.get("/Annots") or ():
            link = reference.get_object()
            if "/A" in link:
                found.append((at, str(link["/A"]["/URI"])))
                continue
            target = link["/Dest"]
            place = target if isinstance(target, list) else pdf.named_destinations[str(target)].dest_array
            found.append((at, numbers[place[0].idnum]))
    return found


def embedded(pdf: PdfReader) -> list[bool]:
    """Whether each font is in the file: as a font file, or drawn by procedures (Type 3)."""
    resources: list[Any] = [page["/Resources"] for page in pdf.pages]
    fonts = [font.get_object() for one in resources for font in (one.get("/Font") or {}).values()]
    return [_is_embedded(font) for font in fonts]


def _is_embedded(font: Any) -> bool:
    if font["/Subtype"] == "/Type3":
        return "/CharProcs" in font and "/ToUnicode" in font
    described = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    return any(key in described["/FontDescriptor"] for key in ("/FontFile", "/FontFile2", "/FontFile3"))
