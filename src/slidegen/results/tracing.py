"""A store that computes nothing: it serves what a record has, current or not, and notes which results a deck needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from slidegen.errors import Problem, SlidegenError
from slidegen.model import Provenance, Table
from slidegen.results.record import Key
from slidegen.results.store import ResultStore
from slidegen.tables.base import SourceParameters, TableSource

NUMBERED: Final = re.compile(r"\x1f(\d+)")


@dataclass(frozen=True, slots=True)
class Request:
    """A result that a deck needs. `key` is that of today: its inputs are None if they cannot be looked up offline, for
    the reason `why`. `recorded` is what the record has for the same source and parameters. `tables` are the declared
    tables that it is for."""

    source: TableSource
    parameters: SourceParameters
    key: Key
    recorded: tuple[Key, Table] | None
    why: tuple[Problem, ...] = ()
    tables: tuple[str, ...] = ()


@dataclass(slots=True)
class TracingStore(ResultStore):
    """Serves every result of the record for the same source and parameters. The provenance of what it serves has the
    number of its request, which values, tables and figures keep: `numbers_in` finds it there."""

    requests: dict[tuple[str, str], Request] = field(default_factory=dict)

    _name: str = ""

    def table(self, source_name: str, parameters: Mapping[str, Any], name: str = "") -> Table:
        """Returns the table of a source, as every store. Notes for which declared table it is."""
        self._name = name
        return ResultStore.table(self, source_name, parameters, name)

    def _known(self, source: TableSource, name: Key, part: SourceParameters) -> bool:
        """Returns whether the record has a result."""
        place = name.source, name.parameters
        if place not in self.requests:
            entry = self.record.stored.get(place)
            inputs, why = self._inputs(source, part)
            key = Key.of(source.name, source.version, part, inputs)
            self.requests[place] = Request(source, part, key, entry, why)
            if entry is not None:
                self._served[place] = _numbered(entry[1], len(self.requests) - 1)
        known = self.requests[place]
        if self._name and self._name not in known.tables:
            self.requests[place] = replace(known, tables=(*known.tables, self._name))
        return place in self._served

    def _inputs(
        self, source: TableSource, part: SourceParameters
    ) -> tuple[Mapping[str, str] | None, tuple[Problem, ...]]:
        try:
            return source.inputs(part, self.lookup), ()
        except SlidegenError as error:
            return None, error.problems


def _numbered(table: Table, number: int) -> Table:
    provenance = table.provenance
    return replace(table, provenance=replace(provenance, source=f"{provenance.source}\x1f{number}"))


def numbers_in(provenances: Iterable[Provenance]) -> Iterator[int]:
    """Yields the numbers of the requests whose results are in some provenances."""
    for provenance in provenances:
        yield from (int(number) for number in NUMBERED.findall(provenance.source))
