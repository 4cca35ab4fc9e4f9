"""A placed table as HTML: numbers aligned at the decimal point, units in the heading, provenance on every cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from html import escape

from slidegen.model import NUMERIC, CellValue, Column, EmphasisStyle, Provenance, TableLook
from slidegen.render import provenance
from slidegen.render.caveats import split_footnotes
from slidegen.resolved import PlacedTable
from slidegen.units import DIGITS, EXPONENT, NOT_AVAILABLE, fixed, format_bytes, number_format, typeset

EMPTY_CELL = f'<span class="not-available">{NOT_AVAILABLE}</span>'
COUNT_SCALES = ((10**9, "B"), (10**6, "M"), (10**3, "K"), (1, ""))


def table_html(placed: PlacedTable) -> str:
    """The table in a figure, with its caption, legend, footnotes and provenance."""
    placed, notes = split_footnotes(placed)
    table, look = placed.table, placed.look
    formats = cell_formats(placed)
    pads = [_pads(column, [row[i] for row in table.rows], formats[i][1]) for i, column in enumerate(table.columns)]
    marks = [f'<span class="star">\u202f{mark}</span>' if mark else "" for mark in notes.marks]
    head = "".join(_heading(column, unit) for column, (unit, _) in zip(table.columns, formats, strict=True))
    body = "\n".join(
        "<tr>"
        + "".join(
            _cell(column, value, show, style, _of_row(table.provenance, row), after)
            for column, value, (_, show), style, after in zip(
                table.columns, row, formats, styles, _after(marks[number], notes.name, pads, number), strict=True
            )
        )
        + "</tr>"
        for number, (row, styles) in enumerate(zip(table.rows, placed.styles, strict=True))
    )
    below = _caption(look), _legend(look, placed.styles), _footnotes(notes.text), _provenance(placed)
    caption = "".join(filter(None, below))
    caption = f"\n<figcaption>{caption}</figcaption>" if caption else ""
    return (
        f'<figure class="computed-table" data-table="{escape(placed.name)}"><table>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>{caption}</figure>\n"
    )


Show = Callable[[CellValue], str]


def cell_formats(placed: PlacedTable) -> list[tuple[str, Show]]:
    """For each column, the unit for its heading and the function that formats its cells."""
    table = placed.table
    return [_format(column, [row[i] for row in table.rows], placed.look) for i, column in enumerate(table.columns)]


def plain_cell(value: CellValue, show: Show) -> str:
    """A cell as text."""
    return NOT_AVAILABLE if value is None else show(value)


def _format(column: Column, cells: list[CellValue], look: TableLook) -> tuple[str, Show]:
    """The unit for the heading, and the function that formats a cell of the column."""
    digits = DIGITS if look.digits is None else look.digits
    if column.kind == "bytes":
        return look.unit, lambda value: format_bytes(int(value or 0), look.unit, digits)
    if column.kind == "count":
        return _count_format(cells)
    if column.kind == "percent":
        needed = 1 if any(isinstance(cell, float) and 0 < cell < 0.1 for cell in cells) else 0
        decimals = needed if look.digits is None else look.digits
        return "%", lambda value: _percent(float(value or 0) * 100, decimals)
    if column.kind == "integer":
        return "", lambda value: f"{int(value or 0):,}"
    if column.kind in ("number", "measure", "ratio", "significant"):
        formatted = number_format(column.kind, cells, digits)
        return "", lambda value: formatted(float(value or 0))
    if column.kind == "model" and not look.full_names:
        return "", short_names(cells).__getitem__
    return "", str


def short_names(cells: Iterable[CellValue]) -> dict[CellValue, str]:
    """Names for the models of a column: without the organisation, unless two models would have the same name."""
    names = {cell: str(cell).rsplit("/", 1)[-1] for cell in cells}
    shared = Counter(names.values())
    return {cell: name if shared[name] == 1 else str(cell) for cell, name in names.items()}


def _percent(value: float, digits: int) -> str:
    """A percentage. A small one that would be rounded to zero is shown as less than the smallest step."""
    least = 10**-digits
    return f"<\u202f{least:g}" if 0 < value < least / 2 else fixed(value, digits, grouped=False)


def _count_format(cells: list[CellValue]) -> tuple[str, Show]:
    counts = [int(cell) for cell in cells if isinstance(cell, int) and cell]
    least = min(counts, default=0)
    # The largest unit in which the smallest count is not rounded to zero.
    scale, suffix = next((s for s in COUNT_SCALES if least and max(counts) >= s[0] and least >= s[0] / 100), (1, ""))
    digits = 0 if scale == 1 else 1 if least >= 100 * scale else 2
    return suffix, lambda value: fixed(int(value or 0) / scale, digits)


def _heading(column: Column, unit: str) -> str:
    numeric = ' class="numeric"' if column.kind in NUMERIC else ""
    shown = f' <span class="unit">{escape(unit)}</span>' if unit else ""
    return f"<th{numeric}>{escape(column.label)}{shown}</th>"


def _cell(
    column: Column,
    value: CellValue,
    show: Show,
    style: EmphasisStyle | None,
    where: Provenance,
    after: str,
) -> str:
    text = EMPTY_CELL if value is None else escape(_printed(column, show(value)))
    if style is not None:
        tag = "em" if style == "em" else "strong"
        text = f'<{tag} class="chip chip-{style}">{text}</{tag}>'
    numeric = ' class="numeric"' if column.kind in NUMERIC else ""
    tag = "th" if column.kind == "model" else "td"
    scope = ' scope="row"' if tag == "th" else ""
    return f"<{tag}{numeric}{scope}{provenance.attributes((where,), value)}>{text}{after}</{tag}>"


def _printed(column: Column, text: str) -> str:
    return typeset(text) if column.kind in NUMERIC else text


def _of_row(whole: Provenance, row: tuple[CellValue, ...]) -> Provenance:
    own = {cell: whole.models[cell] for cell in row if isinstance(cell, str) and cell in whole.models}
    return Provenance(whole.source, whole.accounting, own or whole.models, whole.versions)


def _caption(look: TableLook) -> str:
    return f'<span class="caption">{escape(look.caption)}</span> ' if look.caption else ""


def _legend(look: TableLook, styles: tuple[tuple[EmphasisStyle | None, ...], ...]) -> str:
    used = {style for row in styles for style in row}
    parts = []
    for rule in look.emphasis:
        if rule.legend and rule.style in used:
            tag = "em" if rule.style == "em" else "strong"
            parts.append(f'<{tag} class="chip chip-{rule.style}">{escape(rule.legend)}</{tag}>')
    return f'<span class="legend">{" ".join(parts)}</span> ' if parts else ""


def _after(mark: str, name: int, pads: list[list[str]], row: int) -> list[str]:
    """What follows each cell of a row: the mark after its name, or the padding that aligns numbers."""
    return [(mark if index == name else "") + pad[row] for index, pad in enumerate(pads)]


def _pads(column: Column, cells: list[CellValue], show: Show) -> list[str]:
    """Invisible padding after each number with fewer decimals than others of its column, which aligns the decimal
    points. There is none in a column with powers of ten, which cannot be aligned."""
    texts = ["" if cell is None else show(cell) for cell in cells]
    if column.kind != "significant" or any(EXPONENT.search(text) for text in texts):
        return [""] * len(texts)
    tails = ["".join(text.rpartition(".")[1:]) if "." in text else "" for text in texts]
    longest = max(tails, key=len, default="")
    missing = [longest[len(tail) :] if text else "" for text, tail in zip(texts, tails, strict=True)]
    return [f'<span class="pad" aria-hidden="true">{tail}</span>' if tail else "" for tail in missing]


def _footnotes(text: str) -> str:
    return f'<span class="note">{escape(text)}</span> ' if text else ""


def _provenance(placed: PlacedTable) -> str:
    return provenance.noted((placed.table.provenance,)) if placed.look.provenance else ""
