"""Finds the results in a record of the past: made by other versions of the formulas, for other models' configs, and
named by parameters of which some were added or dropped since, or got another default."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from slidegen.errors import DeckError, Problem
from slidegen.model import Table
from slidegen.results.record import Record
from slidegen.tables.base import SourceParameters, TableSource


def past_tables(
    record: Record, source: TableSource, parts: Sequence[SourceParameters], given: Collection[str]
) -> list[Table]:
    """Returns the tables of the parts of a request as the record has them. `given` are the parameters that the deck
    names: at all others a result may have what was the default when it was made.

    Raises:
        DeckError: the record lacks a part, or has several results that may be meant.
    """
    entries = [(_parsed(key.parameters), table) for key, table in record.stored.values() if key.source == source.name]
    tables, missing = [], []
    for part in parts:
        found = _nearest(entries, part, given)
        if found is None:
            missing.append(part)
        else:
            tables.append(found)
    if missing:
        raise DeckError([_unrecorded(source, missing)])
    return tables


@lru_cache(maxsize=4096)
def _parsed(parameters: str) -> Mapping[str, Any]:
    """Returns the parameters of a recorded request. A deck may ask for the same ones many times."""
    recorded: dict[str, Any] = json.loads(parameters)
    return recorded


def _nearest(
    entries: Sequence[tuple[Mapping[str, Any], Table]], part: SourceParameters, given: Collection[str]
) -> Table | None:
    """Returns the result that a part of a request had: of those with the parameters that the deck names the one that
    agrees with most others. None if there is none, or if several that differ agree with as many."""
    wanted = part.model_dump(mode="json")
    defaults = {name: field.get_default(call_default_factory=True) for name, field in type(part).model_fields.items()}
    scored: list[tuple[int, Table]] = []
    for recorded, table in entries:
        differing = [name for name, value in wanted.items() if recorded.get(name, _plain(defaults[name])) != value]
        if not any(name in given for name in differing):
            scored.append((len(differing), table))
    least = min((score for score, _ in scored), default=0)
    nearest = [table for score, table in scored if score == least]
    return nearest[0] if nearest and all(one.rows == nearest[0].rows for one in nearest) else None


def _plain(value: Any) -> Any:
    """Returns a parameter's default as JSON has it."""
    return list(value) if isinstance(value, tuple) else value


def _unrecorded(source: TableSource, missing: Sequence[SourceParameters]) -> Problem:
    first = missing[0].model_dump(exclude_defaults=True)
    shown = ", ".join(f"{name}={value}" for name, value in first.items())
    more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
    return Problem(f"the record lacks {source.name}({shown}){more}", code="frozen")
