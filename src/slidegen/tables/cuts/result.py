"""Makes the table of a cut from the answer about a file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from slidegen.figures.scales import significant
from slidegen.model import NUMERIC, CellValue, Column, Provenance, Table
from slidegen.parquet.plan import Answer, BinsCut, GroupsCut, RowsCut
from slidegen.row_notes import joined_notes
from slidegen.tables.cuts.columns import FileColumns
from slidegen.tables.cuts.planning import COUNT, PlannedCut, is_whole
from slidegen.tables.sweep_format import PROVENANCE
from slidegen.units import is_shown

NOTES: Final = Column("cut", "Cut", "note")
SWITCHES: Final = {True: "yes", False: "no"}
SEPARATOR: Final = re.compile("[,;] ")
MOST_TEXT: Final = 10_000
"""The most characters of a cell."""


def cut_table(planned: PlannedCut, answer: Answer, columns: FileColumns) -> Table:
    """Returns the table of a cut. Its last column has notes on what is left out, if anything is."""
    if isinstance(planned.plan.cut, BinsCut):
        table_columns, rows = _binned(planned, answer)
    else:
        table_columns, rows = _listed(planned, answer)
    notes = joined_notes(_notes(planned, answer))
    if notes is not None:
        table_columns, rows = (*table_columns, NOTES), [(*row, notes) for row in rows]
    return Table(table_columns, tuple(rows), _provenance(answer, columns))


def _listed(planned: PlannedCut, answer: Answer) -> tuple[tuple[Column, ...], list[tuple[CellValue, ...]]]:
    """Returns rows, without columns that say nothing and that the deck did not choose."""
    columns = planned.columns
    cells = answer.rows
    if isinstance(planned.plan.cut, GroupsCut):
        cells = tuple(_with_shares(row, len(planned.plan.cut.counts)) for row in cells)
    rows = [tuple(_cell(value, column) for value, column in zip(row, columns, strict=True)) for row in cells]
    kept = []
    for at, column in enumerate(columns):
        values = {row[at] for row in rows}
        says = (column.key not in planned.spare or values - {None}) and (
            column.key not in planned.settings or len(values) > 1
        )
        kept += [at] if says else []
    return tuple(columns[at] for at in kept), [tuple(row[at] for at in kept) for row in rows]


def _with_shares(row: Sequence[CellValue], named: int) -> tuple[CellValue, ...]:
    """Returns a row whose last cells are `named` counts and the number of all, with that before them and each count
    with its share of them."""
    *others, whole = row
    counts = others[len(others) - named :]
    shares = [int(count or 0) / int(whole) if whole else None for count in counts]
    pairs = [cell for pair in zip(counts, shares, strict=True) for cell in pair]
    return (*others[: len(others) - named], whole, *pairs)


def _binned(planned: PlannedCut, answer: Answer) -> tuple[tuple[Column, ...], list[tuple[CellValue, ...]]]:
    """Returns the bins of one column with their ends, or pairs of bins by their names, the upper ones first."""
    if len(planned.columns) == 1:
        (column,), (ends,) = planned.columns, answer.bins
        low = Column("low", f"{column.label}, from", column.kind)
        high = Column("high", f"{column.label}, to", column.kind)
        found: list[tuple[CellValue, ...]] = [
            (ends[int(at or 0)], ends[int(at or 0) + 1], count) for at, count in answer.rows
        ]
        return (low, high, COUNT), found
    columns, names = [], []
    for column, ends, categories in zip(planned.columns, answer.bins, answer.categories, strict=True):
        values = [_cell(end, column) for end in ends] if categories else _bin_names(column, ends)
        columns.append(column if categories else Column(column.key, column.label, "text"))
        names.append(values)
    across, down = names
    turned = not answer.categories[1] or columns[1].kind in NUMERIC  # the greatest number on top, as on an axis
    rows = sorted(answer.rows, key=lambda row: (-int(row[1] or 0) if turned else int(row[1] or 0), int(row[0] or 0)))
    return (*columns, COUNT), [(across[int(x or 0)], down[int(y or 0)], count) for x, y, count in rows]


def _bin_names(column: Column, ends: Sequence[CellValue]) -> list[CellValue]:
    size, unit = {"bytes": (2.0**30, " GiB"), "percent": (0.01, " %")}.get(column.kind, (1.0, ""))
    texts = [significant(float(end or 0) / size) for end in ends]
    return [f"{low}\u2013{high}{unit}" for low, high in pairwise(texts)]


def _cell(value: CellValue, column: Column) -> CellValue:
    """Returns a cell as its column's kind has it."""
    if isinstance(value, bool):
        return SWITCHES[value]
    if isinstance(value, str):
        return value[:MOST_TEXT]
    if value is None or column.kind not in NUMERIC:
        return value if value is None else str(value)
    if not is_shown(value):
        return None
    return round(value) if is_whole(column) else value


def _notes(planned: PlannedCut, answer: Answer) -> Iterable[str]:
    cut = planned.plan.cut
    if isinstance(cut, RowsCut) and cut.sample is not None and len(answer.rows) < answer.count:
        yield f"a random sample of {len(answer.rows):,} of {answer.count:,} rows"
    if answer.failed:
        yield f"without {_failed(answer)}"
    if answer.lost:
        groups = "1 group that has" if answer.lost == 1 else f"{answer.lost:,} groups that have"
        yield f"without {groups} n/a for the number"


def _failed(answer: Answer) -> str:
    return f"{answer.failed:,} setting{'' if answer.failed == 1 else 's'} that failed"


def _provenance(answer: Answer, columns: FileColumns) -> Provenance:
    """Returns the provenance of the results in the cut; that of any other file is the file."""
    if columns.source is None:
        return Provenance("sweep", given=columns.file)
    found = {name.removeprefix(PROVENANCE): texts for name, texts in answer.distinct.items()}
    # Each text is a list; what several settings leave out counts once.
    left_out = dict.fromkeys(part for text in found["leaves_out"] for part in SEPARATOR.split(text))
    left_out |= {_failed(answer): None} if answer.failed else {}
    return Provenance(
        columns.source,
        ", ".join(found["accounting"]) or None,
        _united(found["models"]),
        _united(found["versions"]),
        max(found["date"], default=None),
        ", ".join(left_out) or None,
        given=columns.file,
        computed_cells=True,
    )


def _united(texts: Iterable[str]) -> Mapping[str, str]:
    """Returns the union of mappings in JSON. A key with several values lists each of them."""
    values: dict[str, dict[str, None]] = {}
    for text in texts:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for key, value in found.items() if isinstance(found, dict) else ():
            values.setdefault(str(key), {})[str(value)] = None
    return {key: ", ".join(each) for key, each in sorted(values.items())}
