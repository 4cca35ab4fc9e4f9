"""A cell's Markdown as slidegen's Markdown: the same words, formulas, tables and HTML, with attachments as pictures.

What means something to slidegen and nothing to Jupyter (attributes, containers, an expression in a notebook that
declares no values) is shown as it is written; what means something to Jupyter (addresses without brackets, boxes of the
class "alert") is kept in slidegen's way.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from slidegen.diagrams.kinds import KINDS
from slidegen.limits import too_much
from slidegen.scan import CODE, Piece, block_tokens, is_magic_move, scan
from slidegen.snippets import takes_code
from slidegen.sources.notebook.anchors import outside_code
from slidegen.sources.notebook.conversion import Conversion
from slidegen.sources.notebook.edits import Edit, edited
from slidegen.sources.notebook.format import Cell
from slidegen.sources.notebook.formulas import formulas_in
from slidegen.sources.notebook.html import BADGE, TAG, new_tag
from slidegen.sources.translation import Line
from slidegen.sources.translation.words import escaped, language

PROSE: Final = re.compile(
    r"(?P<heading>^[ ]{0,3}#{1,6}(?=[^#\s]))"
    r"|(?P<reference>\\(?:eq)?ref\{[^{}]*\})"
    r"|(?P<escape>\\.)"
    r"|(?P<badge>!\[(?P<alt>[^\]]*)\]\((?P<badge_url>[^()\s]+)[^()]*\))"
    r"|(?P<expression>\{\{|\{%|\{##)"
    r"|(?P<attributes>\{(?=[^{}\n]*=[^{}\n]*\})(?![.#]))"
    r"|(?P<dollar>\$)"
    r"|(?P<shortcode>:[\w+-]+(?=:))"
    r"|(?P<definition>^[ ]{0,3}\[[^\]]+\]:.*$)"
    r"|(?P<link>\]\([^()\s]*)"
    r"|(?P<url>(?:(?<=[\s(*_])|^)https?://[^\s<>()\[\]|`\"']*[^\s<>()\[\]|`\"'.,;:!?*_])",
    re.MULTILINE,
)
COLONS: Final = re.compile(r"^[ ]{0,3}(?P<colons>:{3,})[ \t]*(?P<brace>\{?)(?P<name>[\w-]*)(?P<end>\}?)", re.MULTILINE)
MYST: Final = {
    **{name: name for name in ("note", "tip", "important", "warning")},
    **dict.fromkeys(("hint", "admonition", "seealso"), "note"),
    **dict.fromkeys(("caution", "danger", "attention", "error"), "warning"),
}
"""The directives of MyST that are boxes, and slidegen's containers for them."""
CONTAINERS: Final = frozenset({"columns", "column", "incremental", "fragment", "notes", "center", *MYST.values()})
BLOCK_TAG: Final = re.compile(
    r"</?(?:article|aside|blockquote|center|dd|details|div|dl|dt|figcaption|figure|h[1-6]|li|ol|p|section|summary|table"
    r"|tbody|td|th|thead|tr|ul)\b[^<>]*>",
    re.IGNORECASE,
)
Spans = Sequence[tuple[int, int]]
IMAGE: Final = re.compile(
    r"!\[(?P<alt>[^\]]*)\]\((?:<attachment:(?P<long>[^<>]+)>|attachment:(?P<name>[^\s()<>]+))(?P<title>[^()]*)\)"
)


def markdown_lines(cell: Cell, text: str, convert: Conversion, line: int | None = None) -> list[Line]:
    """The lines of a text in a cell's Markdown; `line` is that of the notebook from which all of it comes, if it is not
    the cell's source."""
    text = outside_code(IMAGE, lambda found: _attachment(cell, found, convert), convert.anchors.placed(text))
    tokens = block_tokens(text)
    too_long = next(too_much(tokens), None) is not None  # the deck is refused
    edits = [] if too_long else _edits(cell, text, _Blocks.of(text, list(scan(text, tokens))), convert)
    return [Line(row, cell.line + number if line is None else line) for row, number in edited(text, edits)]


@dataclass(frozen=True, slots=True)
class _Blocks:
    """The pieces of a text. The parts of its HTML in `opened` hold formulas: they are set apart by empty lines, so that
    Markdown reads them; the others are `verbatim`."""

    pieces: Sequence[Piece]
    opened: Spans
    verbatim: Spans

    @classmethod
    def of(cls, text: str, pieces: Sequence[Piece]) -> _Blocks:
        """Those of a text with these pieces."""
        opened: list[tuple[int, int]] = []
        verbatim: list[tuple[int, int]] = []
        for piece in pieces:
            if piece.kind != "html":
                continue
            at = piece.start
            for start, end in _between_tags(text, piece.start, piece.end):
                if any(not _in_tag(text, start, found.start()) for found in formulas_in(text, start, end)):
                    opened.append((start, end))
                    verbatim.append((at, start))
                    at = end
            verbatim.append((at, piece.end))
        return cls(pieces, opened, verbatim)

    def is_verbatim(self, at: int) -> bool:
        """Whether an offset is in a block of HTML that Markdown does not read."""
        place = bisect_right(self.verbatim, at, key=lambda span: span[0]) - 1
        return place >= 0 and self.verbatim[place][0] <= at < self.verbatim[place][1]


