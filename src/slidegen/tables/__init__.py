"""The table sources: every one is a module here, and a line in the registry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Final

from slidegen.errors import DeckError, Problem, nearest
from slidegen.plugins import load_plugins
from slidegen.tables.base import TableSource

ENTRY_POINTS: Final = "slidegen.table_sources"


class Sources(Mapping[str, TableSource]):
    """Table sources by name, each imported when it is first asked for: most decks need one or two of them."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places

    def __getitem__(self, name: str) -> TableSource:
        module, _, attribute = self._places[name].partition(":")
        source = getattr(import_module(module), attribute)
        assert isinstance(source, TableSource)
        return source

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: object) -> bool:
        return name in self._places


TABLE_SOURCES: Final = Sources(
    {
        "memory": "slidegen.tables.memory:MEMORY_SOURCE",
        "allocated": "slidegen.tables.allocated:ALLOCATED_SOURCE",
        "phases": "slidegen.tables.phases:PHASES_SOURCE",
        "timeline": "slidegen.tables.phases:TIMELINE_SOURCE",
        "fits": "slidegen.tables.fits:FITS_SOURCE",
        "dtypes": "slidegen.tables.dtypes:DTYPES_SOURCE",
        "parameters": "slidegen.tables.parameters:PARAMETERS_SOURCE",
        "quantization": "slidegen.tables.quantization:QUANTIZATION_SOURCE",
        "data": "slidegen.tables.data:DATA_SOURCE",
    }
)
"""slidegen's own; where each is stands as in an entry point."""


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
    return load_plugins(ENTRY_POINTS, TableSource, "table source") | dict(TABLE_SOURCES)
