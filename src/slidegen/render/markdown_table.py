"""A placed table as a Markdown table, for the plain Marp Markdown."""

from __future__ import annotations

from slidegen.model import NUMERIC
from slidegen.render.caveats import split_footnotes
from slidegen.render.markdown_text import markdown_text
from slidegen.render.provenance import sentence
from slidegen.render.table import cell_formats, plain_cell
from slidegen.resolved import PlacedTable


def table_markdown(placed: PlacedTable) -> str:
    """The table with its emphasis, followed by its caption, its footnotes and its provenance."""
    placed, notes = split_footnotes(placed)
    table = placed.table
    formats = cell_formats(placed)
    labels = [markdown_text(column.label) for column in table.columns]
    heads = [f"{label}, {unit}" if unit else label for label, (unit, _) in zip(labels, formats, strict=True)]
    rules = ["---:" if column.kind in NUMERIC else "---" for column in table.columns]
    rows = [heads, rules]
    for cells, styles, mark in zip(table.rows, placed.styles, notes.marks, strict=True):
        row = []
        for value, style, (_, show) in zip(cells, styles, formats, strict=True):
            text = markdown_text(plain_cell(value, show))
            row.append(f"*{text}*" if style == "em" else f"**{text}**" if style else text)
        if mark:
            row[notes.name] += " " + mark.replace("*", "\\*")
        rows.append(row)
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    below = markdown_text(notes.text)
    where = markdown_text(sentence(table.provenance)) if placed.look.provenance else ""
    caption = " ".join(filter(None, (markdown_text(placed.look.caption or ""), below, where)))
    return "\n" + "\n".join(lines) + ("\n\n" + caption if caption else "") + "\n"
