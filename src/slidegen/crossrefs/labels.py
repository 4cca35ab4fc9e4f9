"""Finds the labels in a slide's text: `{#fig-name}` after a picture, `{#tbl-name}` in a caption, and so on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from slidegen.crossrefs.containers import labelled_cells, labelled_divs
from slidegen.diagrams.kinds import KINDS
from slidegen.marks import PLACED
from slidegen.resolved import PlacedFigure, PlacedTable, ResolvedText
from slidegen.scan import EQUATION, Piece, scan

Kind = Literal["fig", "tbl", "eq", "sec"]
Form = Literal[
    "picture", "caption", "line", "heading", "formula", "placed", "named", "slide", "misplaced", "div", "cell"
]
"""Where a label stands. A `placed` table or chart is known by its declared name, a `named` one has a label."""
OF_NAMES: Final[tuple[Kind, ...]] = ("fig", "tbl", "eq", "sec")
ID: Final = r"[a-z][\w.:-]*\Z"
NAME: Final = r"(?P<name>(?P<kind>fig|tbl|eq|sec)-[\w.:-]*\w)"
BRACES: Final = re.compile(rf"\{{(?:[^{{}}\n]*[^{{}}\n\w])?#{NAME}(?=[\s}}])[^{{}}\n]*\}}")
TEX: Final = re.compile(r"\\label\{(?P<name>eq-[\w.:-]*\w)\}")
PICTURE: Final = re.compile(
    r"!\[(?P<alt>(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]"
    r"\(\s*(?:<[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)"
    r"(?:\s+(?:\"(?P<double>[^\"\n]*)\"|'(?P<single>[^'\n]*)'))?\s*\)"
    r"(?=\{)"
)
MARKERS: Final = re.compile(r"(?:[ \t>]|[*+-][ \t]|\d{1,9}[.)][ \t])*")
"""What stands before a block that begins in a list or a quotation."""
QUOTES: Final = re.compile(r"[ \t]*(?:>[ \t]?)+")
CAPTION: Final = re.compile(r"[ \t]*(?:[Tt]able)?:[ \t]+")
GIVEN: Final = re.compile(r"""\b(?:tbl-cap|caption)=(?:"([^"]*)"|'([^']*)'|([^\s{}"']+))""")
HEADING: Final = re.compile(r"[ \t]{0,3}#{1,6}[ \t]+")
FIRST_HEADING: Final = re.compile(r"^[ ]{0,3}#{1,6}[ \t]+", re.MULTILINE)
APART: Final = re.compile(r"\n[ \t]*(?=\n)|^[ \t]*(?::{3,}|#{1,6}[ \t])[^\n]*", re.MULTILINE)
"""What parts paragraphs: an empty line, the fence of a div, a heading."""
BLOCK_SIGNS: Final = re.compile(r"^(?:\s|>|[-*+](?=\s)|\d+[.)](?=\s))*")
UNDERLINE: Final = re.compile(r"\n[ ]{0,3}(?:=+|-+)[ \t]*(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class Label:
    """A label in a text. The offsets from `start` up to `end` are those of the label, and `at` is where the text that
    it labels begins; `caption` is the caption of a picture or a table. A placed table or figure has the `mark`;
    `within` is the label of the div around a part of a figure."""

    name: str
    kind: Kind
    form: Form
    start: int
    end: int
    at: int
    caption: str = ""
    mark: int = 0
    within: str = ""

    @property
    def place(self) -> int:
        """The offset that counts for its number."""
        return min(self.start, self.at) if self.at >= 0 else self.start


def labels(text: ResolvedText, slide_id: str | None, pandoc: bool = False) -> list[Label]:
    """Returns the labels of a slide in order. Those in code have no meaning. pandoc's dialect has divs and cells."""
    found = [*_placed(text)]
    if slide_id is not None and (whole := re.fullmatch(NAME, slide_id)) and whole["kind"] == "sec":
        heading = next((one for one in FIRST_HEADING.finditer(text.text)), None)
        at = heading.end() if heading is not None else -1
        found.append(Label(slide_id, "sec", "slide", max(at, 0), max(at, 0), at))
    if "{#" in text.text or "#fig-" in text.text or "#tbl-" in text.text or "{eq-" in text.text:
        found += _written(text.text, pandoc)
    if pandoc and "label:" in text.text:
        found += _of_cells(text.text)
    named = {label.name for label in found if label.form == "heading"}
    found = [label for label in found if label.form != "slide" or label.name not in named]
    return sorted(found, key=lambda label: label.place)


def in_line(text: str, picture: Label) -> bool:
    """Whether a picture shares its paragraph with words or other pictures, so that it is no figure."""
    start = max((found.end() for found in APART.finditer(text, 0, picture.at)), default=0)
    ended = APART.search(text, picture.end)
    around = f"{text[start : picture.at]}\n{text[picture.end : ended.start() if ended else len(text)]}"
    rows = (BLOCK_SIGNS.sub("", row) for row in around.split("\n"))
    return any(row.strip() and not row.startswith("<!--") for row in rows)


def _placed(text: ResolvedText) -> Iterator[Label]:
    for match in PLACED.pattern.finditer(text.text):
        index = int(match[1])
        placed = text.placed[index]
        if isinstance(placed, PlacedTable | PlacedFigure):
            kind: Kind = "tbl" if isinstance(placed, PlacedTable) else "fig"
            given = placed.name.startswith(f"{kind}-")
            if isinstance(placed, PlacedFigure) and placed.kind in KINDS and not re.match(ID, placed.name):
                continue  # its name is its description
            # A diagram has its name from its label, a chart or a table from where it is declared.
            form: Form = "named" if given and isinstance(placed, PlacedFigure) and placed.kind in KINDS else "placed"
            name = placed.name if given else f"{kind}-{placed.name}"
            yield Label(name, kind, form, match.start(), match.end(), match.start(), mark=index)


def _written(text: str, pandoc: bool) -> Iterator[Label]:
    pieces = list(scan(text))
    divs = list(_of_divs(text, pieces)) if pandoc and ":::" in text else []
    yield from (label for label, _ in divs)
    for label in _in_pieces(text, pieces):
        if not any(label.name == div.name and label.form == "misplaced" for div, _ in divs):
            around = [div.name for div, end in divs if div.kind == label.kind == "fig" and div.at < label.start < end]
            yield replace(label, within=around[-1]) if around and label.form == "picture" else label


def _of_divs(text: str, pieces: Sequence[Piece]) -> Iterator[tuple[Label, int]]:
    """The labels of divs, each with the end of its div."""
    for one in labelled_divs(text, pieces):
        if (whole := re.fullmatch(NAME, one.id)) is not None and whole["kind"] in ("fig", "tbl"):
            kind: Kind = "fig" if whole["kind"] == "fig" else "tbl"
            opened = CAPTION.match(text, one.caption, one.captioned) if one.text else None
            if opened is not None and kind == "tbl":  # pandoc's own caption of a table
                yield Label(one.id, kind, "div", opened.end(), opened.end(), one.start), one.end
            else:
                yield Label(one.id, kind, "div", one.caption, one.captioned, one.start, one.text), one.end


def _of_cells(text: str) -> Iterator[Label]:
    for one in labelled_cells(text, list(scan(text))):
        if (whole := re.fullmatch(NAME, one.id)) is not None and whole["kind"] in ("fig", "tbl"):
            yield Label(
                one.id, "fig" if whole["kind"] == "fig" else "tbl", "cell", one.end, one.end, one.start, one.text
            )


def _in_pieces(text: str, pieces: Sequence[Piece]) -> Iterator[Label]:
    pictures = {match.end(): match for match in PICTURE.finditer(text)} if "#fig-" in text else {}
    for number, piece in enumerate(pieces):
        if piece.kind == "math" and _is_displayed(text, piece):
            for found in TEX.finditer(text, piece.start, piece.end):
                yield Label(found["name"], "eq", "formula", found.start(), found.end(), piece.end)
            yield from _after_dollars(text, piece)
        if piece.kind == "prose":
            for found in BRACES.finditer(text, piece.start, piece.end):
                yield _label(text, found, pictures.get(found.start()), _formula(text, pieces, number, found.start()))


def _after_dollars(text: str, formula: Piece) -> Iterator[Label]:
    """The label of a block of math, which is a part of the block's last line."""
    for closing in EQUATION.finditer(text, formula.start, formula.end):
        if (found := BRACES.search(text, closing.start(), closing.end())) is not None and found["kind"] == "eq":
            yield Label(found["name"], "eq", "formula", closing.start(), closing.end(), closing.start())


def _formula(text: str, pieces: Sequence[Piece], number: int, start: int) -> Piece | None:
    """The displayed formula directly before a label."""
    before = pieces[number - 1] if number else None
    if before is None or before.kind != "math" or text[before.end : start].strip():
        return None
    return before if _is_displayed(text, before) else None


def _is_displayed(text: str, formula: Piece) -> bool:
    begun = MARKERS.match(text, formula.start, formula.end)
    return text.startswith(("$$", "\\begin"), formula.start if begun is None else begun.end())


def _label(text: str, found: re.Match[str], picture: re.Match[str] | None, formula: Piece | None) -> Label:
    kind = next(kind for kind in OF_NAMES if kind == found["kind"])
    name, start, end = found["name"], found.start(), found.end()
    row = text.rfind("\n", 0, start) + 1
    if kind == "fig" and picture is not None:
        return Label(
            name,
            kind,
            "picture",
            start,
            end,
            picture.start(),
            next(filter(None, picture.group("double", "single", "alt")), ""),
        )
    if kind == "eq" and formula is not None:
        closed = formula.start + len(text[formula.start : formula.end].rstrip())
        return Label(name, kind, "formula", closed, end, closed)
    if kind == "sec":
        heading = HEADING.match(text, row)
        if heading is not None or UNDERLINE.match(text, end):
            return Label(name, kind, "heading", start, end, heading.end() if heading is not None else row)
    if kind == "tbl":
        blank = text.rfind("\n\n", 0, start)
        paragraph = _after_table(text, 0 if blank < 0 else blank + 2, row)
        opened = CAPTION.match(text, paragraph, start)
        if opened is not None:
            return Label(name, kind, "caption", paragraph, end, opened.end(), text[opened.end() : start].strip())
        if not text[row:start].strip() and not text[end:].partition("\n")[0].strip():
            given = GIVEN.search(found[0])
            caption = next((one for one in given.groups() if one is not None), "") if given else ""
            return Label(name, kind, "line", start, end, start, caption)
    return Label(name, kind, "misplaced", start, end, start)


def _after_table(text: str, paragraph: int, row: int) -> int:
    """Where a caption begins: that of a table may stand directly below its last row, and both in a quotation."""
    return max((at for at in _rows(text, paragraph, row) if CAPTION.match(text, at)), default=paragraph)


def _rows(text: str, start: int, last: int) -> Iterator[int]:
    at = start
    while at <= last:
        quoted = QUOTES.match(text, at)
        yield at if quoted is None else quoted.end()
        at = text.find("\n", at) + 1
        if at == 0:
            return
