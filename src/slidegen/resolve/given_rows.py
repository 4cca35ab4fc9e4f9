"""Tables whose rows a deck gives itself, with computed values in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slidegen.model import Table
from slidegen.resolve.values import sources_of
from slidegen.results.parts import merged


def with_sources(table: Table, parameters: Mapping[str, Any]) -> Table:
    """Returns a table of the deck's own rows that says where the computed values in its `parameters` come from, and any
    other table as it is."""
    given = table.provenance
    found = [one for one in sources_of(parameters) if one.given is None]
    if given.given is None or not found:
        return table
    return replace(table, provenance=replace(merged(found), given=given.given, computed_cells=True))
