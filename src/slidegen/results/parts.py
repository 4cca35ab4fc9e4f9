"""Tables in parts: splits a request, names its parts, and joins their tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slidegen.errors import DeckError, Problem
from slidegen.model import Provenance, Table
from slidegen.tables.base import SourceParameters, TableSource


def split(source: TableSource, parameters: SourceParameters) -> tuple[SourceParameters, ...]:
    """Returns the parts of a request, in the order of their rows; only the request itself if its source has no parts.

    Raises:
        DeckError: the request has no parts.
    """
    parts = (parameters,) if source.parts is None else tuple(source.parts(parameters))
    if not parts:
        raise DeckError(
            [Problem(f"{source.name}: the request is empty; name at least one {source.subject}", code="wrong-value")]
        )
    return parts


def labels(parts: Sequence[SourceParameters]) -> tuple[str, ...]:
    """Returns a label for each part: the values of the parameters in which the parts differ, "nf4, 64".

    The label of a single part has all values that are not the default.
    """
    dumped = [part.model_dump(mode="json") for part in parts]
    if len(parts) == 1:
        names = set(parts[0].model_dump(exclude_defaults=True))
    else:
        names = {name for part in dumped for name in part if part[name] != dumped[0][name]}
    return tuple(
        ", ".join(filter(None, (_shown(value) for name, value in part.items() if name in names))) for part in dumped
    )


def joined(source: TableSource, tables: Sequence[Table]) -> Table:
    """Joins the tables of the parts: their rows in order, and their provenances merged.

    Raises:
        DeckError: the parts have different columns.
    """
    first, *others = tables
    if not others:
        return first
    if any(other.columns != first.columns for other in others):
        raise DeckError(
            [Problem(f"the parts of the table source {source.name!r} have different columns", code="broken-extension")]
        )
    rows = tuple(row for table in tables for row in table.rows)
    return Table(first.columns, rows, merged([table.provenance for table in tables]))


def merged(provenances: Sequence[Provenance]) -> Provenance:
    """Merges provenances: all sources, models and libraries, and the newest date."""
    return Provenance(
        _listed((provenance.source for provenance in provenances), ", ") or "",
        _listed((provenance.accounting for provenance in provenances), ", "),
        _union(provenance.models for provenance in provenances),
        _union(provenance.versions for provenance in provenances),
        max((provenance.date for provenance in provenances if provenance.date), default=None),
        _listed((provenance.leaves_out for provenance in provenances), "; "),
        provenances[0].given,
        any(provenance.computed_cells for provenance in provenances),
        tuple(dict.fromkeys(request for provenance in provenances for request in provenance.requests)),
    )


def _union(mappings: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Merges mappings. A key with several values lists each of them."""
    merged: dict[str, list[str]] = {}
    for mapping in mappings:
        for name, value in mapping.items():
            merged.setdefault(name, []).extend(value.split(", "))
    return {name: ", ".join(dict.fromkeys(values)) for name, values in merged.items()}


def _listed(texts: Iterable[str | None], separator: str) -> str | None:
    return separator.join(dict.fromkeys(text for text in texts if text)) or None


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_shown, value)))
    return "" if value is None else str(value)