def _between_tags(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a block of HTML between the tags of blocks in it."""
    at = None
    for tag in BLOCK_TAG.finditer(text, start, end):
        if at is not None and text[at : tag.start()].strip():
            yield at, tag.start()
        at = tag.end()
    if at is not None and text[at:end].strip():
        yield at, end


def _attachment(cell: Cell, found: re.Match[str], convert: Conversion) -> str:
    """Returns the Markdown of an attached picture, or its description if the cell does not have it."""
    path = convert.attachment(cell, found["long"] or found["name"])
    return f"![{found['alt']}]({path}{found['title']}){convert.ground(path)}" if path else found["alt"]


def _edits(cell: Cell, text: str, blocks: _Blocks, convert: Conversion) -> Iterator[Edit]:
    at = 0
    for piece in blocks.pieces:
        if piece.kind not in CODE:
            continue
        yield from _between(cell, text, at, piece.start, blocks, convert)
        if piece.kind == "fence":
            yield from _fence(text, piece.start, piece.end)
        at = piece.end
    yield from _between(cell, text, at, len(text), blocks, convert)
    yield from _containers(text, blocks.pieces)
    for start, end in blocks.opened:
        part = text[start:end]
        yield Edit(start, start + len(part) - len(part.lstrip()), "\n\n")
        yield Edit(start + len(part.rstrip()), end, "\n\n")


def _containers(text: str, pieces: Sequence[Piece]) -> Iterator[Edit]:
    """Boxes of MyST as slidegen's; other lines of colons are words."""
    code = [(piece.start, piece.end) for piece in pieces if piece.kind in CODE]
    found = [one for one in COLONS.finditer(text) if not any(first <= one.start() < last for first, last in code)]
    names = [MYST.get(one["name"], one["name"]) for one in found if one["name"]]
    known = bool(names) and CONTAINERS.issuperset(names)
    for one in found:
        colons = one.end("colons")
        if not known:
            yield Edit(one.start("colons"), one.start("colons"), "\\")
        elif one["name"] and (one["brace"] or one["name"] in MYST):
            yield Edit(colons, one.end(), f" {MYST.get(one['name'], one['name'])}")


def _fence(text: str, start: int, end: int) -> Iterator[Edit]:
    """The line that opens a block of code, with the language only: other words are nobody's here, but for those of
    diagrams, of QR codes, of code that a file has and of several blocks in one."""
    first = text.find("\n", start, end)
    opening = text[start : end if first < 0 else first]
    sign = re.match(r"[ \t>]*(`{3,}|~{3,})", opening)
    if sign is None:
        return
    name = (opening[sign.end() :].strip().strip("{}").split() or [""])[0]
    code = text[start:end]
    if name in (*KINDS, "qr") or takes_code(code) or is_magic_move(opening):
        return
    found = language(name, code) if name else ""
    if opening[sign.end() :].strip() != found:
        yield Edit(start + sign.end(), start + len(opening), found)


def _between(cell: Cell, text: str, start: int, end: int, blocks: _Blocks, convert: Conversion) -> Iterator[Edit]:
    """The edits between two pieces of code: formulas first, then the HTML and the words around them."""
    at = start
    for found in formulas_in(text, start, end):
        if blocks.is_verbatim(found.start()) or _in_tag(text, start, found.start()):
            continue
        yield from _words(cell, text, at, found.start(), blocks, convert)
        yield Edit(found.start(), found.end(), convert.formulas.markdown(found))
        at = found.end()
    yield from _words(cell, text, at, end, blocks, convert)


def _in_tag(text: str, start: int, at: int) -> bool:
    opened = text.rfind("<", start, at)
    return opened >= 0 and text.find(">", opened, at) < 0 and re.match(r"</?[A-Za-z]", text[opened:at]) is not None


def _words(cell: Cell, text: str, start: int, end: int, blocks: _Blocks, convert: Conversion) -> Iterator[Edit]:
    at = start
    for found in TAG.finditer(text, start, end):
        yield from _prose(cell, text, at, found.start(), blocks, convert)
        tag = new_tag(found[0], cell, convert, text.count("\n", 0, found.start()), pages=True)
        if tag is not None:
            yield Edit(found.start(), found.end(), tag)
        at = found.end()
    yield from _prose(cell, text, at, end, blocks, convert)


def _prose(cell: Cell, text: str, start: int, end: int, blocks: _Blocks, convert: Conversion) -> Iterator[Edit]:
    for found in PROSE.finditer(text, start, end):
        if blocks.is_verbatim(found.start()):
            new = f"&#123;{found[0][1:]}" if found["expression"] is not None and not convert.templated else None
        else:
            new = _new(cell, found, convert)
        if new is not None:
            yield Edit(found.start(), found.end(), new)


def _new(cell: Cell, found: re.Match[str], convert: Conversion) -> str | None:
    """What takes the place of a piece of prose; None if it stays."""
    if found["heading"] is not None:
        at_line = found.start() == 0 or found.string[found.start() - 1] == "\n"
        return f"{found[0]} " if at_line else None
    if found["reference"] is not None:
        return convert.formulas.refer(found[0])
    if found["badge"] is not None:
        if not BADGE.match(found["badge_url"]):
            return None
        convert.lose(cell, f"the badge {found['badge_url']!r} is shown by its words; it is on the network")
        return found["alt"] or "link"
    if found["expression"] is not None:
        return None if convert.templated else "".join(f"\\{sign}" for sign in found[0])
    if found["attributes"] is not None:
        return "\\{"
    if found["dollar"] is not None:
        return "\\$"
    if found["shortcode"] is not None:
        return escaped(f"{found[0]}:")[:-1]
    if found["url"] is not None:
        return f"<{found[0]}>"
    return None
