"""The formats of a table's columns: each cell as text, and the unit for the heading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from html import escape

from slidegen.languages.numbers import localized, separators
from slidegen.model import NUMERIC, CellValue, Column
from slidegen.resolved import PlacedTable
from slidegen.table_look import TableLook
from slidegen.units import DIGITS, EXPONENT, NOT_AVAILABLE, fixed, format_bytes, number_format, typeset

COUNT_SCALES = ((10**9, "B"), (10**6, "M"), (10**3, "K"), (1, ""))

Show = Callable[[CellValue], str]


def cell_formats(placed: PlacedTable) -> list[tuple[str, Show]]:
    """For each column, the unit for its heading and the function that formats its cells."""
    table = placed.table
    return [
        column_format(column, [row[i] for row in table.rows], placed.look) for i, column in enumerate(table.columns)
    ]


def column_format(column: Column, cells: list[CellValue], look: TableLook) -> tuple[str, Show]:
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
        return "", lambda value: _integer(value, digits)
    if column.kind in ("number", "measure", "ratio", "significant"):
        formatted = number_format(column.kind, cells, digits)
        return "", lambda value: formatted(float(value or 0))
    if column.kind == "model" and not look.full_names:
        return "", short_names(cells).__getitem__
    return "", str


def plain_cell(value: CellValue, show: Show) -> str:
    """A cell as text."""
    return NOT_AVAILABLE if value is None else show(value)


def printed(column: Column, value: CellValue, show: Show, lang: str) -> str:
    """A cell as text whose numbers are typeset as in a language."""
    text = plain_cell(value, show)
    return typeset(localized(text, lang)) if value is not None and column.kind in NUMERIC else text


def group_names(placed: PlacedTable) -> Iterator[str]:
    """The heading of each group: its value, and for a number what it is a number of."""
    column = placed.arrangement.grouped
    if column is None:
        return
    values = [group.value for group in placed.arrangement.groups]
    unit, show = column_format(column, values, placed.look)
    for value in values:
        name = printed(column, value, show, placed.lang)
        if value is None or column.kind in NUMERIC:
            name = " ".join(filter(None, (column.label, name, unit if value is not None else "")))
        yield name


def short_names(cells: Iterable[CellValue]) -> dict[CellValue, str]:
    """Names for the models of a column: without the organisation, unless two models would have the same name."""
    names = {cell: str(cell).rsplit("/", 1)[-1] for cell in cells}
    shared = Counter(names.values())
    return {cell: name if shared[name] == 1 else str(cell) for cell, name in names.items()}


def tails(column: Column, texts: list[str]) -> list[str]:
    """What is missing after each number that has fewer decimals than others of its column. Nothing is in a column with
    powers of ten, which cannot be aligned. The text of an empty or missing cell is ""."""
    if column.kind not in NUMERIC or any(EXPONENT.search(text) for text in texts):
        return [""] * len(texts)
    ends = ["".join(text.rpartition(".")[1:]) if "." in text else "" for text in texts]
    longest = max(ends, key=len, default="")
    return [longest[len(end) :] if text else "" for end, text in zip(ends, texts, strict=True)]


def pad(tail: str, lang: str = "en") -> str:
    """Invisible text, which aligns decimal points; `tail` is as English has it."""
    tail = tail.replace(".", separators(lang)[0])
    return f'<span class="pad" aria-hidden="true">{escape(tail)}</span>' if tail else ""


def _integer(value: CellValue, digits: int) -> str:
    """A whole number. The mean of some may not be one."""
    number = value or 0
    return fixed(number, digits) if isinstance(number, float) and not number.is_integer() else f"{int(number):,}"


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
