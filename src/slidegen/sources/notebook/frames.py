"""HTML tables of outputs, such as pandas writes them, as tables of Markdown; as plain HTML where cells span others."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from slidegen.limits import MAX_COLUMNS
from slidegen.sources.notebook.formulas import Formulas, formulas_in
from slidegen.sources.notebook.html import UNSEEN
from slidegen.sources.translation.words import TEMPLATE, escaped

NUMBER: Final = re.compile(
    r"[-+−]?(?:[$€£¥]\s?)?(?:\d[\d,_’' ]*(?:\.\d*)?|\.\d+|inf)(?:[eE][-+]?\d+)?(?:\s?[%a-zA-Zµ€$£/²³]{1,6})?j?"
)
ABSENT: Final = frozenset({"", "nan", "none", "nat", "<na>", "null", "-", "–", "—", "...", "…", "⋮", "⋯"})
"""What stands in a cell of numbers that has none."""
SIZE: Final = re.compile(r"[\d,]+ rows? × [\d,]+ columns?")
INLINE: Final = frozenset(
    {"a", "b", "strong", "i", "em", "code", "sub", "sup", "br", "img", "del", "s", "u", "mark", "small", "kbd"}
)
"""Elements that a cell keeps."""
KEPT: Final = {"a": ("href",), "img": ("src", "alt", "width", "height")}
BUTTONS: Final = "button, .colab-df-buttons, .colab-df-quickchart, .colab-df-spinner"
"""What Colab puts beside a table, which works in Colab only."""
MOST_ROWS: Final = 500
"""Rows of one table that are kept."""


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell: its text, and as HTML; a `head` is a heading."""

    text: str
    html: str
    head: bool
    columns: int = 1
    rows: int = 1

    @property
    def spans(self) -> bool:
        """Whether it stands in more than one column or row."""
        return self.columns > 1 or self.rows > 1


Row = Sequence[TableCell]


@dataclass(frozen=True, slots=True)
class Frame:
    """A table of an output; `size` is the line of pandas under one that it cut, `styled` is true if it had a look, and
    `left` is how many rows are left out."""

    caption: str
    head: Sequence[Row]
    body: Sequence[Row]
    size: str
    styled: bool
    left: int

    @property
    def numeric(self) -> frozenset[int]:
        """The columns in which numbers stand. Headings of rows, such as the labels of an index, are words."""
        texts: dict[int, list[str]] = {}
        heads: set[int] = set()
        for row in placed(self.body):
            for column, cell in row:
                texts.setdefault(column, []).append(cell.text)
                heads |= {column} if cell.head else set()
        return frozenset(column for column, some in texts.items() if column not in heads and _numeric(some))


def frames(html: str) -> list[Frame] | None:
    """The tables of an output that holds nothing else, but for what pandas and Colab write around them; else None."""
    if "<table" not in html.lower():
        return None
    tree = LexborHTMLParser(UNSEEN.sub("", html), is_fragment=True, fragment_tag="section")
    for node in tree.css(BUTTONS):
        node.decompose()
    tables = [table for table in tree.css("table") if not any(_around(table))]
    found = [_frame(table, "<style" in html.lower()) for table in tables]
    for table in tables:
        table.decompose()
    left = " ".join((tree.root.text() if tree.root is not None else "").split())
    size = SIZE.fullmatch(left)
    if (left and not size) or not found or any(frame is None for frame in found) or tree.css_first("img, svg, input"):
        return None
    made = [frame for frame in found if frame is not None]
    return [*made[:-1], replace(made[-1], size=left)]


def frame_rows(frame: Frame, formulas: Formulas) -> list[str]:
    """The Markdown of a table."""
    rows = _markdown(frame, formulas) if _is_plain(frame) else _html(frame)
    caption = [f"*{escaped(frame.caption)}*", ""] if frame.caption else []
    return [*caption, *rows, *(["", escaped(frame.size)] if frame.size else [])]


def _around(table: LexborNode) -> Iterable[bool]:
    parent = table.parent
    while parent is not None:
        if parent.tag == "table":
            yield True
        parent = parent.parent


def _frame(table: LexborNode, styled: bool) -> Frame | None:
    caption = table.css_first("caption")
    if len(table.css("table")) > 1:
        return None
    head: list[Row] = []
    body: list[Row] = []
    rows = table.css("tr")
    for row in rows[:MOST_ROWS]:
        cells = [_cell(one) for one in row.css("th, td")]
        if not cells:
            continue
        of_head = row.parent is not None and row.parent.tag == "thead"
        (head if of_head or (not body and all(cell.head for cell in cells)) else body).append(cells)
    text = " ".join(caption.text().split()) if caption is not None else ""
    return Frame(text, _merged(head), body, "", styled, max(0, len(rows) - MOST_ROWS))


