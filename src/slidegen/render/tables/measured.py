"""The size of a placed table, by the text in it."""

from __future__ import annotations

from math import ceil
from typing import Final

from slidegen.figures.type import text_width
from slidegen.model import NUMERIC, Column
from slidegen.render import provenance
from slidegen.render.caveats import split_footnotes
from slidegen.render.tables.fitting import MARK, ColumnWidth, TableSize, heading_width, words_width
from slidegen.render.tables.formats import cell_formats, group_names, plain_cell
from slidegen.resolved import NOT_TRUE, PlacedTable
from slidegen.units import typeset

BAR: Final = 6.5
"""The width of a bar's track with its distance from the number, in ems."""
STAR: Final = 1.0
"""The width of the marks at a row's name, in ems."""
NOTE, SOURCE = 18.0, 16.0
"""The sizes of the text below a table: of the caption and the footnotes, and of the provenance."""
LINE: Final = 1.4
AIR: Final = 14.0
"""The space below a table."""
ABOVE_GROUP: Final = 10.0
"""The space above the heading of a group."""


def measured(placed: PlacedTable, width: float) -> TableSize:
    """The size of a table in a place that is `width` pixels wide."""
    placed, marked = split_footnotes(placed)
    arrangement = placed.arrangement
    summaries = [row for group in arrangement.groups for row in group.summaries]
    summaries += arrangement.summaries
    columns = []
    for at, (column, (unit, show)) in enumerate(zip(placed.table.columns, cell_formats(placed), strict=True)):
        cells = [row[at] for row in placed.table.rows]
        cells += [row.cells[column.key] for row in summaries if column.key in row.cells]
        star = STAR if at == marked.name and any(marked.marks) else 0.0
        natural, least = _cells_width(column, {plain_cell(cell, show) for cell in cells}, star)
        whole, broken = heading_width(column.label, unit)
        note = MARK if column.key in arrangement.notes.heads else 0.0
        track = BAR if column.key in arrangement.bars else 0.0
        natural = max(natural, whole + note) + track
        least = natural if track else max(least, broken + note)
        columns.append(ColumnWidth(column.key, natural, least, needed=column.kind == "model" or at == 0))
    rows = len(placed.table.rows) + len(arrangement.groups) + len(summaries) + (2 if arrangement.spanners else 1)
    below, compact, count = AIR + _below(placed, marked.text, width), placed.look.compact, len(arrangement.groups)
    if count < 2:
        return TableSize(columns, rows, ABOVE_GROUP * count + below, compact)
    widths = [words_width(name) for name in group_names(placed)]
    widths.append(heading_width(arrangement.grouped.label if arrangement.grouped else ""))
    names = ColumnWidth("", max(whole for whole, _ in widths), max(least for _, least in widths), needed=True)
    beside = TableSize([names, *columns], rows - count, below, compact)
    return TableSize(columns, rows, ABOVE_GROUP * count + below, compact, beside)


def _cells_width(column: Column, texts: set[str], more: float) -> tuple[float, float]:
    """The widths of a column's cells in ems, without line breaks and with some. Numbers and models have none."""
    if column.kind in NUMERIC:
        widest = max((text_width(typeset(text), 1.0, bold=True) for text in texts), default=0.0)
        return widest + more, widest + more
    widths = [words_width(text) for text in texts]
    natural = max((whole for whole, _ in widths), default=0.0)
    least = natural if column.kind == "model" else max((broken for _, broken in widths), default=0.0)
    return natural + more, least + more


def _below(placed: PlacedTable, footnotes: str, width: float) -> float:
    """The height in pixels of the text below a table."""
    look = placed.look
    legends = [f"{rule.legend} {rule.truth and NOT_TRUE} {rule.truth}" for rule in look.emphasis if rule.legend]
    notes = "  ".join(filter(None, [look.caption, *legends, *placed.arrangement.notes.texts, footnotes]))
    source = provenance.line((placed.table.provenance,)) if look.provenance else ""
    lines = {size: ceil(text_width(text, size) / max(width, 1.0)) for text, size in ((notes, NOTE), (source, SOURCE))}
    return sum(count * size * LINE for size, count in lines.items())
