"""The table sources: every one is a module here, and a line in the registry."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from slidegen.errors import DeckError, Problem, nearest
from slidegen.tables.base import TableSource
from slidegen.tables.dtypes import DTYPES_SOURCE
from slidegen.tables.memory import MEMORY_SOURCE
from slidegen.tables.parameters import PARAMETERS_SOURCE

ENTRY_POINTS: Final = "slidegen.table_sources"

TABLE_SOURCES: Final[dict[str, TableSource]] = {
    "memory": MEMORY_SOURCE,
    "dtypes": DTYPES_SOURCE,
    "parameters": PARAMETERS_SOURCE,
}


def find_source(name: str) -> TableSource:
    """The table source called `name`; other packages' are looked up only if slidegen has none of that name.

    Raises DeckError for an unknown name, and for an entry point that does not load.
    """
    if name in TABLE_SOURCES:
        return TABLE_SOURCES[name]
    sources = table_sources()
    if name not in sources:
        raise DeckError([Problem(f"unknown table source {name!r}; {nearest(name, sources)}")])
    return sources[name]


@cache
def table_sources() -> Mapping[str, TableSource]:
    """All table sources: slidegen's own, and those that other packages have as entry points of ENTRY_POINTS.

    An entry point is a `TableSource`, named as the source; slidegen's own names cannot be taken.
    Raises DeckError for an entry point that does not load.
    """
    from importlib.metadata import entry_points

    found: dict[str, TableSource] = {}
    for point in entry_points(group=ENTRY_POINTS):
        try:
            source = point.load()
        except Exception as error:
            why = " ".join(str(error).split()) or type(error).__name__
            message = f"the table source {point.name!r} ({point.value}) does not load: {why}"
            raise DeckError([Problem(message)]) from error
        if not isinstance(source, TableSource):
            raise DeckError([Problem(f"the table source {point.name!r} ({point.value}) is no TableSource")])
        found[point.name] = source
    return found | TABLE_SOURCES