def _cell(node: LexborNode) -> TableCell:
    text = " ".join(node.text().split())
    spans = [node.attributes.get(key) or "1" for key in ("colspan", "rowspan")]
    columns, rows = (min(int(span), 1000) if re.fullmatch(r"[1-9]\d{0,3}", span) else 1 for span in spans)
    return TableCell(text, "".join(_inside(node)).strip(), node.tag == "th", columns, rows)


def _inside(node: LexborNode) -> Iterable[str]:
    """The HTML in a cell, without what is about its look."""
    child = node.first_child
    while child is not None:
        if child.is_text_node:
            yield TEMPLATE.sub("&#123;", escape(" ".join((child.text_content or "").split(" ")), quote=False)).replace(
                "\n", " "
            )
        elif child.is_element_node:
            name = child.tag or ""
            inner = "".join(_inside(child))
            given = "".join(
                f' {key}="{escape(value)}"' for key in KEPT.get(name, ()) if (value := child.attributes.get(key))
            )
            if name in ("br", "img"):
                yield f"<{name}{given}>"
            elif name in INLINE:
                yield f"<{name}{given}>{inner}</{name}>"
            else:
                yield inner
        child = child.next


def _merged(head: list[Row]) -> list[Row]:
    """The rows of a heading; pandas' row that names the index goes into the empty cells of the one above it."""
    if len(head) < 2:
        return head
    above, names = head[-2], head[-1]
    if any(cell.spans for cell in (*above, *names)) or len(above) != len(names):
        return head
    if all(not one.text or not two.text for one, two in zip(above, names, strict=True)):
        joined = [two if two.text else one for one, two in zip(above, names, strict=True)]
        return [*head[:-2], joined]
    return head


def _is_plain(frame: Frame) -> bool:
    """Whether Markdown can have a table: one row of headings, no cell that spans others."""
    rows = [*frame.head, *frame.body]
    columns = {len(row) for row in rows}
    spans = any(cell.spans for row in rows for cell in row)
    return len(frame.head) == 1 and not spans and len(columns) == 1 and max(columns) <= MAX_COLUMNS


def _markdown(frame: Frame, formulas: Formulas) -> list[str]:
    numeric = frame.numeric
    rules = ["---:" if column in numeric else "---" for column in range(len(frame.head[0]))]
    rows = [[_markdown_cell(cell, formulas) for cell in row] for row in (*frame.head, *frame.body)]
    return [f"| {' | '.join(row)} |" for row in (rows[0], rules, *rows[1:])]


def _markdown_cell(cell: TableCell, formulas: Formulas) -> str:
    if "<" in cell.html:
        return cell.html.replace("|", "&#124;")
    row = f"|{cell.text}|"
    parts: list[str] = []
    at = 1
    for found in formulas_in(row):
        if found["single"] is not None:
            parts += [_words(row[at : found.start()]), formulas.markdown(found)]
            at = found.end()
    return "".join((*parts, _words(row[at:-1])))


def _words(text: str) -> str:
    return escaped(text).replace("|", "\\|")


def _html(frame: Frame) -> list[str]:
    numeric = frame.numeric
    rows = ["<table>"]
    for tag, some in (("thead", frame.head), ("tbody", frame.body)):
        rows += [f"<{tag}>", *(_html_row(row, tag, numeric) for row in placed(some)), f"</{tag}>"] if some else []
    return [*rows, "</table>"]


def placed(rows: Sequence[Row]) -> Iterator[list[tuple[int, TableCell]]]:
    """The cells of each row, each with its column: those above may reach down into the row."""
    taken: dict[int, int] = {}
    for row in rows:
        found: list[tuple[int, TableCell]] = []
        column = 0
        reaching = {at: left for at, left in taken.items() if left}
        taken = {at: left - 1 for at, left in reaching.items()}
        for cell in row:
            while column in reaching:
                column += 1
            found.append((column, cell))
            taken |= dict.fromkeys(range(column, column + cell.columns), cell.rows - 1) if cell.rows > 1 else {}
            column += cell.columns
        yield found


def _html_row(row: Sequence[tuple[int, TableCell]], part: str, numeric: Collection[int]) -> str:
    cells = []
    for column, cell in row:
        if part == "thead":
            scope = "colgroup" if cell.columns > 1 else "col"
        else:
            scope = "rowgroup" if cell.rows > 1 else "row"
        given = f' scope="{scope}"' if cell.head else ""
        given += f' colspan="{cell.columns}"' if cell.columns > 1 else ""
        given += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
        given += ' style="text-align:center"' if cell.columns > 1 else ' class="numeric"' if column in numeric else ""
        tag = "th" if cell.head else "td"
        cells.append(f"<{tag}{given}>{cell.html}</{tag}>")
    return f"<tr>{''.join(cells)}</tr>"


def _numeric(texts: Iterable[str]) -> bool:
    """Whether texts are numbers, but for those that stand for none."""
    given = [text for text in texts if text.lower() not in ABSENT]
    return bool(given) and all(NUMBER.fullmatch(text) for text in given)
