"""A placed table as a Markdown table, for readers of Markdown."""

from __future__ import annotations

from slidegen.model import NUMERIC, PlacedTable
from slidegen.render.caveats import STAR, split_caveats
from slidegen.render.caveats import sentence as caveat_sentence
from slidegen.render.provenance import sentence
from slidegen.render.table import cell_formats, plain_cell


def table_markdown(placed: PlacedTable) -> str:
    """The table with its emphasis, then its caption, its caveats and the line that says where the numbers come from."""
    placed, caveats, name = split_caveats(placed)
    table = placed.table
    formats = cell_formats(placed)
    heads = [f"{c.label}, {unit}" if unit else c.label for c, (unit, _) in zip(table.columns, formats, strict=True)]
    rules = ["---:" if column.kind in NUMERIC else "---" for column in table.columns]
    rows = [heads, rules]
    for cells, styles, caveat in zip(table.rows, placed.styles, caveats, strict=True):
        row = []
        for value, style, (_, show) in zip(cells, styles, formats, strict=True):
            text = plain_cell(value, show).replace("|", "\\|")
            row.append(f"*{text}*" if style == "em" else f"**{text}**" if style else text)
        if caveat:
            row[name] += f" \\{STAR}"
        rows.append(row)
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    below = caveat_sentence(caveats).replace(STAR, f"\\{STAR}", 1)
    said = [placed.look.caption or "", below, sentence(table.provenance) if placed.look.provenance else ""]
    caption = " ".join(filter(None, said))
    return "\n" + "\n".join(lines) + ("\n\n" + caption if caption else "") + "\n"
