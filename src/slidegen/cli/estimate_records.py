"""The estimates of `slidegen estimate` for programs: flat records of settings and cards, with phases on request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from slidegen.model import Table
    from slidegen.tables.base import SourceContext
    from slidegen.tables.settings import SettingParameters

SEARCHED: Final = ("batch_size", "seq_len", "rank")
"""The settings whose largest fitting value is in a card's record."""


def card_records(request: SettingParameters, cards: Table, context: SourceContext) -> list[dict[str, Any]]:
    """Returns a record for each setting and card: the estimate on that card, the verdict and the largest that fit.

    The keys are those of the tables `allocated` and `fits`. `batch_size`, `seq_len` and `rank` are the largest, as are
    `largest_...`. Those of the setting are `setting_...`.
    """
    from slidegen.tables.allocated import ALLOCATED_SOURCE
    from slidegen.tables.records import table_records

    records = []
    for single, row in zip(on_cards(request, cards), table_records(cards), strict=True):
        (estimate,) = table_records(ALLOCATED_SOURCE.compute(single, context))
        setting = {f"setting_{name}": estimate[name] for name in SEARCHED}
        records.append({**estimate, **row, **setting})
    return records


def on_cards(request: SettingParameters, cards: Table | None) -> Iterator[SettingParameters]:
    """Yields the request as requests for one row each; with the table `fits`, one for each of its cards.

    The copies are not validated again: a card that lacks a kernel is not a mistake here, but fits nothing.
    """
    from slidegen.tables.rows import one_by_one

    singles = one_by_one(request)
    if cards is None:
        yield from singles
        return
    name = cards.column("card")
    for number, row in enumerate(cards.rows):
        yield singles[number * len(singles) // len(cards.rows)].model_copy(update={"gpu": row[name]})


def phase_tables(requests: Iterator[SettingParameters], context: SourceContext) -> list[Table]:
    """Returns the table `phases` of each request."""
    from slidegen.tables.phases import PHASES_SOURCE

    return [PHASES_SOURCE.compute(single, context) for single in requests]


def with_phases(records: list[dict[str, Any]], phases: list[Table], nested: bool) -> list[dict[str, Any]]:
    """Returns the records with the peak of each phase: as a list of records, or flat, as ``forward_total_bytes``."""
    from slidegen.estimate.allocated import PHASES
    from slidegen.tables.records import table_records

    found = []
    for record, table in zip(records, phases, strict=True):
        rows = table_records(table)
        if nested:
            more: dict[str, Any] = {"phases": rows}
        else:
            peaks = {row["phase"]: row["total_bytes"] for row in rows}
            more = {f"{phase}_total_bytes": peaks.get(phase) for phase in PHASES}
        found.append(record | more)
    return found
