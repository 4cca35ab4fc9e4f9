"""A placed table as a Markdown table, for the plain Marp Markdown.

Markdown has one row of headings and no rows of another kind: a spanner stands before the headings of its columns,
groups and totals are rows in bold. Bars and heat are left out; their numbers stand there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slidegen.model import NUMERIC, CellValue
from slidegen.render.caveats import Footnotes, split_footnotes
from slidegen.render.markdown_text import markdown_text
from slidegen.render.provenance import sentence
from slidegen.render.tables.formats import Show, cell_formats, group_names, plain_cell
from slidegen.render.tables.html import mark_of
from slidegen.resolved import PlacedTable, SummaryRow

Formats = list[tuple[str, Show]]


def table_markdown(placed: PlacedTable) -> str:
    """The table with its emphasis, followed by its caption, its footnotes and its provenance."""
    placed, marked = split_footnotes(placed)
    table, arrangement = placed.table, placed.arrangement
    formats = cell_formats(placed)
    rules = ["---:" if column.kind in NUMERIC else "---" for column in table.columns]
    rows = [_heads(placed, formats), rules, *_rows(placed, formats, marked)]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    notes = [f"{_marks([index])} {markdown_text(text)}" for index, text in enumerate(arrangement.notes.texts)]
    where = markdown_text(sentence(table.provenance)) if placed.look.provenance else ""
    below = (markdown_text(placed.look.caption or ""), *notes, markdown_text(marked.text), where)
    caption = " ".join(filter(None, below))
    return "\n" + "\n".join(lines) + ("\n\n" + caption if caption else "") + "\n"


def _heads(placed: PlacedTable, formats: Formats) -> list[str]:
    arrangement = placed.arrangement
    over = {key: spanner.label for spanner in arrangement.spanners for key in spanner.columns}
    heads = []
    for column, (unit, _) in zip(placed.table.columns, formats, strict=True):
        label = f"{over[column.key]}: {column.label}" if column.key in over else column.label
        label = markdown_text(label) + _marks(arrangement.notes.heads.get(column.key, ()))
        heads.append(f"{label}, {unit}" if unit else label)
    return heads


def _rows(placed: PlacedTable, formats: Formats, marked: Footnotes) -> Iterator[list[str]]:
    rows = list(_plain_rows(placed, formats, marked))
    arrangement, start = placed.arrangement, 0
    for group, name in zip(arrangement.groups, group_names(placed), strict=True):
        yield [f"**{markdown_text(name)}**", *[""] * (len(formats) - 1)]
        yield from rows[start : start + group.count]
        yield from (_total(placed, formats, summary) for summary in group.summaries)
        start += group.count
    yield from rows[start:]
    yield from (_total(placed, formats, summary) for summary in arrangement.summaries)


def _plain_rows(placed: PlacedTable, formats: Formats, marked: Footnotes) -> Iterator[list[str]]:
    notes = placed.arrangement.notes.cells
    rows = zip(placed.table.rows, placed.styles, marked.marks, strict=True)
    for number, (cells, styles, mark) in enumerate(rows):
        row = []
        for column, value, style, (_, show) in zip(placed.table.columns, cells, styles, formats, strict=True):
            text = _cell(value, show)
            text = f"*{text}*" if style == "em" else f"**{text}**" if style else text
            row.append(text + _marks(notes.get((number, column.key), ())))
        if mark:
            row[marked.name] += " " + mark.replace("*", "\\*")
        yield row


def _total(placed: PlacedTable, formats: Formats, summary: SummaryRow) -> list[str]:
    row = [
        f"**{_cell(summary.cells[column.key], show)}**" if column.key in summary.cells else ""
        for column, (_, show) in zip(placed.table.columns, formats, strict=True)
    ]
    row[0] = " ".join(filter(None, (f"**{markdown_text(summary.label)}**", row[0])))
    return row


def _cell(value: CellValue, show: Show) -> str:
    return markdown_text(plain_cell(value, show))


def _marks(indexes: Sequence[int]) -> str:
    return f"<sup>{','.join(map(mark_of, indexes))}</sup>" if indexes else ""
